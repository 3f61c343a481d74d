import Files
import Platform
import Testing
import ValetTesting

/// Somebody exchanges what we open for a link, and back, as fast as he can.
@Suite final class LinkRaceTests {
  let temporary: TemporaryFolder
  init() throws { temporary = try TemporaryFolder() }

  var path: String { temporary.path }

  private func write(_ text: String, _ name: String) throws {
    let descriptor = open("\(path)/\(name)", O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
    try #require(descriptor >= 0)
    defer { close(descriptor) }
    try #require(text.withCString { Platform.write(descriptor, $0, strlen($0)) } == text.utf8.count)
  }

  /// Renames two names to each other's until it is killed: there is always one of the two.
  private func whileExchanging(
    _ one: String, _ other: String, _ body: () throws -> Void
  ) throws {
    let script = """
      import ctypes, os
      libc = ctypes.CDLL(None)
      one, other = (os.fsencode(f"\(path)/{name}") for name in ("\(one)", "\(other)"))
      parent = os.getppid()
      while os.getppid() == parent:
        for _ in range(1000):
          libc.renameat2(-100, one, -100, other, 2)
      """
    let words = ["python3", "-c", script]
    var arguments = words.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    var process: pid_t = 0
    try #require(
      posix_spawn(&process, "/usr/bin/python3", nil, nil, &arguments, nil) == 0)
    defer {
      kill(process, SIGKILL)
      waitpid(process, nil, 0)
    }
    try body()
  }

  /// What was read, and how often it was a link at that moment.
  private struct Outcome {
    var own = 0
    var refused = 0
  }

  private func tally(_ attempt: () throws -> [UInt8]) throws -> Outcome {
    var outcome = Outcome()
    let deadline = ContinuousClock.now + .seconds(10)
    while outcome.own < 500 || outcome.refused < 500, ContinuousClock.now < deadline {
      do {
        let bytes = try attempt()
        #expect(bytes == Array("own".utf8), "\(String(decoding: bytes, as: UTF8.self))")
        outcome.own += 1
      } catch FileError.symbolicLink {
        outcome.refused += 1
      } catch FileError.wrongKind {
        // A link when it was opened, and none any more when it was asked why that failed.
        outcome.refused += 1
      }
    }
    return outcome
  }

  @Test func aFileIsNeverReadThroughALink() throws {
    mkdir("\(path)/folder", 0o700)
    try write("own", "folder/file")
    try write("other", "elsewhere")
    try #require(symlink("../elsewhere", "\(path)/folder/link") == 0)
    let folder = try OwnedFolder.open("\(path)/folder", create: false)
    try whileExchanging("folder/file", "folder/link") {
      let outcome = try tally { try folder.readFile("file", limit: 100) }
      #expect(outcome.own > 20 && outcome.refused > 20, "\(outcome)")
    }
  }

  @Test func aFolderIsNeverEnteredThroughALink() throws {
    for name in ["folder", "elsewhere"] { mkdir("\(path)/\(name)", 0o700) }
    try write("own", "folder/file")
    try write("other", "elsewhere/file")
    try #require(symlink("elsewhere", "\(path)/link") == 0)
    try whileExchanging("folder", "link") {
      let outcome = try tally {
        try OwnedFolder.open("\(path)/folder", create: false).readFile("file", limit: 100)
      }
      #expect(outcome.own > 20 && outcome.refused > 20, "\(outcome)")
    }
  }

  /// Once it is open, its name means nothing any more.
  @Test func anOpenFolderStaysTheOneThatWasChecked() throws {
    for name in ["folder", "elsewhere"] { mkdir("\(path)/\(name)", 0o700) }
    try write("own", "folder/file")
    try write("other", "elsewhere/file")
    let folder = try OwnedFolder.open("\(path)/folder", create: false)
    try whileExchanging("folder", "elsewhere") {
      for _ in 0..<1_000 {
        let bytes = try folder.readFile("file", limit: 100)
        #expect(bytes == Array("own".utf8))
      }
    }
  }

  /// Nothing is written to where a link leads, in either way of making files.
  @Test func nothingIsWrittenThroughALink() throws {
    mkdir("\(path)/folder", 0o700)
    try write("own", "folder/file")
    try write("other", "elsewhere")
    try #require(symlink("../elsewhere", "\(path)/folder/link") == 0)
    let folder = try OwnedFolder.open("\(path)/folder", create: false)
    var outcome = Outcome()
    try whileExchanging("folder/file", "folder/link") {
      let deadline = ContinuousClock.now + .seconds(10)
      while outcome.own < 500 || outcome.refused < 500, ContinuousClock.now < deadline {
        guard let file = try? folder.openForAppending("file") else {
          outcome.refused += 1
          continue
        }
        try [UInt8(ascii: "+")].withUnsafeBytes { try file.writeAll($0, path: "file") }
        outcome.own += 1
      }
    }
    let root = try OwnedFolder.open(path, create: false)
    #expect(try root.readFile("elsewhere", limit: 10_000) == Array("other".utf8))
    #expect(outcome.own > 20 && outcome.refused > 20, "\(outcome)")
  }
}
