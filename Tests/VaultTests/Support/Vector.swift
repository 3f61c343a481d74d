import Secrets

@testable import Vault

/// A file below `Tests/Vectors/vault` and what a reader must make of it.
///
/// The expectation is a text of `key: value` lines, described in `README.md` there. Unknown keys
/// and expectations are errors, so that a misspelt one cannot pass.
struct Vector {
  enum Expectation: String, CaseIterable {
    case ok, truncated, appended, malformed
    case notAVault = "not-a-vault"
    case unsupportedVersion = "unsupported-version"
    case unknownFlags = "unknown-flags"
    case corruptHeader = "corrupt-header"
    case corruptIndex = "corrupt-index"
    case corruptValue = "corrupt-value"
    case corruptTrailer = "corrupt-trailer"
    case tamperedHeader = "tampered-header"
    case tamperedIndex = "tampered-index"
    case tamperedValue = "tampered-value"
    case wrongKey = "wrong-key"
    case noSlot = "no-slot"
    case derivationOutOfRange = "derivation-out-of-range"
    case recoveryKey = "recovery-key"

    /// `nil` for an error that no vector is about.
    init?(_ error: VaultError) {
      switch error {
      case .truncated: self = .truncated
      case .appended: self = .appended
      case .malformed: self = .malformed
      case .notAVault: self = .notAVault
      case .unsupportedVersion: self = .unsupportedVersion
      case .unknownFlags: self = .unknownFlags
      case .corrupt(.header): self = .corruptHeader
      case .corrupt(.index): self = .corruptIndex
      case .corrupt(.value): self = .corruptValue
      case .corrupt(.trailer): self = .corruptTrailer
      case .tampered(.header): self = .tamperedHeader
      case .tampered(.index): self = .tamperedIndex
      case .tampered(.value): self = .tamperedValue
      case .wrongKey: self = .wrongKey
      case .noSlot: self = .noSlot
      case .derivationOutOfRange: self = .derivationOutOfRange
      case .recoveryKey: self = .recoveryKey
      default: return nil
      }
    }
  }

  struct UnknownLine: Error { let line: String }

  static let singleKeys: Set = [
    "about", "open", "secret", "expect", "name", "vault-id", "generation", "settings", "audit",
  ]
  static let repeatedKeys: Set = [
    "value", "note", "expires", "grant", "audit-root", "connection", "record",
  ]

  private(set) var single: [String: String] = [:]
  private(set) var repeated: [String: [String]] = [:]

  init(about: String, open: String, secret: String, expect: Expectation) {
    single = ["about": about, "open": open, "secret": secret, "expect": expect.rawValue]
  }

  init(text: String) throws {
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2, parts[1].first == " " else { throw UnknownLine(line: String(line)) }
      let (key, value) = (String(parts[0]), String(parts[1].dropFirst()))
      if Self.repeatedKeys.contains(key) {
        repeated[key, default: []].append(value)
      } else if Self.singleKeys.contains(key), single[key] == nil {
        single[key] = value
      } else {
        throw UnknownLine(line: String(line))
      }
    }
  }

  subscript(key: String) -> String? {
    get { single[key] }
    set { single[key] = newValue }
  }

  mutating func append(_ key: String, _ value: String) { repeated[key, default: []].append(value) }

  var expectation: Expectation {
    get throws {
      guard let expectation = Expectation(rawValue: single["expect"] ?? "") else {
        throw UnknownLine(line: "expect: \(single["expect"] ?? "")")
      }
      return expectation
    }
  }

  /// What opens the vault.
  func slotSecret() throws -> SlotSecret {
    let secret = single["secret"] ?? ""
    switch single["open"] {
    case "key-file": return .keyFile(try SecretBytes(try Self.bytes(hex: secret)))
    case "keyring": return .keyring(try SecretBytes(try Self.bytes(hex: secret)))
    case "passphrase": return .passphrase(try SecretBytes(secret))
    case "recovery-key":
      return .recoveryKey(try RecoveryKey.parse(try SecretBytes(secret)))
    default: throw UnknownLine(line: "open: \(single["open"] ?? "")")
    }
  }

  var text: String {
    var lines: [String] = []
    for key in [
      "about", "open", "secret", "expect", "name", "vault-id", "generation", "settings", "audit",
    ] {
      if let value = single[key] { lines.append("\(key): \(value)") }
    }
    for key in [
      "value", "note", "expires", "grant", "audit-root", "connection", "record",
    ] {
      for value in repeated[key] ?? [] { lines.append("\(key): \(value)") }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  static func hex(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef")
    return String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
  }

  static func bytes(hex: String) throws -> [UInt8] {
    let digits = Array(hex)
    guard digits.count % 2 == 0 else { throw UnknownLine(line: hex) }
    return try stride(from: 0, to: digits.count, by: 2).map {
      guard let byte = UInt8(String(digits[$0...$0 + 1]), radix: 16) else {
        throw UnknownLine(line: hex)
      }
      return byte
    }
  }

  /// `Tests/Vectors/vault`.
  static var folder: String {
    let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    return parts.dropLast(3).joined(separator: "/") + "/Vectors/vault"
  }

  /// Names of all vectors, without their endings.
  static var names: [String] {
    RawFile.names(in: folder).filter { $0.hasSuffix(".vault") }
      .map { String($0.dropLast(".vault".count)) }.sorted()
  }
}
