import Platform
import Synchronization

/// Work on a thread of its own: a test that waits blocks one of the few that tests share.
final class SideThread: Sendable {
  private let work: @Sendable () throws -> Void
  private let result = Mutex<Result<Void, any Error>?>(nil)

  init(_ work: @escaping @Sendable () throws -> Void) {
    self.work = work
    var thread = pthread_t()
    pthread_create(
      &thread, nil,
      { pointer in
        guard let pointer else { return nil }
        let side = Unmanaged<SideThread>.fromOpaque(pointer).takeRetainedValue()
        let result = Result { try side.work() }
        side.result.withLock { $0 = result }
        return nil
      }, Unmanaged.passRetained(self).toOpaque())
    pthread_detach(thread)
  }

  /// Waits for the end and throws what the work threw.
  func join() throws {
    for _ in 0..<12_000 {
      if let result = result.withLock({ $0 }) { return try result.get() }
      usleep(5000)
    }
    throw SystemFailure("a thread does not end")
  }
}
