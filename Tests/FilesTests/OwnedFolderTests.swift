import Files
import Platform
import Secrets
import Testing
import ValetTesting

@Suite final class OwnedFolderTests {
  let temporary: TemporaryFolder
  init() throws { temporary = try TemporaryFolder() }

  var path: String { temporary.path }

  func folder() throws -> OwnedFolder { try OwnedFolder.open(path, create: false) }

  func write(_ bytes: [UInt8], _ name: String, mode: UInt32 = 0o600) throws {
    let descriptor = try folder().createFile(name, mode: mode)
    try bytes.withUnsafeBytes { try descriptor.writeAll($0, path: name) }
  }

  @Test func makesFoldersThatAreClosedToOthers() throws {
    _ = try OwnedFolder.open("\(path)/a/b/c", create: true)
    for name in ["a", "a/b", "a/b/c"] {
      var status = stat()
      #expect(lstat("\(path)/\(name)", &status) == 0)
      #expect(status.st_mode & 0o777 == 0o700)
    }
    #expect(throws: FileError.missing(path: "\(path)/d")) {
      _ = try OwnedFolder.open("\(path)/d", create: false)
    }
  }

  /// Nobody makes folders there; that the folder is missing is not why.
  @Test func saysWhyAFolderCannotBeMade() throws {
    do {
      _ = try OwnedFolder.open("/sys/mcp-valet-test", create: true)
      Issue.record("made a folder in /sys")
    } catch {
      guard case .system("make folder", _, let code) = error else { throw error }
      #expect(code != ENOENT)
    }
  }

  @Test func publishesAFileWithoutReplacingAnother() throws {
    try write([1], "one")
    try write([2], "two")
    try folder().publish("one", as: "final")
    #expect(throws: FileError.alreadyExists(path: "\(path)/final")) {
      try folder().publish("two", as: "final")
    }
    #expect(try folder().readFile("final", limit: 1) == [1])
    #expect(try folder().readFile("two", limit: 1) == [2])
    #expect(TemporaryFolder.names(in: path) == ["final", "two"])
  }

  @Test func refusesFoldersThatOthersCanWrite() throws {
    #expect(chmod(path, 0o770) == 0)
    #expect(throws: FileError.sharedFolder(path: path, mode: UInt32(S_IFDIR) | 0o770)) {
      _ = try folder()
    }
    _ = try OwnedFolder.open(path, create: false, privacy: .sealed)
    #expect(chmod(path, 0o755) == 0)
    _ = try folder()
  }

  @Test func refusesALinkInPlaceOfAFolder() throws {
    #expect(symlink(path, "\(path)/link") == 0)
    #expect(throws: FileError.symbolicLink(path: "\(path)/link")) {
      _ = try OwnedFolder.open("\(path)/link", create: true)
    }
    try write([], "file")
    #expect(throws: FileError.wrongKind(path: "\(path)/file", expected: "folder")) {
      _ = try OwnedFolder.open("\(path)/file", create: false)
    }
  }

  @Test func opensOnlyRegularFiles() throws {
    let folder = try folder()
    try write([1], "file")
    #expect(symlink("file", "\(path)/link") == 0)
    #expect(mkfifo("\(path)/fifo", 0o600) == 0)
    #expect(mkdir("\(path)/folder", 0o700) == 0)
    _ = try folder.openFile("file")
    #expect(throws: FileError.symbolicLink(path: "\(path)/link")) {
      _ = try folder.openFile("link")
    }
    for name in ["fifo", "folder"] {
      #expect(throws: FileError.wrongKind(path: "\(path)/\(name)", expected: "regular file")) {
        _ = try folder.openFile(name)
      }
    }
    #expect(throws: FileError.missing(path: "\(path)/gone")) { _ = try folder.openFile("gone") }
  }

  @Test(arguments: [
    (0o600 as UInt32, true, true, true), (0o640, false, true, true), (0o644, false, true, false),
    (0o660, false, false, false), (0o602, false, false, false), (0o400, true, true, true),
  ])
  func checksTheModeAsPrivacyDemands(
    mode: UInt32, secret: Bool, trusted: Bool, credential: Bool
  ) throws {
    let folder = try folder()
    try write([1], "file")
    #expect(chmod("\(path)/file", mode_t(mode)) == 0)
    for (privacy, opens) in [
      (OwnedFolder.Privacy.secret, secret), (.trusted, trusted), (.credential, credential),
      (.sealed, true),
    ] {
      do {
        _ = try folder.openFile("file", privacy: privacy)
        #expect(opens, "\(privacy)")
      } catch FileError.tooOpen {
        #expect(!opens, "\(privacy)")
      }
    }
  }

  @Test(.enabled(if: geteuid() == 0, "giving a file away takes root"))
  func refusesFilesOfOthers() throws {
    let folder = try folder()
    try write([1], "file")
    #expect(chown("\(path)/file", 65534, 65534) == 0)
    for privacy in [OwnedFolder.Privacy.secret, .trusted, .credential] {
      #expect(throws: FileError.wrongOwner(path: "\(path)/file", uid: 65534)) {
        _ = try folder.openFile("file", privacy: privacy)
      }
    }
    _ = try folder.openFile("file", privacy: .sealed)
    #expect(chown(path, 65534, 65534) == 0)
    #expect(throws: FileError.wrongOwner(path: path, uid: 65534)) { _ = try self.folder() }
    #expect(chown(path, 0, 0) == 0)
  }

  @Test func neverReplacesAFileWhileCreating() throws {
    let folder = try folder()
    try write([1], "file")
    #expect(throws: FileError.alreadyExists(path: "\(path)/file")) {
      _ = try folder.createFile("file")
    }
    #expect(symlink("\(path)/elsewhere", "\(path)/link") == 0)
    #expect(throws: FileError.alreadyExists(path: "\(path)/link")) {
      _ = try folder.createFile("link")
    }
    #expect(TemporaryFolder.names(in: path) == ["file", "link"])
  }

  @Test(arguments: [true, false]) func replacesAFileInOneStep(durable: Bool) throws {
    let folder = try folder()
    // What a killed writer left.
    try write([9, 9, 9, 9], "file.new")
    try folder.replaceFile("file", with: [1, 2], durable: durable)
    #expect(try folder.readFile("file", limit: 10) == [1, 2])
    try folder.replaceFile("file", with: [3], durable: durable)
    #expect(try folder.readFile("file", limit: 10) == [3])
    #expect(TemporaryFolder.names(in: path) == ["file"])
    #expect(throws: FileError.tooLarge(path: "\(path)/file", limit: 0)) {
      _ = try folder.readFile("file", limit: 0)
    }
  }

  @Test func tellsFilesApartWhateverTheyAreCalled() throws {
    let folder = try folder()
    try write([1], "one")
    try write([1], "two")
    try folder.link("one", as: "again")
    let one = try folder.openFile("one")
    #expect(try one.identity(path: "one") == folder.identity(of: "again"))
    #expect(try folder.identity(of: "one") != folder.identity(of: "two"))
    try folder.rename("two", to: "one")
    #expect(try one.identity(path: "one") != folder.identity(of: "one"))
    #expect(throws: FileError.missing(path: "\(path)/two")) { _ = try folder.identity(of: "two") }
    #expect(throws: FileError.self) { try folder.link("one", as: "again") }
    let removals = (try folder.removeFile("again"), try folder.removeFile("again"))
    #expect(removals == (true, false))
  }
}
