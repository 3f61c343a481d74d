internal import Platform

/// Work of which a person is told when it takes more than a second, so that nobody takes it for
/// stuck: on a terminal only, and on standard error.
///
/// ```swift
/// let work = SlowWork("revoking github")
/// defer { work.end() }
/// ```
package final class SlowWork {
  /// 1 s: what takes less is over before anybody has read what it is.
  private static let patience: Int32 = 1_000

  /// Of 256 MiB of Argon2id: a second or more on a small or busy machine.
  package static let derivation = "deriving the key from the passphrase"

  private var watch: Watch?

  /// Waits in a thread of its own; where there is none, nothing is said.
  ///
  /// - Parameter text: what is being done.
  package init(_ text: String) { watch = isatty(STDERR_FILENO) == 1 ? Watch(text) : nil }

  /// To be called when it is done: nothing is said after that. A second call does nothing, since by
  /// then the descriptors may be somebody else's.
  package func end() {
    watch?.end()
    watch = nil
  }

  private struct Watch {
    let reading: Int32
    /// The end of a pipe: closing it ends the wait.
    let writing: Int32
    let thread: pthread_t

    init?(_ text: String) {
      var ends: [Int32] = [-1, -1]
      guard pipe(&ends) == 0 else { return nil }
      for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
      let wait = Unmanaged.passRetained(Wait(text, ends[0]))
      var thread = pthread_t()
      let code = pthread_create(
        &thread, nil,
        { wait in
          if let wait { Unmanaged<Wait>.fromOpaque(wait).takeRetainedValue().run() }
          return nil
        }, wait.toOpaque())
      guard code == 0 else {
        wait.release()
        for end in ends { close(end) }
        return nil
      }
      reading = ends[0]
      writing = ends[1]
      self.thread = thread
    }

    func end() {
      close(writing)
      pthread_join(thread, nil)
      close(reading)
    }
  }

  private final class Wait: Sendable {
    private let text: String
    private let reading: Int32

    init(_ text: String, _ reading: Int32) {
      self.text = text
      self.reading = reading
    }

    func run() {
      var end = pollfd(fd: reading, events: Int16(POLLIN), revents: 0)
      if poll(&end, 1, SlowWork.patience) == 0 { Report.note("\(text) …") }
    }
  }
}
