internal import Platform
internal import Synchronization

/// Calls that may hang, each in a thread of its own: one that does not come back in time is left to
/// itself, and ends with the process.
enum BoundedCall {
  /// - Parameters:
  ///   - limit: how long the answer is waited for.
  ///   - body: must not hold anything that the caller needs afterwards.
  /// - Returns: `nil` when there is no answer in time, or no thread for it.
  static func run<Answer: Sendable>(
    within limit: Duration, _ body: @escaping @Sendable () -> Answer
  ) -> Answer? {
    let call = Call(body)
    guard start(Work { call.run() }) else { return nil }
    let end = MonotonicInstant.now + limit
    // Short naps and no condition: most calls take less than the first of them.
    var nap: useconds_t = 50
    while MonotonicInstant.now < end {
      if let answer = call.answer { return answer }
      usleep(nap)
      nap = min(nap * 2, 5_000)
    }
    return call.answer
  }

  private static func start(_ work: Work) -> Bool {
    var thread = pthread_t()
    let own = Unmanaged.passRetained(work).toOpaque()
    let code = pthread_create(
      &thread, nil,
      { own in
        if let own { Unmanaged<Work>.fromOpaque(own).takeRetainedValue().run() }
        return nil
      }, own)
    guard code == 0 else {
      Unmanaged<Work>.fromOpaque(own).release()
      return false
    }
    pthread_detach(thread)
    return true
  }

  private final class Call<Answer: Sendable>: Sendable {
    private let body: @Sendable () -> Answer
    private let result = Mutex<Answer?>(nil)

    init(_ body: @escaping @Sendable () -> Answer) { self.body = body }

    var answer: Answer? { result.withLock { $0 } }

    func run() {
      let answer = body()
      result.withLock { $0 = answer }
    }
  }

  /// Without a type parameter: what a C function can be given.
  private final class Work: Sendable {
    let run: @Sendable () -> Void

    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }
}
