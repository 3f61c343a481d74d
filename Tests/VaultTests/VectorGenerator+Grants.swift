import Grants
import Secrets
import Testing

@testable import Vault

extension VectorGenerator {
  /// A grant with something in every field.
  static func fullGrant() throws -> Grant {
    func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
    var options = LaunchTerms.Options()
    options.executesInPlace = true
    options.allowsValuesInArguments = true
    options.unredacted = ["github/user"]
    options.kept = ["DISPLAY", "EDITOR"]
    let terms = LaunchTerms(
      serverName: "github über alles", program: .file(bytes("/usr/bin/node")),
      arguments: [
        bytes("/srv/server.js"), bytes("--token={{valet://github/token}}"), [0xff, 0x0a],
      ],
      home: bytes("/home/me"),
      variables: [
        .init(bytes("TOKEN"), .template("Bearer {{valet://github/token}}")),
        .init(bytes("DISPLAY"), .plain(bytes(":0"))), .init(bytes("EMPTY"), .plain([])),
      ], options: options)
    return Grant(
      terms, folder: .at(bytes("/srv")),
      substitutions: [
        .init(
          written: try SecretReference("valet://github/token"),
          given: try SecretReference("keyring://?service=web&account=a%20b"))
      ], pin: .init(path: bytes("/srv/server.js"), digest: Array(0..<32)), created: 1_760_000_000)
  }

  static func runnerGrant() -> Grant {
    let terms = LaunchTerms(
      serverName: "files", program: .runner(.npx), arguments: [Array("a@1.0.0".utf8)], home: nil,
      variables: [], options: .init())
    return Grant(terms, folder: .empty, created: 1_760_000_001)
  }

  @Test func grants() throws {
    let fixture = try Fixture([("github/token", "ghp_example")])
    let store = try fixture.open(options: VaultOptions(now: { 1_760_000_000 }))
    try store.record([try Self.fullGrant(), Self.runnerGrant()])
    var forge = Forge(try RawFile.read(fixture.vaultPath))
    let key = try fixture.key()
    let payload = try #require(Self.runnerGrant().encoded())
    let later = [2, 0] + payload.dropFirst(2)
    try forge.insertRecords([(2, later)], key)
    try RawFile.write(forge.bytes, to: fixture.vaultPath)
    try Self.write("ok-grants", "grants, one of a layout that nobody knows yet", fixture)
    forge = Forge(try RawFile.read(fixture.vaultPath))
    try forge.insertRecords([(2, payload.dropLast())], key)
    try Self.write(
      "malformed-grant", forge.bytes,
      Vector(
        about: "a grant that is cut short", open: "key-file", secret: Self.keyHex,
        expect: .malformed))
  }
}
