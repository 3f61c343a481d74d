internal import Presets

/// Decides whether a text holds a secret, and which part of it.
///
/// Three signs, the strongest first: a known shape; a name that says so, in front of a value that is
/// not obviously something else; randomness. No sign is proof: what is wrong is shown and can be
/// left alone, nothing is changed here.
package enum SecretDetector {
  /// A part of a text that is a secret.
  package struct Hit: Sendable {
    /// The strongest sign that was seen.
    package let reason: Finding.Reason
    /// The secret itself, in ordinary memory like the text it stands in.
    package let value: String
    /// The name that stands nearest: a parameter, a variable within the text.
    package let name: String?

    init(_ reason: Finding.Reason, _ value: String, name: String? = nil) {
      self.reason = reason
      self.value = value
      self.name = name
    }
  }

  /// 16 KiB: longer than any key. In what is longer only known shapes are looked for.
  static let maximumLength = 16 << 10

  /// Secrets in the value of something that has a name: a variable, a header, a flag.
  package static func hits(in value: String, named name: String) -> [Hit] {
    if value.utf8.count > maximumLength { return shapeHit(in: value).map { [$0] } ?? [] }
    var text = trimmed(value)
    if let fallback = Placeholder.defaultValue(in: text) { text = fallback }
    if text.isEmpty { return [] }
    let kind = NamedValue(name)
    if text.firstRange(ofText: "://") != nil, !text.contains(" ") || text.hasPrefix("http") {
      return AddressParts.hits(in: text)
    }
    if text.hasPrefix("{") || text.hasPrefix("[") {
      if let hits = EmbeddedJSON.hits(in: text) { return hits }
    }
    if let hits = pairs(in: text), !hits.isEmpty { return hits }
    let bare = withoutScheme(text)
    if let hit = shapeHit(in: bare) { return [hit] }
    if Placeholder.isReference(bare) || Placeholder.isPlaceholder(bare) { return [] }
    // Nobody writes `Bearer` in front of anything else, whatever the name.
    if bare.utf8.count < text.utf8.count, isSecret(bare) { return [Hit(.name, bare)] }
    switch kind {
    case .harmless: return []
    case .password: return isPassword(bare) ? [Hit(.name, bare)] : []
    case .secret: return isSecret(bare) ? [Hit(.name, bare)] : []
    case .unknown: return Randomness.looksLikeKey(bare) ? [Hit(.entropy, bare)] : []
    }
  }

  /// Secrets in a text without a name.
  package static func hits(in value: String) -> [Hit] { hits(in: value, named: "") }

  /// The part of a known shape, if it is no placeholder.
  static func shapeHit(in text: String) -> Hit? {
    let bytes = Array(text.utf8)
    var start = 0
    while let found = SecretShape.first(in: bytes, from: start) {
      let value = String(decoding: bytes[found.range], as: UTF8.self)
      let body = String(value.dropFirst(found.shape.prefix.count))
      if !Placeholder.isPlaceholder(body), isRandomEnough(found.shape, value) {
        return Hit(.shape(found.shape), value)
      }
      start = found.range.upperBound
    }
    if text.hasPrefix("-----BEGIN "), text.firstRange(ofText: "PRIVATE KEY-----") != nil {
      return Hit(.name, text)
    }
    return telegramToken(text) ? Hit(.name, text) : nil
  }

  /// Prefixes of two or three letters, which words begin with too, prove little without digits.
  private static func isRandomEnough(_ shape: SecretShape, _ value: String) -> Bool {
    if shape.prefix == "eyJ" { return value.utf8.count(where: { $0 == UInt8(ascii: ".") }) == 2 }
    guard shape.prefix.utf8.count <= 4 else { return true }
    return Randomness.entropy(value.utf8.dropFirst(shape.prefix.utf8.count)) > 3
  }

  /// `123456789:AA…`: a number, and 35 characters behind a colon.
  private static func telegramToken(_ text: String) -> Bool {
    let halves = text.utf8.split(separator: UInt8(ascii: ":"), maxSplits: 1)
    guard halves.count == 2, 8...10 ~= halves[0].count, halves[1].count == 35 else { return false }
    return halves[0].allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
      && halves[1].starts(with: "AA".utf8)
  }

  // MARK: - Values with a name

  private static func isPassword(_ text: String) -> Bool {
    text.utf8.count >= 3 && !text.contains(" ") && !isPath(text)
  }

  private static func isSecret(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    guard bytes.count >= 8, !text.contains(" "), !isPath(text),
      !bytes.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 || $0 == UInt8(ascii: ".") })
    else {
      return false
    }
    let digits = bytes.count(where: { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 })
    if digits > 0 { return Set(bytes).count >= 5 }
    let hasUpper = bytes.contains { UInt8(ascii: "A")...UInt8(ascii: "Z") ~= $0 }
    let hasLower = bytes.contains { UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 }
    return bytes.count >= 16 && hasUpper && hasLower && Randomness.entropy(bytes) > 3.2
  }

  private static func isPath(_ text: String) -> Bool {
    text.hasPrefix("/") && text.dropFirst().contains("/") || text.hasPrefix("~/")
      || text.hasPrefix("./") || text.hasPrefix("../") || text.dropFirst().hasPrefix(":\\")
  }

  // MARK: - Texts of several parts

  /// `Bearer x`, `token x`, `Basic x`.
  static func withoutScheme(_ text: String) -> String {
    for scheme in [
      "bearer ", "token ", "basic ", "apikey ", "api-key ", "bot ", "key ", "negotiate ",
    ]
    where text.utf8.count > scheme.utf8.count
      && text.prefix(scheme.count).lowercased().utf8.elementsEqual(scheme.utf8)
    {
      return trimmed(String(text.dropFirst(scheme.count)))
    }
    return text
  }

  /// `a=1;Password=x;`: parts of a connection string; `nil` for what is none.
  private static func pairs(in text: String) -> [Hit]? {
    let parts = text.split(whereSeparator: { $0 == ";" || $0 == " " })
    guard parts.count > 1 else { return nil }
    let members = parts.compactMap { part -> (String, String)? in
      guard let equals = part.firstIndex(of: "="), equals > part.startIndex else { return nil }
      return (String(part[..<equals]), String(part[part.index(after: equals)...]))
    }
    guard members.count * 2 > parts.count else { return nil }
    return members.flatMap { name, value in
      NamedValue(name) == .unknown
        ? [] : hits(in: value, named: name).map { Hit($0.reason, $0.value, name: name) }
    }
  }

  static func trimmed(_ text: String) -> String {
    var slice = Substring(text)
    while let first = slice.first, first == " " || first == "\t" || first == "\n" {
      slice.removeFirst()
    }
    while let last = slice.last, last == " " || last == "\t" || last == "\n" || last == "\r\n" {
      slice.removeLast()
    }
    return String(slice)
  }
}
