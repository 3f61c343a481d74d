/// A URI that stands for a secret: `valet://NAME`, `keyring://NAME`,
/// `keyring://?ATTRIBUTE=VALUE&…` or `oauth://CONNECTION`.
///
/// One scheme, one store: there is no search order, so nothing can shadow anything.
package enum SecretReference: Hashable, Sendable {
  /// A secret in the vault.
  case vault(SecretName)
  /// An item that we stored in the OS keyring.
  case keyring(SecretName)
  /// An item of another program in the OS keyring, by its attributes (at least one).
  case keyringItem([Attribute])
  /// The access token of an OAuth connection.
  case oauth(ConnectionName)

  /// One attribute of a keyring item, both parts percent-decoded.
  package struct Attribute: Hashable, Sendable {
    package let name: String
    package let value: String
    package init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  package enum Scheme: String, CaseIterable, Sendable {
    case valet, keyring, oauth
  }

  package var scheme: Scheme {
    switch self {
    case .vault: .valet
    case .keyring, .keyringItem: .keyring
    case .oauth: .oauth
    }
  }

  /// The name, where the reference has one.
  package var name: SecretName? {
    switch self {
    case .vault(let name), .keyring(let name): name
    case .oauth(let name): name.secretName
    case .keyringItem: nil
    }
  }

  /// Parses a whole reference.
  ///
  /// - Throws: ``ReferenceError/unknownScheme(_:)`` for `x:…` with an `x` that is none of ours,
  ///   ``ReferenceError/noScheme`` for a text without `:`, and
  ///   ``ReferenceError/malformed(_:reason:)`` for what begins with a scheme of ours.
  package init(_ text: some StringProtocol) throws(ReferenceError) {
    let text = String(text)
    // Bytes throughout: as a `Character`, a delimiter swallows a combining mark behind it.
    guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) else { throw .noScheme }
    let rest = text.utf8[text.utf8.index(after: colon)...]
    let schemeText = String(text[..<colon])
    guard let scheme = Scheme(rawValue: schemeText) else {
      throw .unknownScheme(schemeText)
    }
    guard rest.starts(with: "//".utf8) else {
      throw .malformed(text, reason: "'\(scheme.rawValue):' wants '//' behind it")
    }
    let body = Substring(rest.dropFirst(2))
    if scheme == .keyring, body.utf8.first == UInt8(ascii: "?") {
      self = .keyringItem(try Self.attributes(Substring(body.utf8.dropFirst()), of: text))
      return
    }
    do {
      let name = try SecretName(body)
      switch scheme {
      case .valet: self = .vault(name)
      case .keyring: self = .keyring(name)
      case .oauth: self = .oauth(try ConnectionName(name))
      }
    } catch {
      throw .malformed(text, reason: error.reason)
    }
  }

  /// Whether a text begins as one of our references does, such as `valet:`.
  package static func hasKnownScheme(_ text: some StringProtocol) -> Bool {
    let bytes = text.utf8
    return bytes.starts(with: "valet:".utf8) || bytes.starts(with: "keyring:".utf8)
      || bytes.starts(with: "oauth:".utf8)
  }

  private static func attributes(
    _ query: Substring, of text: String
  ) throws(ReferenceError) -> [Attribute] {
    var attributes: [Attribute] = []
    let pairs = query.utf8.split(
      separator: UInt8(ascii: "&"), omittingEmptySubsequences: false)
    for pair in pairs {
      let parts = pair.split(
        separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, let name = percentDecoded(parts[0]), !name.isEmpty,
        let value = percentDecoded(parts[1])
      else { throw .malformed(text, reason: "attributes are written name=value&name=value") }
      if attributes.contains(where: { $0.name == name }) {
        throw .malformed(text, reason: "attribute '\(name)' is given twice")
      }
      attributes.append(Attribute(name: name, value: value))
    }
    return attributes
  }

  /// RFC 3986 section 2.1; `nil` for a `%` without two hexadecimal digits, for bytes that are not
  /// UTF-8, and for NUL, which no keyring attribute can hold.
  private static func percentDecoded(_ text: Substring.UTF8View) -> String? {
    var bytes: [UInt8] = []
    var rest = text[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard let high = rest.popFirst().flatMap(hexDigit),
        let low = rest.popFirst().flatMap(hexDigit)
      else { return nil }
      bytes.append(high << 4 | low)
    }
    return bytes.contains(0) ? nil : String(validating: bytes, as: UTF8.self)
  }

  private static func hexDigit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}

extension SecretReference: CustomStringConvertible {
  /// The canonical text; parsing it gives the same reference.
  package var description: String {
    switch self {
    case .vault(let name), .keyring(let name):
      return "\(scheme.rawValue)://\(name.text)"
    case .oauth(let name): return "oauth://\(name.text)"
    case .keyringItem(let attributes):
      let query = attributes.map {
        "\(Self.percentEncoded($0.name))=\(Self.percentEncoded($0.value))"
      }
      return "keyring://?" + query.joined(separator: "&")
    }
  }

  /// Everything but the unreserved characters of RFC 3986 section 2.3 as `%XX`.
  private static func percentEncoded(_ text: String) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var bytes: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
        UInt8(ascii: "_"), UInt8(ascii: "~"):
        bytes.append(byte)
      default:
        bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// A text that should be a reference and is none.
///
/// Only what begins with a scheme of ours is kept and shown: anything else may be a secret that
/// somebody put where a reference belongs.
package enum ReferenceError: Error, Equatable, Sendable {
  case malformed(String, reason: String)
  /// What stands before the first `:`, without it.
  case unknownScheme(String)
  case noScheme
  /// `{{valet://…` without the closing `}}`; the text up to the first blank.
  case unterminated(String)
  /// A host's placeholder that nothing filled in, such as `${user_config.token}`.
  case unfilledPlaceholder(String)
}

extension ReferenceError: ReportableError {
  package var message: String {
    switch self {
    case .malformed(let text, let reason): "malformed reference '\(printable(text))': \(reason)"
    case .unknownScheme(let scheme):
      // Only what has the form of a scheme (RFC 3986 section 3.1) is one.
      scheme.utf8.count <= 32 && scheme.utf8.allSatisfy(Self.isSchemeByte)
        ? "unknown scheme '\(scheme)' in a reference" : "unknown scheme in a reference"
    case .noScheme: "a reference has no scheme such as valet://"
    case .unterminated(let text): "reference '\(printable(text))' has no closing '}}'"
    case .unfilledPlaceholder(let text):
      "the host left the placeholder '\(printable(text))' unfilled"
    }
  }
  package var hint: String? {
    switch self {
    case .malformed, .unterminated:
      "write valet://NAME, keyring://NAME or, inside a text, {{valet://NAME}}"
    case .unknownScheme, .noScheme: "the schemes are valet://, keyring:// and oauth://"
    case .unfilledPlaceholder: "give it a value in the host's settings, or write valet://NAME"
    }
  }
  package var exitCode: ExitCode { .configuration }

  static func isSchemeByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"),
      UInt8(ascii: "."):
      true
    default: false
    }
  }
}
