internal import Platform
internal import Testing
internal import ValetTesting

/// Access control lists as the kernel wants them (acl(5), linux/posix_acl_xattr.h): `setfacl` is not
/// installed everywhere.
private enum AccessList {
  private static let script = """
    import os, struct, sys
    entries = [(1, 6, -1), (2, 4, 5), (4, 0, -1), (16, 4, -1), (32, 0, -1)]
    if sys.argv[1] == "get":
        names = os.listxattr(sys.argv[2])
        name = "system.posix_acl_access"
        print(os.getxattr(sys.argv[2], name).hex() if name in names else "none")
    else:
        value = struct.pack("<I", 2) + b"".join(struct.pack("<HHi", *entry) for entry in entries)
        os.setxattr(sys.argv[2], "system.posix_acl_" + sys.argv[1], value)
    """

  private static func run(_ word: String, _ path: String) throws -> ProgramRun {
    try ProgramRun.run(["/usr/bin/python3", "-c", script, word, path], environment: [:])
  }

  /// Lets user 5 read, and the group nothing.
  ///
  /// - Parameter kind: `access`, or `default` for what comes to be in a folder.
  static func set(_ kind: String, _ path: String) throws {
    let run = try run(kind, path)
    try #require(run.exitCode == 0, "\(run.errorText)")
  }

  /// `none`, or its bytes; and the mode.
  static func of(_ path: String) throws -> (mode: mode_t, list: String) {
    var status = stat()
    try #require(stat(path, &status) == 0)
    return (status.st_mode & 0o777, try run("get", path).text)
  }

  static let areThere: Bool = {
    guard let folder = try? TemporaryFolder() else { return false }
    return (try? run("default", folder.path))?.exitCode == 0
  }()
}

/// Nobody can read a host's file because of an import or its undo who could not before, and who could
/// still can. Beside a list the mode's bits for the group are no right of the group's.
@Suite(.enabled(if: AccessList.areThere, "the file system has no access control lists"))
struct ImportAccessTests {
  @Test func theListOfAFileIsKept() throws {
    let home = try ImportTests.home()
    let path = "\(home.path)/\(ImportTests.claude)"
    try AccessList.set("access", path)
    let before = try AccessList.of(path)
    #expect(before.mode == 0o640 && before.list.hasPrefix("02000000"))
    for words in [["import", "--yes", "--no-check"], ["undo", "claude-desktop", "--yes"]] {
      let run = try home.valet(words)
      #expect(run.exitCode == 0, "\(run.errorText)")
      let after = try AccessList.of(path)
      #expect(after == before, "\(words)")
    }
    #expect(File.text(path) == ImportTests.desktopFile(home))
  }

  /// A list that the folder gives to each new file in it.
  @Test func aFileWithoutAListGetsNone() throws {
    let home = try ImportTests.home()
    let path = "\(home.path)/\(ImportTests.claude)"
    try #require(chmod(path, 0o640) == 0)
    try AccessList.set("default", "\(home.path)/.config/Claude")
    let run = try home.valet(["import", "--yes", "--no-check"])
    #expect(run.exitCode == 0, "\(run.errorText)")
    #expect(!File.text(path).contains(ImportTests.key))
    #expect(try AccessList.of(path) == (0o640, "none\n"))
  }

  @Test(.enabled(if: Programs.areInstalled("/usr/bin/strace"), "needs strace"))
  func theGroupGainsNothingWhereTheListCannotBeKept() throws {
    let home = try ImportTests.home()
    let path = "\(home.path)/\(ImportTests.claude)"
    for call in ["fgetxattr", "fsetxattr"] {
      try home.write(ImportTests.desktopFile(home), to: ImportTests.claude)
      try AccessList.set("access", path)
      let run = try home.shell(
        """
        exec strace -f -qq -o /dev/null -e trace=\(call) -e inject=\(call):error=EPERM \
          "$VALET" import --yes --no-check
        """)
      #expect(run.exitCode == 0, "\(run.errorText)")
      #expect(!File.text(path).contains(ImportTests.key))
      #expect(try AccessList.of(path) == (0o600, "none\n"), "\(call)")
    }
  }
}
