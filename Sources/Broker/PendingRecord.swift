internal import Audit
internal import Platform

/// An audit record on its way to the disk, which a thread waits for while the launch goes on: the
/// wait is a fifth of a launch.
///
/// The thread alone uses the log until ``wait()`` returns.
final class PendingRecord {
  private let log: AuditLog
  private var thread: pthread_t?
  private var failure: AuditError?

  /// - Parameter log: written and not complete; nobody else uses it from here on.
  init(_ log: AuditLog) {
    self.log = log
    var thread = pthread_t()
    let own = Unmanaged.passUnretained(self).toOpaque()
    // `wait` is called while this is alive; see `deinit`.
    let code = pthread_create(
      &thread, nil,
      { own in
        if let own { Unmanaged<PendingRecord>.fromOpaque(own).takeUnretainedValue().complete() }
        return nil
      }, own)
    if code == 0 { self.thread = thread } else { complete() }
  }

  deinit { join() }

  private func complete() {
    do throws(AuditError) { try log.complete() } catch { failure = error }
  }

  private func join() {
    if let thread { pthread_join(thread, nil) }
    thread = nil
  }

  /// Returns when the disk has the record.
  ///
  /// - Throws: `AuditError`: nothing may be released then.
  func wait() throws(AuditError) {
    join()
    if let failure { throw failure }
  }
}
