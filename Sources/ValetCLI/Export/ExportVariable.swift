internal import Broker
internal import Secrets

/// The names of variables for secrets: `github/token` becomes `GITHUB_TOKEN`.
enum ExportVariable {
  /// - Throws: ``CommandError/refused(_:hint:)`` when two secrets would have one name.
  static func names(
    of secrets: [SecretReference]
  ) throws(CommandError) -> [SecretReference: String] {
    var names: [SecretReference: String] = [:]
    var taken: [String: SecretReference] = [:]
    for secret in secrets {
      guard let own = secret.name else { continue }
      let name = name(of: own)
      if let other = taken[name] {
        throw .refused(
          "\(other) and \(secret) would both become the variable \(name)",
          hint: "name one of them only, or --format json")
      }
      taken[name] = secret
      names[secret] = name
    }
    return names
  }

  /// Letters of ASCII, digits and `_`, none of those first: what every reader takes (POSIX, 8.1).
  private static func name(of secret: SecretName) -> String {
    var name = ""
    for byte in secret.text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"): name.unicodeScalars.append(.init(byte - 32))
      case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"):
        name.unicodeScalars.append(.init(byte))
      default: name += "_"
      }
    }
    let isDigit = name.utf8.first.map { (0x30...0x39).contains($0) } ?? true
    return isDigit ? "_" + name : name
  }
}
