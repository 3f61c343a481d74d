import Files
import Platform
import Testing
import ValetTesting

@Suite final class FileLockTests {
  let temporary: TemporaryFolder
  init() throws { temporary = try TemporaryFolder() }

  func folder() throws -> OwnedFolder { try OwnedFolder.open(temporary.path, create: false) }

  @Test func keepsASecondHolderOutUntilItIsReleased() throws {
    let folder = try folder()
    let lock = try FileLock.acquire("lock", in: folder)
    // Within one process too: a classic POSIX lock would let us in.
    #expect(throws: FileError.lockTimedOut(path: "\(temporary.path)/lock", seconds: 0)) {
      _ = try FileLock.acquire("lock", in: folder, wait: .milliseconds(30))
    }
    lock.release()
    _ = try FileLock.acquire("lock", in: folder, wait: .milliseconds(30))
  }

  @Test func survivesTheClosingOfAnotherDescriptor() throws {
    let folder = try folder()
    let lock = try FileLock.acquire("lock", in: folder)
    // A classic POSIX lock vanishes when any descriptor on the file closes.
    do { _ = try folder.openFile("lock") }
    #expect(throws: FileError.self) {
      _ = try FileLock.acquire("lock", in: folder, wait: .zero)
    }
    lock.release()
  }

  @Test func refusesALink() throws {
    #expect(symlink("/dev/null", "\(temporary.path)/lock") == 0)
    #expect(throws: FileError.symbolicLink(path: "\(temporary.path)/lock")) {
      _ = try FileLock.acquire("lock", in: try folder())
    }
  }
}
