import Testing
import ValetTesting

@testable import Bundles

struct ArchiveLayoutTests {
  typealias Entry = ZipForge.Entry

  static func layout(_ forge: ZipForge, _ limits: BundleLimits = .standard) throws -> ArchiveLayout
  {
    try forge.bytes.withUnsafeBytes { try ArchiveLayout(of: $0, limits: limits) }
  }

  /// What is thrown, as the name of its case.
  private func fault(_ forge: ZipForge, _ limits: BundleLimits = .standard) -> String {
    do {
      _ = try Self.layout(forge, limits)
      return "accepted"
    } catch {
      return "\(error)".split(separator: "(").first.map(String.init)?
        .split(separator: ".").last.map(String.init) ?? ""
    }
  }

  private static let a = Entry("a", "content")
  private static let b = Entry("b/c", "more", mode: 0o100755)

  @Test func readsNamesModesAndSizes() throws {
    let layout = try Self.layout(
      ZipForge([Self.a, .folder("b"), Self.b, Entry("d", "x", mode: 0).deflated()]))
    #expect(layout.entries.map(\.name) == ["a", "b", "b/c", "d"])
    #expect(layout.entries.map(\.mode) == [0o644, 0o755, 0o755, nil])
    #expect(layout.entries.map(\.isFolder) == [false, true, false, false])
    #expect(layout.entries.map(\.size) == [7, 0, 4, 1])
    #expect(layout.unpackedSize == 12)
  }

  @Test func readsSizesBehindTheData() throws {
    let streamed = Self.a.with { $0.flags = 8 }
    #expect(try Self.layout(ZipForge([streamed, Self.b])).entries.count == 2)
    // The descriptor's signature is optional; what it says is not.
    let bare = Self.a.with {
      $0.flags = 8
      $0.hasSignature = false
    }
    #expect(try Self.layout(ZipForge([bare, Self.b])).entries.count == 2)
    #expect(fault(ZipForge([bare.with { $0.descriptorSize = 9 }])) == "inconsistent")
    #expect(fault(ZipForge([streamed.with { $0.descriptorSize = 9 }])) == "inconsistent")
  }

  @Test(arguments: [
    "/etc/passwd", "../x", "a/../../x", "a/./b", "a//b", "..", ".", "a\\b", "..\\x", "C:/x", "C:x",
    "a:stream", "a\u{0}b", "a\nb", "a\u{202E}b", "\u{1B}[2J", "",
  ]) func refusesNamesThatLeadElsewhere(name: String) {
    #expect(fault(ZipForge([Entry(name)])) == "name", "\(name)")
    #expect(fault(ZipForge([Self.a, Entry(name)])) == "name")
  }

  @Test func refusesNamesThatAreTooLongOrNoUTF8() {
    #expect(fault(ZipForge([Entry(String(repeating: "a", count: 256))])) == "name")
    let deep = Array(repeating: "abcdefgh", count: 120).joined(separator: "/")
    #expect(fault(ZipForge([Entry(deep)])) == "name")
    #expect(fault(ZipForge([Self.a.with { $0.name = [0x61, 0xFF] }])) == "name")
  }

  /// A name of 1,024 bytes could make 512 folders, and 20,000 such names ten millions.
  @Test func refusesFoldersInFoldersWithoutEnd() {
    func deep(_ parts: Int, _ first: String = "a") -> Entry {
      Entry(([first] + Array(repeating: "a", count: parts - 1)).joined(separator: "/"))
    }
    #expect(fault(ZipForge([deep(100)])) == "accepted")
    #expect(fault(ZipForge([deep(101)])) == "name")
    var limits = BundleLimits()
    limits.entries = 150
    #expect(fault(ZipForge([deep(80, "a"), deep(73, "b")]), limits) == "tooManyEntries")
    #expect(fault(ZipForge([deep(80, "a"), deep(71, "a")]), limits) == "fileAsFolder")
    #expect(fault(ZipForge([deep(80, "a"), deep(72, "b")]), limits) == "accepted")
  }

