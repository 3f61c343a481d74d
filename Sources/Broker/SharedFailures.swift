internal import Files
internal import Platform

/// What commands that wait for one another tell the next one. Nine servers that start at once wait
/// for one prompt: when somebody cancels it, it must not come up eight times more, and a keyring that
/// does not answer must not be waited for nine times in a row.
enum SharedFailures {
  /// A source of the vault key whose failure costs others time or patience.
  enum Source: String, CaseIterable {
    case keyring
    /// A prompt on the display. One on a terminal stands before somebody who is there.
    case prompt

    fileprivate var fileName: String { "unlock.\(rawValue)-failed" }
  }

  /// Nanoseconds of the clock that all processes share and nobody sets.
  static var now: UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }

  /// What failed for somebody else since a moment, while we waited. The caller holds the lock.
  ///
  /// - Parameters:
  ///   - start: when the wait began.
  ///   - folder: the runtime folder.
  static func since(_ start: UInt64, in folder: borrowing OwnedFolder) -> [Source] {
    let now = now
    var failed: [Source] = []
    for source in Source.allCases {
      guard let bytes = try? folder.readFile(source.fileName, limit: 32),
        let time = UInt64(String(decoding: bytes, as: UTF8.self))
      else { continue }
      // Beyond now: from before a restart of the machine.
      if time > start, time <= now { failed.append(source) }
    }
    return failed
  }

  private static let promptFile = "unlock.prompt"
  /// Nanoseconds after which a prompt cannot be there any more: 65 s, a little more than one may
  /// stand on a screen. Its process may have been killed.
  private static let promptLimit: UInt64 = 65_000_000_000

  /// Whether who holds the lock has asked somebody at a screen.
  static func isPromptShown(in folder: borrowing OwnedFolder) -> Bool {
    guard let bytes = try? folder.readFile(promptFile, limit: 32),
      let time = UInt64(String(decoding: bytes, as: UTF8.self))
    else { return false }
    return time <= now && now - time < promptLimit
  }

  /// Tells those who wait that somebody at a screen is being asked, or was.
  static func notePrompt(_ isShown: Bool, in folder: borrowing OwnedFolder) {
    if isShown {
      try? folder.replaceFile(promptFile, with: Array("\(now)".utf8), durable: false)
    } else {
      _ = try? folder.removeFile(promptFile)
    }
  }

  /// Records what failed for us just now; without the record, the next one finds out by itself.
  static func record(_ sources: [Source], in folder: borrowing OwnedFolder) {
    for source in sources {
      try? folder.replaceFile(source.fileName, with: Array("\(now)".utf8), durable: false)
    }
  }
}
