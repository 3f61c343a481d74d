import Platform
import Testing
import ValetTesting

@testable import Bundles

struct BundleTests {
  typealias Entry = ZipForge.Entry

  @Test func readsABundle() throws {
    let bundle = try Bundle(Manifests.bundle(), path: "x.mcpb")
    try bundle.verify()
    #expect(bundle.manifest.bundleName == "Some Server")
    #expect(!bundle.isSigned)
  }

  @Test(arguments: ["0.1", "0.2", "0.3", "0.4"]) func readsWhatOthersPacked(version: String) throws
  {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/x.mcpb"
    // zipfile, with data descriptors where it cannot seek.
    let script = """
      import sys, zipfile
      class Pipe:
        def __init__(self, f): self.f = f
        def write(self, b): return self.f.write(b)
        def flush(self): self.f.flush()
      raw = open(sys.argv[1], "wb")
      with zipfile.ZipFile(Pipe(raw) if sys.argv[2] == "0.4" else raw, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("manifest.json", sys.argv[3])
        z.writestr("größe/x", b"x" * 100000)
      """
    let run = try ProgramRun.run(
      ["/usr/bin/python3", "-c", script, path, version, Manifests.plain(version)], environment: [:])
    try #require(run.exitCode == 0, "\(run.errorText)")
    let bundle = try Bundle(path: path)
    try bundle.verify()
    #expect(bundle.manifest.version.rawValue == version)
    #expect(bundle.layout.entries.last?.size == 100_000)
  }

  private func fault(of bytes: [UInt8]) -> ArchiveFault? {
    do throws(BundleError) {
      try Bundle(bytes, path: "x").verify()
      return nil
    } catch {
      if case .archive(_, let fault) = error { return fault }
      Issue.record("\(error)")
      return nil
    }
  }

  private func isDamaged(_ entry: Entry) -> Bool {
    if case .damaged(let name, _) = fault(of: Manifests.bundle(Manifests.plain(), [entry])) {
      return name == "x"
    }
    return false
  }

  @Test func refusesEntriesThatAreNotWhatTheDirectorySays() {
    let entry = Entry("x", "some content").deflated()
    #expect(!isDamaged(entry))
    // Larger than declared: a bomb by its real size.
    #expect(isDamaged(entry.with { $0.size = 3 }))
    #expect(isDamaged(entry.with { $0.size = 300 }))
    #expect(isDamaged(entry.with { $0.checksum = 7 }))
    #expect(isDamaged(Entry("x", "some content").with { $0.checksum = 7 }))
    #expect(isDamaged(entry.with { $0.stored = [6, 6, 6] }))
    #expect(isDamaged(entry.with { $0.stored = [] }))
  }

  @Test func stopsUnpackingAtTheDeclaredSize() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/x.mcpb"
    let script = """
      import sys, zipfile, struct
      with zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("manifest.json", sys.argv[2])
        z.writestr("bomb", bytes(200 << 20))
      data = bytearray(open(sys.argv[1], "rb").read())
      size = struct.pack("<L", 200 << 20)
      start = 0
      for _ in range(2):
        at = data.index(size, start)
        data[at:at+4] = struct.pack("<L", 1000)
        start = at
      open(sys.argv[1], "wb").write(data)
      """
    let run = try ProgramRun.run(
      ["/usr/bin/python3", "-c", script, path, Manifests.plain()], environment: [:])
    try #require(run.exitCode == 0, "\(run.errorText)")
    let bundle = try Bundle(path: path)
    #expect {
      try bundle.verify()
    } throws: { error in
      guard case .archive(_, .damaged("bomb", _)) = error as? BundleError else { return false }
      return true
    }
  }

  @Test func namesWhatIsNoBundle() throws {
    let folder = try TemporaryFolder()
    func message(_ path: String) -> String {
      do throws(BundleError) {
        _ = try Bundle(path: path)
        return "accepted"
      } catch {
        return error.message
      }
    }
    #expect(message("\(folder.path)/none").hasSuffix("/none does not exist"))
    #expect(message(folder.path).hasSuffix("is not a regular file"))
    try TemporaryFolder.write(Array("text".utf8), to: "\(folder.path)/text")
    #expect(message("\(folder.path)/text").hasSuffix("/text: this is no zip archive"))
    mkfifo("\(folder.path)/pipe", 0o600)
    #expect(message("\(folder.path)/pipe").hasSuffix("is not a regular file"))
    let empty = ZipForge([Entry("Manifest.json", Manifests.plain())]).bytes
    #expect {
      try Bundle(empty, path: "x")
    } throws: { ($0 as? BundleError)?.message == "x: manifest.json: there is none" }
  }

  static let signature =
    Array("MCPB_SIG_V1".utf8) + [4, 0, 0, 0, 1, 2, 3, 4] + Array("MCPB_SIG_END".utf8)

  @Test func findsSignatures() throws {
    let plain = Manifests.bundle()
    // As older tools append it, as newer ones count it, and padded.
    var counted = plain
    counted[plain.count - 2] = UInt8(Self.signature.count)
    var padded = plain
    let padding = [UInt8](repeating: 0, count: 200)
    padded[plain.count - 2] = UInt8(Self.signature.count + 200)
    for signed in [
      plain + Self.signature, counted + Self.signature, padded + Self.signature + padding,
      padded + Self.signature.dropLast(12) + padding + Self.signature.suffix(12),
    ] {
      let bundle = try Bundle(signed, path: "x")
      #expect(bundle.isSigned)
      #expect(bundle.bytes == plain)
      #expect(bundle.fileSize == signed.count)
    }
    // In a file of the bundle, the words mean nothing.
    let tool = Entry("tool.js", String(decoding: Self.signature, as: UTF8.self))
    #expect(try !Bundle(Manifests.bundle(Manifests.plain(), [tool]), path: "x").isSigned)
  }
}