  @Test func findsCollisionsBelowFoldersThatAreOnlyImplied() {
    #expect(fault(ZipForge([Entry("a/b/c"), Entry("a/b/d"), Entry("a/e/c")])) == "accepted")
    #expect(fault(ZipForge([Entry("a/b/c"), Entry("a/B/d")])) == "duplicate")
    #expect(fault(ZipForge([Entry("a/b/c"), Entry("a/b/C")])) == "duplicate")
    #expect(fault(ZipForge([Entry("a/b/c"), Entry("a/B")])) == "fileAsFolder")
    #expect(fault(ZipForge([Entry("a/b/c"), .folder("a/B")])) == "duplicate")
    #expect(fault(ZipForge([.folder("a/b"), Entry("a/b/c"), .folder("a")])) == "accepted")
  }

  @Test(arguments: [
    ("a", "a"), ("a", "A"), ("Manifest.json", "manifest.json"), ("é", "e\u{301}"),
    ("straße", "STRASSE"), ("K", "\u{212A}"), ("a", "a."), ("a", "a "), ("a", "a\u{200D}"),
    ("d/a", "D/b"), ("d/a", "D/A"),
  ]) func refusesTwoNamesThatAreOneFileSomewhere(one: String, other: String) {
    #expect(fault(ZipForge([Entry(one), Entry(other)])) == "duplicate", "\(one) \(other)")
    #expect(fault(ZipForge([Entry(other), Entry(one)])) == "duplicate")
  }

  @Test func refusesAFileThatIsAFolderToo() {
    #expect(fault(ZipForge([Entry("a"), Entry("a/b")])) == "fileAsFolder")
    #expect(fault(ZipForge([Entry("a/b"), Entry("a")])) == "fileAsFolder")
    #expect(fault(ZipForge([.folder("a"), Entry("a")])) == "fileAsFolder")
    #expect(fault(ZipForge([.folder("a"), .folder("a")])) == "duplicate")
    #expect(fault(ZipForge([Entry("a/b"), .folder("a"), Entry("a/c")])) == "accepted")
    #expect(fault(ZipForge([Entry("a/b"), .folder("a"), .folder("a")])) == "duplicate")
  }

  @Test(
    arguments: [
      (0o120777, "link"), (0o060644, "specialFile"), (0o020644, "specialFile"),
      (0o010644, "specialFile"), (0o140644, "specialFile"), (0o104755, "specialFile"),
      (0o102755, "specialFile"), (0o040755, "inconsistent"),
    ] as [(UInt32, String)]) func refusesWhatIsNoPlainFile(mode: UInt32, expected: String)
  {
    #expect(fault(ZipForge([Entry("a", "x", mode: mode)])) == expected)
  }

  @Test func refusesEncryptedEntries() {
    for flag: UInt16 in [1, 0x40, 0x2000] {
      #expect(fault(ZipForge([Self.a.with { $0.flags = flag }])) == "encrypted")
    }
    #expect(fault(ZipForge([Self.a.with { $0.flags = 0x20 }])) == "unsupported")
  }

  @Test func refusesMethodsThatHostsDoNotKnow() {
    for method: UInt16 in [1, 9, 12, 14, 93, 95, 99] {
      #expect(fault(ZipForge([Self.a.with { $0.method = method }])) == "unsupported")
    }
  }

