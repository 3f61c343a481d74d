import Files
import Importing
import Platform
import Testing
import ValetTesting

/// A host's file is replaced whole or not at all, and only where it is what was read.
@Suite struct ReplacementTests {
  private let old = Array("old".utf8)
  private let new = Array("new".utf8)

  @Test func keepsTheModeAndLeavesNothingBeside() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/f.json"
    try TemporaryFolder.write(old, to: path, mode: 0o640)
    // What a killed import left.
    try TemporaryFolder.write(new, to: "\(folder.path)/.f.json.mcp-valet-new")
    try HostFileReplacement.replace(path, with: new, expecting: old)
    #expect(try TemporaryFolder.read(path) == new)
    var status = stat()
    #expect(stat(path, &status) == 0 && status.st_mode & 0o777 == 0o640)
    #expect(TemporaryFolder.names(in: folder.path) == ["f.json"])
  }

  @Test(.enabled(if: geteuid() == 0, "giving a file away takes root"))
  func keepsTheGroup() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/f.json"
    try TemporaryFolder.write(old, to: path, mode: 0o640)
    #expect(chown(path, uid_t.max, 4242) == 0)
    try HostFileReplacement.replace(path, with: new, expecting: old)
    var status = stat()
    #expect(stat(path, &status) == 0 && status.st_gid == 4242 && status.st_mode & 0o777 == 0o640)
  }

  @Test func removesWhatAKilledOneLeftAndNothingElse() throws {
    let folder = try TemporaryFolder()
    let (path, remnant) = ("\(folder.path)/f.json", "\(folder.path)/.f.json.mcp-valet-new")
    try TemporaryFolder.write(old, to: path)
    #expect(try HostFileReplacement.removeRemnant(beside: path) == nil)
    try TemporaryFolder.write(new, to: remnant)
    #expect(HostFileReplacement.remnant(beside: path) == remnant)
    #expect(try HostFileReplacement.removeRemnant(beside: path) == remnant)
    #expect(TemporaryFolder.names(in: folder.path) == ["f.json"])
    #expect(symlink(path, remnant) == 0)
    #expect(try HostFileReplacement.removeRemnant(beside: path) == nil)
  }

  @Test func leavesAChangedFileAlone() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/f.json"
    try TemporaryFolder.write(Array("oLd".utf8), to: path)
    #expect(throws: ReplacementError.changed(path: path)) {
      try HostFileReplacement.replace(path, with: new, expecting: old)
    }
    #expect(try TemporaryFolder.read(path) == Array("oLd".utf8))
    #expect(TemporaryFolder.names(in: folder.path) == ["f.json"])
  }

  @Test func leavesLinksAndFilesOfTwoNamesAlone() throws {
    let folder = try TemporaryFolder()
    let (path, alias) = ("\(folder.path)/f.json", "\(folder.path)/link.json")
    try TemporaryFolder.write(old, to: path)
    #expect(symlink(path, alias) == 0)
    #expect(throws: ReplacementError.isLink(path: alias)) {
      try HostFileReplacement.replace(alias, with: new, expecting: old)
    }
    #expect(unlink(alias) == 0 && link(path, alias) == 0)
    #expect(throws: ReplacementError.hasOtherNames(path: path)) {
      try HostFileReplacement.replace(path, with: new, expecting: old)
    }
    #expect(try TemporaryFolder.read(path) == old)
  }

  @Test(.enabled(if: geteuid() == 0, "giving a file away takes root"))
  func leavesAFileOfSomebodyElseAlone() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/f.json"
    try TemporaryFolder.write(old, to: path)
    #expect(chown(path, 4242, 4242) == 0)
    #expect(throws: ReplacementError.belongsToAnother(path: path, uid: 4242)) {
      try HostFileReplacement.replace(path, with: new, expecting: old)
    }
  }
}
