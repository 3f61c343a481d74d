internal import Platform
internal import Secrets
internal import Testing
internal import ValetTesting

@testable import Launch

struct CommandTests {
  private func find(_ name: String, _ path: String) throws(LaunchError) -> String {
    try Command.find(Array(name.utf8), along: Array(path.utf8)).text
  }

  private func make(_ path: String, mode: mode_t) {
    close(open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600))
    chmod(path, mode)
  }

  @Test func takesTheFirstProgramAlongThePath() throws {
    let folder = try TemporaryFolder()
    for name in ["a", "b", "c"] { mkdir("\(folder.path)/\(name)", 0o700) }
    make("\(folder.path)/a/tool", mode: 0o600)
    make("\(folder.path)/b/tool", mode: 0o700)
    make("\(folder.path)/c/tool", mode: 0o700)
    let path = "\(folder.path)/none:\(folder.path)/a:\(folder.path)/b:\(folder.path)/c"
    #expect(try find("tool", path) == "\(folder.path)/b/tool")
    #expect(throws: LaunchError.cannotExecute(path: "\(folder.path)/a/tool", reason: .permission)) {
      try find("tool", "\(folder.path)/none:\(folder.path)/a")
    }
    #expect(throws: LaunchError.commandNotFound("tool")) {
      try find("tool", "\(folder.path)/none")
    }
  }

  @Test(arguments: ["", ":", ".", "./", "..:.", "tools"])
  func neverSearchesTheWorkingFolder(path: String) throws {
    // The working folder of the tests is the package, and holds this name.
    #expect(access("Package.swift", F_OK) == 0)
    #expect(throws: LaunchError.commandNotFound("Package.swift")) {
      try find("Package.swift", path)
    }
    #expect(throws: LaunchError.cannotExecute(path: "./Package.swift", reason: .permission)) {
      try find("./Package.swift", path)
    }
  }

  @Test func tellsWhatIsNoProgram() throws {
    let folder = try TemporaryFolder()
    make("\(folder.path)/file", mode: 0o600)
    mkfifo("\(folder.path)/fifo", 0o700)
    symlink("\(folder.path)/gone", "\(folder.path)/link")
    #expect(throws: LaunchError.cannotExecute(path: folder.path, reason: .isFolder)) {
      try find(folder.path, "")
    }
    for name in ["file", "fifo"] {
      #expect(
        throws: LaunchError.cannotExecute(path: "\(folder.path)/\(name)", reason: .permission)
      ) {
        try find("\(folder.path)/\(name)", "")
      }
    }
    for name in ["gone", "link", "file/below", "nul\0"] {
      #expect(throws: LaunchError.commandNotFound("\(folder.path)/\(name)")) {
        try find("\(folder.path)/\(name)", "")
      }
    }
  }

  @Test func codesAreAShells() {
    #expect(LaunchError.commandNotFound("x").exitCode == .commandNotFound)
    for code in [ENOENT, EACCES, ENOEXEC, E2BIG, ELOOP, ETXTBSY] {
      #expect(LaunchError(execError: code, path: "x").exitCode == .cannotExecute)
    }
  }
}