  @Test func refusesBombs() {
    var limits = BundleLimits()
    let large = Entry("a").with {
      $0.method = 8
      $0.size = 100 << 20
    }
    #expect(fault(ZipForge([large])) == "bomb")
    limits.entries = 3
    let many = (0..<4).map { Entry("\($0)") }
    #expect(fault(ZipForge(many), limits) == "tooManyEntries")
    limits.entries = 4
    #expect(fault(ZipForge(many), limits) == "accepted")
    limits.unpackedBytes = 10
    #expect(
      fault(ZipForge([Self.a, Self.a.with { $0.name = [0x62] }]), limits) == "tooLargeUnpacked")
    limits.archiveBytes = 20
    #expect(fault(ZipForge([Self.a]), limits) == "tooLarge")
  }

  /// Two entries that share one lot of data: what bombs of the better kind are made of.
  @Test func refusesEntriesThatOverlap() {
    let other = Self.a.with {
      $0.start = 0
      $0.localName = $0.name
    }
    #expect(fault(ZipForge([Self.a, other.with { $0.name = [0x62] }])) == "inconsistent")
    let inside = Entry("x", "yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy")
    var shifted = ZipForge([inside])
    shifted.directoryStart = 10
    #expect(fault(shifted) == "inconsistent")
  }

  @Test func refusesBytesThatBelongToNoEntry() {
    let forge = ZipForge([Self.a, Self.b])
    #expect(fault(forge) == "accepted")
    #expect(fault(forge.with { $0.prefix = [1, 2, 3] }) == "inconsistent")
    #expect(fault(forge.with { $0.gap = ZipForge([Self.a]).bytes }) == "inconsistent")
    #expect(
      fault(ZipForge([Self.a.with { $0.trailer = Array("hidden".utf8) }, Self.b])) == "inconsistent"
    )
    #expect(fault(forge.with { $0.suffix = [0] }) == "inconsistent")
  }

  @Test func refusesHeadersThatDisagree() {
    #expect(
      fault(ZipForge([Self.a.with { $0.localName = Array("manifest.json".utf8) }]))
        == "inconsistent")
    #expect(fault(ZipForge([Self.a.with { $0.localName = [0x62] }])) == "inconsistent")
    #expect(fault(ZipForge([Self.a.with { $0.localSize = 1 }])) == "inconsistent")
    #expect(fault(ZipForge([Self.a.with { $0.localMethod = 8 }])) == "inconsistent")
    #expect(fault(ZipForge([Self.a.with { $0.size = 8 }])) == "inconsistent")
    #expect(fault(ZipForge([Self.a.with { $0.start = 1 }])) == "inconsistent")
    let path: [UInt8] = [0x75, 0x70, 6, 0, 1, 0, 0, 0, 0, 0x62]
    #expect(fault(ZipForge([Self.a.with { $0.extra = path }])) == "inconsistent")
    let same: [UInt8] = [0x75, 0x70, 6, 0, 1, 0, 0, 0, 0, 0x61]
    #expect(fault(ZipForge([Self.a.with { $0.extra = same }])) == "accepted")
  }

  @Test func refusesAnEndRecordThatLies() {
    let forge = ZipForge([Self.a, Self.b])
    #expect(fault(forge.with { $0.count = 1 }) == "inconsistent")
    #expect(fault(forge.with { $0.count = 3 }) == "inconsistent")
    #expect(fault(forge.with { $0.disk = 1 }) == "unsupported")
    #expect(fault(forge.with { $0.commentLength = 9 }) == "inconsistent")
    #expect(fault(forge.with { $0.comment = Array("hello".utf8) }) == "accepted")
    // A second end record in the comment: which one counts depends on the reader.
    #expect(fault(forge.with { $0.comment = ZipForge([]).bytes }) == "inconsistent")
    let locator = ZipForge.bytes(UInt32(0x0706_4B50)) + [UInt8](repeating: 0, count: 16)
    #expect(fault(forge.with { $0.locator = locator }) == "unsupported")
    #expect(fault(ZipForge([Self.a.with { $0.size = 0xFFFF_FFFF }])) == "unsupported")
    #expect(fault(forge.with { $0.count = 0xFFFF }, .standard) != "accepted")
  }

  /// Whatever is cut off or changed, nothing is read outside, and nothing is accepted with other
  /// names than before without its checksum telling.
  @Test func survivesEveryCutAndFlippedByte() throws {
    let bytes = ZipForge([Self.a, Self.b, .folder("d"), Self.a.with { $0.name = [0x65] }]).bytes
    for count in 0..<bytes.count {
      bytes[..<count].withUnsafeBytes { cut in
        _ = #expect(throws: ArchiveFault.self) { try ArchiveLayout(of: cut) }
      }
    }
    for index in bytes.indices {
      for value: UInt8 in [0, 0xFF, bytes[index] ^ 1, bytes[index] ^ 0x80] {
        var changed = bytes
        changed[index] = value
        _ = changed.withUnsafeBytes { try? ArchiveLayout(of: $0) }
      }
    }
  }

  @Test func refusesWhatIsNoArchive() {
    for text in ["", "PK", "not a zip archive at all, whatever its name says"] {
      Array(text.utf8).withUnsafeBytes { bytes in
        _ = #expect(throws: ArchiveFault.notZip) { try ArchiveLayout(of: bytes) }
      }
    }
  }
}
