internal import Files
internal import Platform

/// The right to unlock the vault while other processes of the same user wait: of many servers that
/// start on a locked vault one asks, and the others find the key cached, or what failed for the one.
///
/// A convenience and no protection: where there is no place for its lock, as on a read-only file
/// system, everybody asks by themselves.
struct UnlockTurn: ~Copyable {
  /// The runtime folder; `nil` where it cannot be had or written to.
  private let folder: OwnedFolder?
  /// Held until the end of the value's life.
  private let lock: FileLock?
  /// When the wait began.
  private let start: UInt64

  /// A minute: as long as a prompt may stand on somebody's screen. In front of a host, ``LaunchWatch``
  /// gives up before where there is none.
  private static let promptWait = Duration.seconds(60)

  /// Waits until no other process is unlocking the vault.
  ///
  /// - Parameter path: of the runtime folder.
  /// - Throws: `FileError.lockTimedOut`; the errors of a folder or file that is not ours alone.
  init(in path: String) throws(FileError) {
    start = SharedFailures.now
    do throws(FileError) {
      let runtime = try OwnedFolder.open(path, create: true)
      lock = try Self.acquire(in: runtime)
      folder = consume runtime
    } catch {
      guard case .system = error else { throw error }
      folder = nil
      lock = nil
    }
  }

  private static func acquire(in folder: borrowing OwnedFolder) throws(FileError) -> FileLock {
    LaunchWatch.expect(.otherUnlock)
    let deadline = MonotonicInstant.now + promptWait
    while true {
      do {
        return try FileLock.acquire("unlock.lock", in: folder, wait: .seconds(1))
      } catch .lockTimedOut where MonotonicInstant.now < deadline {
        LaunchWatch.say(.otherUnlock)
        if SharedFailures.isPromptShown(in: folder) { LaunchWatch.notePrompt() }
      }
    }
  }

  /// What failed for somebody else while we waited.
  borrowing func failuresOfOthers() -> [SharedFailures.Source] {
    switch folder {
    case .some(let folder): SharedFailures.since(start, in: folder)
    case .none: []
    }
  }

  /// Tells those that wait what failed for us.
  borrowing func share(_ failed: [SharedFailures.Source]) {
    switch folder {
    case .some(let folder): SharedFailures.record(failed, in: folder)
    case .none: break
    }
  }
}
