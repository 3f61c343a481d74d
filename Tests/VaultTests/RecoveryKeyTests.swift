import Secrets
import Testing

@testable import Vault

@Suite struct RecoveryKeyTests {
  static let key = (0..<32).map { UInt8(truncatingIfNeeded: $0 * 37 + 11) }

  static func text(_ key: [UInt8] = key) throws -> String {
    let text = try RecoveryKey.text(of: try SecretBytes(key))
    return String(decoding: text.array(), as: UTF8.self)
  }

  static func parse(_ text: String) throws -> [UInt8] {
    try RecoveryKey.parse(try SecretBytes(text)).array()
  }

  @Test func isFourteenGroupsOfFour() throws {
    let text = try Self.text()
    #expect(text.split(separator: "-").map(\.count) == Array(repeating: 4, count: 14))
    #expect(text.utf8.count == RecoveryKey.textLength)
    #expect(!text.contains { "ILOU".contains($0) })
    // 32 zero bytes, so that another implementation can compare: the rest is the check.
    #expect(try Self.text(Array(repeating: 0, count: 32)).hasPrefix("0000-0000-0000-0000-0000"))
  }

  @Test(arguments: [UInt8(0), 1, 0x7f, 0xff]) func comesBack(fill: UInt8) throws {
    let key = [UInt8](repeating: fill, count: 32)
    #expect(try Self.parse(try Self.text(key)) == key)
    #expect(try Self.parse(try Self.text()) == Self.key)
  }

  @Test func caseSeparatorsAndLookalikesDoNotMatter() throws {
    let text = try Self.text()
    #expect(try Self.parse(text.lowercased()) == Self.key)
    #expect(try Self.parse(text.filter { $0 != "-" }) == Self.key)
    let spread = text.map { (character: Character) -> String in
      character == "-" ? " \t\r\n" : String(character)
    }
    #expect(try Self.parse("  \(spread.joined())\n") == Self.key)
    let zeros = [UInt8](repeating: 0, count: 32)
    let confused = try Self.text(zeros).map { (character: Character) -> Character in
      switch character {
      case "0": "o"
      case "1": "l"
      default: character
      }
    }
    #expect(try Self.parse(String(confused)) == zeros)
  }

  @Test func everyWrongCharacterIsNoticed() throws {
    let text = Array(try Self.text())
    for position in text.indices where text[position] != "-" {
      for wrong in "0Z8" where wrong != text[position] {
        var changed = text
        changed[position] = wrong
        #expect(vaultError { _ = try Self.parse(String(changed)) } == .recoveryKey(.checksum))
      }
    }
  }

  @Test func saysWhatIsWrong() throws {
    let text = try Self.text()
    #expect(vaultError { _ = try Self.parse("") } == .recoveryKey(.length(0)))
    #expect(vaultError { _ = try Self.parse(String(text.dropLast())) } == .recoveryKey(.length(55)))
    #expect(vaultError { _ = try Self.parse(text + "7") } == .recoveryKey(.length(57)))
    #expect(
      vaultError { _ = try Self.parse("U" + text.dropFirst()) }
        == .recoveryKey(.character(position: 1)))
    #expect(VaultError.recoveryKey(.checksum).message.contains("typing error"))
  }

  @Test func opensTheVault() throws {
    let fixture = try Fixture([("s", "1")])
    try fixture.open().addSlot(.recoveryKey(try SecretBytes(Self.key)))
    let typed = try RecoveryKey.parse(try SecretBytes(try Self.text().lowercased()))
    let key = try VaultStore.peek(fixture.location).unlock(with: .recoveryKey(typed))
    #expect(try VaultStore.open(fixture.location, key: key).get("s") == "1")
  }
}
