/// What may stand in a file of overrides. Whatever is let through ends in URLs, headers and on the
/// terminal.
enum PresetRule {
  /// Set by the flow itself (RFC 6749, RFC 7636, RFC 8707, RFC 9101, OpenID Connect): a file that
  /// could set these could turn off what depends on them.
  static let reservedParameters: Set<String> = [
    "client_id", "client_secret", "code", "code_challenge", "code_challenge_method",
    "code_verifier", "grant_type", "nonce", "redirect_uri", "request", "request_uri", "resource",
    "response_mode", "response_type", "scope", "state",
  ]

  static func isParameter(_ text: String) -> Bool {
    1...64 ~= text.utf8.count && text.utf8.allSatisfy { isNameByte($0) }
      && !reservedParameters.contains(text)
  }

  static func isLine(_ text: String) -> Bool {
    1...256 ~= text.utf8.count && text.utf8.allSatisfy { 0x20...0x7E ~= $0 }
  }

  /// Below a domain: the last two labels are not wildcards, or all of the world would match.
  static func isHost(_ text: String) -> Bool {
    let labels = text.split(separator: ".", omittingEmptySubsequences: false)
    let sample = labels.map { $0 == "*" ? "a" : $0 }.joined(separator: ".")
    guard let parts = IssuerParts("https://\(sample)"), parts.path.isEmpty else { return false }
    return !text.contains("*") || labels.count > 2 && labels.suffix(2).allSatisfy { $0 != "*" }
  }

  static func isPath(_ text: String) -> Bool {
    let segments = text.split(separator: "/", omittingEmptySubsequences: false)
    let names = variables(of: text)
    guard Set(names).count == names.count, names.allSatisfy(isFree) else { return false }
    let sample = segments.map { names.contains(String($0)) ? "a" : $0 }.joined(separator: "/")
    return sample.isEmpty
      || sample.hasPrefix("/") && IssuerParts("https://a.example\(sample)") != nil
  }

  /// The `{name}` segments of a path.
  private static func variables(of path: String) -> [String] {
    path.split(separator: "/").filter { segment in
      let name = segment.dropFirst().dropLast()
      return segment.hasPrefix("{") && segment.hasSuffix("}") && !name.isEmpty
        && name.utf8.allSatisfy { isNameByte($0) }
    }.map(String.init)
  }

  /// The variables that every one of the paths has, and those of every issuer.
  static func variables(ofAll paths: [String]) -> [String] {
    let common = paths.dropFirst().reduce(Set(variables(of: paths.first ?? ""))) {
      $0.intersection(variables(of: $1))
    }
    return common + ["{origin}", "{host}"]
  }

  private static func isFree(_ variable: String) -> Bool {
    !["{origin}", "{host}", "{client_id}"].contains(variable)
  }

  /// An https URL, or one behind the issuer's origin, with nothing to fill in but `variables`.
  static func isEndpoint(_ text: String, variables: [String]) -> Bool {
    let filled = filled(
      text,
      with: variables.map {
        Variable(name: $0, value: $0 == "{origin}" ? "https://a.example" : "a.example")
      })
    guard text.utf8.count <= 1024, filled.hasPrefix("https://"),
      text.hasPrefix("https://") || text.hasPrefix("{origin}/")
    else { return false }
    let (base, query) = divided(filled)
    return IssuerParts(String(base)) != nil && query.utf8.allSatisfy(isQueryByte)
  }

  private static func divided(_ url: String) -> (base: Substring, query: Substring) {
    let mark = url.firstIndex(of: "?") ?? url.endIndex
    return (url[..<mark], url[mark...].dropFirst())
  }

  static func isSeparator(_ text: String) -> Bool {
    1...4 ~= text.utf8.count
      && text.utf8.allSatisfy { [0x20, 0x2C, 0x3B, 0x7C, 0x2B].contains($0) }
  }

  /// RFC 6749 section 3.3
  static func isScope(_ text: String) -> Bool {
    1...256 ~= text.utf8.count
      && text.utf8.allSatisfy { 0x21...0x7E ~= $0 && $0 != 0x22 && $0 != 0x5C }
  }

  /// What token types and error codes are made of (RFC 6749 section 5.2 and section 11.1).
  static func isWord(_ text: String) -> Bool {
    1...64 ~= text.utf8.count && text.utf8.allSatisfy { isNameByte($0) }
  }

  static func isMediaType(_ text: String) -> Bool {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    return text.utf8.count <= 128 && parts.count == 2
      && parts.allSatisfy { part in
        !part.isEmpty && part.utf8.allSatisfy { isNameByte($0) || $0 == UInt8(ascii: "+") }
      }
  }

  static func isMemberPath(_ text: String) -> Bool {
    let names = text.split(separator: ".", omittingEmptySubsequences: false)
    return 1...4 ~= names.count && text.utf8.count <= 128
      && names.allSatisfy { name in
        !name.isEmpty
          && name.utf8.allSatisfy { isNameByte($0) && $0 != UInt8(ascii: ".") }
      }
  }

  static func isRedirectPath(_ text: String) -> Bool {
    text.isEmpty || text.hasPrefix("/") && IssuerParts("https://a.example\(text)") != nil
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "-"), UInt8(ascii: "_"),
      UInt8(ascii: "."):
      true
    default: false
    }
  }

  /// RFC 3986 section 3.4, without escapes.
  private static func isQueryByte(_ byte: UInt8) -> Bool {
    isNameByte(byte)
      || [0x21, 0x24, 0x26, 0x2B, 0x2C, 0x2F, 0x3A, 0x3B, 0x3D, 0x3F, 0x40, 0x7E]
        .contains(byte)
  }
}
