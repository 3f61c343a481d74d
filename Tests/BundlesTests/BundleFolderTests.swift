import Platform
import Testing
import ValetTesting

@testable import Bundles

/// What a bundle leaves is removed, and nothing else.
@Suite struct BundleFolderTests {
  private func unpack(below parent: String) throws -> BundleFolder {
    try BundleFolder(Bundle(Manifests.bundle(), path: "x.mcpb"), below: parent, name: "s")
  }

  private func mode(_ path: String) -> mode_t? {
    var status = stat()
    return lstat(path, &status) == 0 ? status.st_mode & 0o777 : nil
  }

  @Test func removesWhatAServerMadeAndFollowsNoLink() throws {
    let folder = try TemporaryFolder()
    let outside = "\(folder.path)/outside"
    try #require(mkdir(outside, 0o755) == 0)
    try TemporaryFolder.write([1], to: "\(outside)/file", mode: 0o644)
    do {
      let unpacked = try unpack(below: "\(folder.path)/run")
      let inner = "\(unpacked.path)/server/inner"
      try #require(mkdir(inner, 0o700) == 0)
      for (index, target) in [outside, "\(outside)/file", "/missing", ".."].enumerated() {
        try #require(symlink(target, "\(inner)/\(index)") == 0)
      }
      try #require(link("\(outside)/file", "\(inner)/second") == 0)
      try TemporaryFolder.write([1], to: "\(inner)/file")
      try #require(chmod(inner, 0) == 0 && chmod(unpacked.path, 0o500) == 0)
    }
    #expect(TemporaryFolder.names(in: "\(folder.path)/run") == [])
    #expect(mode(outside) == 0o755 && mode("\(outside)/file") == 0o644)
    #expect(TemporaryFolder.names(in: outside) == ["file"])
  }

  /// A server that was not ended exchanges a folder of its own for a link, as fast as it can.
  @Test func followsNoLinkThatTakesAFoldersPlace() throws {
    let folder = try TemporaryFolder()
    let outside = "\(folder.path)/outside"
    try #require(mkdir(outside, 0o755) == 0)
    let unpacked = "\(folder.path)/unpacked"
    let script = """
      import ctypes, os
      libc = ctypes.CDLL(None)
      parent = os.getppid()
      one, other = b"\(unpacked)/a", b"\(unpacked)/b"
      while os.getppid() == parent:
        for _ in range(1000):
          libc.renameat2(-100, one, -100, other, 2)
      """
    let words = ["python3", "-c", script]
    var arguments = words.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    var server: pid_t = 0
    try #require(posix_spawn(&server, "/usr/bin/python3", nil, nil, &arguments, nil) == 0)
    defer {
      kill(server, SIGKILL)
      waitpid(server, nil, 0)
    }
    for _ in 0..<2_000 {
      mkdir(unpacked, 0o700)
      mkdir("\(unpacked)/a", 0o700)
      symlink(outside, "\(unpacked)/b")
      try TemporaryFolder.write([1], to: "\(outside)/file")
      BundleFolder.removeAbandoned(unpacked)
      try #require(TemporaryFolder.names(in: outside) == ["file"] && mode(outside) == 0o755)
    }
  }
}
