/// One challenge of a `WWW-Authenticate` header (A2, RFC 9110 section 11.6.1).
package struct Challenge: Equatable, Sendable {
  /// In lower case.
  package var scheme: String
  /// Names in lower case.
  package var parameters: [Parameter] = []

  /// An `auth-param` (RFC 9110 section 11.2).
  package struct Parameter: Equatable, Sendable {
    /// In lower case.
    package var name: String
    /// Without its quotes and their escapes.
    package var value: String
  }

  /// The value of a parameter; `nil` where there is none, and where there are two of that name.
  package subscript(_ name: String) -> String? {
    let values = parameters.filter { $0.name == name }.map(\.value)
    return values.count == 1 ? values[0] : nil
  }

  /// The challenges of all `WWW-Authenticate` headers of an answer. What cannot be parsed ends its
  /// header: what was read before counts.
  package static func parse(_ headers: [String]) -> [Challenge] {
    headers.flatMap { header in
      var parser = ChallengeParser(header)
      return parser.parse()
    }
  }

  /// The challenge that OAuth is about: what those of scheme `Bearer` say together, each parameter
  /// as the first one has it. Where none of them says where the metadata is, the first of any scheme
  /// that does (RFC 9728 section 5.1).
  package static func bearer(_ headers: [String]) -> Challenge? {
    let all = parse(headers)
    let bearers = all.filter { $0.scheme == "bearer" }
    var result = bearers.first
    for other in bearers.dropFirst() {
      let names = Set((result?.parameters ?? []).map(\.name))
      result?.parameters += other.parameters.filter { !names.contains($0.name) }
    }
    let name = "resource_metadata"
    guard result?.parameters.contains(where: { $0.name == name }) != true else { return result }
    for other in all {
      guard let value = other[name] else { continue }
      if result == nil { return other }
      result?.parameters.append(Parameter(name: name, value: value))
      break
    }
    return result
  }
}

/// Reads `challenge *( "," challenge )`, where each is a scheme and then either parameters, which
/// are separated by commas too, or one token68.
private struct ChallengeParser {
  private let bytes: [UInt8]
  private var position = 0
  private var challenges: [Challenge] = []

  init(_ text: String) {
    // 8 KiB: no header of use is longer.
    bytes = Array(text.utf8.prefix(8192))
  }

  mutating func parse() -> [Challenge] {
    while true {
      skipSeparators()
      guard let word = token() else { return challenges }
      // A name before `=` is one more parameter of the challenge before, any other begins one.
      if isAtEqualsOfParameter, !challenges.isEmpty {
        guard let value = value() else { return challenges }
        challenges[challenges.count - 1].parameters.append(.init(name: word, value: value))
        continue
      }
      challenges.append(Challenge(scheme: word))
      let hasBlank = skipBlanks()
      if hasBlank { skipToken68() }
    }
  }

  private var byte: UInt8? { position < bytes.count ? bytes[position] : nil }

  /// Blanks and the commas of a list, which may be empty in places.
  private mutating func skipSeparators() {
    while let byte, byte == UInt8(ascii: ",") || Self.isBlank(byte) { position += 1 }
  }

  private mutating func skipBlanks() -> Bool {
    let start = position
    while let byte, Self.isBlank(byte) { position += 1 }
    return position > start
  }

  /// A token in lower case; `nil` where there is none.
  private mutating func token() -> String? {
    let start = position
    while let byte, Self.isTokenByte(byte) { position += 1 }
    guard position > start else { return nil }
    return String(decoding: bytes[start..<position].map { lowercased($0) }, as: UTF8.self)
  }

  private var isAtEqualsOfParameter: Bool {
    var index = position
    while index < bytes.count, Self.isBlank(bytes[index]) { index += 1 }
    return index < bytes.count && bytes[index] == UInt8(ascii: "=")
  }

  /// `= token` or `= "quoted"`.
  private mutating func value() -> String? {
    _ = skipBlanks()
    position += 1
    _ = skipBlanks()
    guard byte == UInt8(ascii: "\"") else {
      let start = position
      while let byte,
        Self.isTokenByte(byte) || byte == UInt8(ascii: "/") || byte == UInt8(ascii: ":")
      {
        position += 1
      }
      return position > start ? String(decoding: bytes[start..<position], as: UTF8.self) : nil
    }
    position += 1
    var text: [UInt8] = []
    while let next = byte {
      position += 1
      switch next {
      case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"):
        guard let escaped = byte else { return nil }
        text.append(escaped)
        position += 1
      default: text.append(next)
      }
    }
    return nil
  }

  /// Passes over a token68 that is followed by a comma or the end, such as `Negotiate oYG8…==`.
  private mutating func skipToken68() {
    var index = position
    while index < bytes.count, Self.isToken68Byte(bytes[index]) { index += 1 }
    while index < bytes.count, bytes[index] == UInt8(ascii: "=") { index += 1 }
    let end = index
    while index < bytes.count, Self.isBlank(bytes[index]) { index += 1 }
    guard end > position, index == bytes.count || bytes[index] == UInt8(ascii: ",") else {
      return
    }
    position = end
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

  private static func isToken68Byte(_ byte: UInt8) -> Bool {
    isUnreserved(byte) || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "/")
  }

  /// RFC 9110 section 5.6.2.
  private static func isTokenByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "%"),
      UInt8(ascii: "&"), UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"),
      UInt8(ascii: "^"), UInt8(ascii: "`"), UInt8(ascii: "|"):
      true
    default: isUnreserved(byte)
    }
  }
}
