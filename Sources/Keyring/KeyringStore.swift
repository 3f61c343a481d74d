package import Secrets

/// Whether a keyring may ask a person, for instance for the password of a locked collection.
package enum KeyringInteraction: Sendable {
  /// Never: what is locked is an error.
  case none
  /// A prompt may appear; it is dismissed when nobody answers within the deadline.
  case prompt

  /// 3 s where nobody is asked: hundreds of times what a keyring needs, and less than any host
  /// waits for a server. 60 s where somebody has to find and type a password.
  package var defaultDeadline: Duration {
    switch self {
    case .none: .seconds(3)
    case .prompt: .seconds(60)
    }
  }
}

/// Whether the keyring has a place that outlives the session.
package enum PersistentCollection: Equatable, Sendable {
  case unlocked
  /// There is one, and it would have to be unlocked first.
  case locked
  /// There is none; the error says why.
  case absent(StoreError)
}

/// The vault's own key as the keyring holds it.
package struct VaultKeyItem: ~Copyable {
  /// 32 bytes.
  package let key: SecretBytes
  /// The last generation of the vault that was seen by whoever wrote here; 0 if unknown.
  package let generation: UInt64
  /// The audit log's last record that whoever wrote here knew of, in the words of the log.
  package let auditAnchor: String?

  package init(key: consuming SecretBytes, generation: UInt64, auditAnchor: String? = nil) {
    self.key = key
    self.generation = generation
    self.auditAnchor = auditAnchor
  }

  package consuming func takeKey() -> SecretBytes { key }
}

/// Limits and names of our items in the keyring.
enum KeyringItem {
  /// `xdg:schema` of our items.
  static let schema = "org.mcp_valet.Secret"
  static let application = "mcp-valet"
  static let vaultKeyKind = "vault-key"
  static let vaultAnchorKind = "vault-anchor"
  /// XChaCha20-Poly1305 and BLAKE2b keys.
  static let vaultKeyLength = 32

  /// Attributes that find the item of a secret, also for
  /// `secret-tool lookup application mcp-valet name NAME`.
  static func lookup(_ name: SecretName) -> [SecretReference.Attribute] {
    [.init(name: "application", value: application), .init(name: "name", value: name.text)]
  }

  /// - Parameter vaultID: in hexadecimal digits.
  static func lookup(vaultID: String) -> [SecretReference.Attribute] {
    [
      .init(name: "application", value: application),
      .init(name: "kind", value: vaultKeyKind), .init(name: "vault", value: vaultID),
    ]
  }

  /// Attributes that find whatever vouches for a vault: its key, or an item that does only that.
  ///
  /// - Parameter vaultID: in hexadecimal digits.
  static func anchor(vaultID: String) -> [SecretReference.Attribute] {
    [.init(name: "application", value: application), .init(name: "vault", value: vaultID)]
  }

  /// Attributes are C strings, and KeePassXC keeps them in XML, which has no control characters:
  /// those, and the escape itself, become `%XX`.
  static func escaped(_ note: String) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var bytes: [UInt8] = []
    for byte in note.utf8 {
      if byte < 0x20 || byte == 0x7F || byte == UInt8(ascii: "%") {
        bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// What is no escape stays as it is: another program may have written the attribute.
  static func unescaped(_ text: String) -> String {
    let bytes = Array(text.utf8)
    var result: [UInt8] = []
    var index = 0
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.count,
        let high = hexDigit(bytes[index + 1]), let low = hexDigit(bytes[index + 2])
      {
        result.append(high << 4 | low)
        index += 3
      } else {
        result.append(bytes[index])
        index += 1
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  private static func hexDigit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
