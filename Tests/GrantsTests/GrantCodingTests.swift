internal import Grants
internal import Secrets
internal import Testing
internal import ValetTesting

@Suite struct GrantCodingTests {
  static func full() throws -> Grant {
    var grant = Sample.grant
    grant.folder = .at(bytes("/work"))
    grant.terms.program = .file(bytes("/usr/bin/node"))
    grant.terms.options.executesInPlace = true
    grant.terms.options.unredacted = ["github/user"]
    grant.terms.options.kept = ["DISPLAY"]
    grant.terms.arguments.append([0xff, 0x0a, 0])
    grant.terms.places = [bytes("/home/me/.nvm"), bytes("/srv/bin")]
    grant.substitutions = [
      .init(
        written: try SecretReference("valet://github/token"),
        given: try SecretReference("keyring://work/pat"))
    ]
    grant.pin = .init(path: bytes("/work/server.js"), digest: Array(0..<32))
    return grant
  }

  private func decoded(_ bytes: [UInt8]) throws -> Grant {
    try bytes.withUnsafeBytes { try Grant($0) }
  }

  @Test func readsWhatItWrote() throws {
    for grant in [Sample.grant, try Self.full()] {
      let bytes = try #require(grant.encoded())
      #expect(try decoded(bytes) == grant)
      bytes.withUnsafeBytes {
        #expect(Grant.isGrant($0, for: "github"))
        #expect(!Grant.isGrant($0, for: "githu"))
      }
    }
    var homeless = Sample.grant
    homeless.terms.home = nil
    #expect(try decoded(try #require(homeless.encoded())) == homeless)
  }

  @Test func refusesEveryCutAndAddition() throws {
    let bytes = try #require(try Self.full().encoded())
    for count in 0..<bytes.count {
      #expect(throws: GrantFormatError.self) { try decoded(Array(bytes[..<count])) }
    }
    #expect(throws: GrantFormatError.self) { try decoded(bytes + [0]) }
  }

  @Test func takesNothingForAGrantThatItDoesNotKnow() throws {
    let bytes = try #require(Sample.grant.encoded())
    for (offset, value) in [(0, 2), (2, 3), (3, 15), (4, 64), (7, 128)] {
      var changed = bytes
      changed[offset] |= UInt8(value)
      if offset == 2 { changed[offset] = UInt8(value) }
      #expect(throws: GrantFormatError.unknown) { try decoded(changed) }
    }
  }

  @Test func survivesAnyBytes() throws {
    let bytes = try #require(try Self.full().encoded())
    var random = SeededGenerator(seed: 11)
    for _ in 0..<20_000 {
      var changed = bytes
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        changed[Int.random(in: 0..<changed.count, using: &random)] = .random(
          in: 0...255, using: &random)
      }
      // What is still a grant says the same when it is written again.
      if let grant = try? decoded(changed) { #expect(grant.encoded() == changed) }
    }
  }

  @Test func refusesToWriteWhatNobodyCouldRead() {
    var grant = Sample.grant
    grant.terms.arguments = [Array(repeating: 0, count: GrantFormat.maximumLength)]
    #expect(grant.encoded() == nil)
  }
}
