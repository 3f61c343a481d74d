package import Connections
internal import JSONText
internal import Secrets

/// The members of a JSON object, read strictly: the whole text is one object of RFC 8259, and no
/// name is there twice, since two readers of such a text see two different objects.
///
/// Values stay where they are until they are asked for; secrets are copied from there to memory of
/// their own.
package struct JSONObject {
  private enum Value {
    /// Between the quotes.
    case string(Range<Int>, hasEscapes: Bool)
    case number(Range<Int>)
    case bool(Bool)
    case null
    case array(Range<Int>)
    case object(Range<Int>)
  }

  /// 16: what anybody sends has four.
  private static let maximumDepth = 16
  /// 512: discovery documents have 50.
  private static let maximumCount = 512

  private let source: SharedSecret
  private let name: String
  private var members: [(name: String, value: Value)] = []

  /// - Parameters:
  ///   - source: the text.
  ///   - name: what the text is, for messages.
  /// - Throws: ``OAuthError/badAnswer(from:reason:)``.
  package init(_ source: SharedSecret, of name: String) throws(OAuthError) {
    try self.init(source, 0..<source.count, of: name)
  }

  private init(_ source: SharedSecret, _ range: Range<Int>, of name: String) throws(OAuthError) {
    self.source = source
    self.name = name
    members = try source.withUnsafeBytes { (bytes) throws(OAuthError) in
      try Self.read(UnsafeRawBufferPointer(rebasing: bytes[range]), from: range.lowerBound, name)
    }
  }

  private static func read(
    _ bytes: UnsafeRawBufferPointer, from base: Int, _ name: String
  ) throws(OAuthError) -> [(name: String, value: Value)] {
    do {
      var reader = JSONReader(bytes.assumingMemoryBound(to: UInt8.self), maximumDepth: maximumDepth)
      guard case .objectStart = try reader.next() else {
        throw OAuthError.badAnswer(from: name, reason: "it is no JSON object")
      }
      var members: [(name: String, value: Value)] = []
      while case .key = try reader.next() {
        let key = text(bytes, reader.tokenStart + 1..<reader.tokenEnd - 1, reader.tokenHasEscapes)
        guard !members.contains(where: { $0.name == key }) else {
          throw OAuthError.badAnswer(from: name, reason: "it has '\(key)' twice")
        }
        guard members.count < maximumCount else {
          throw OAuthError.badAnswer(from: name, reason: "it has too many members")
        }
        members.append((key, try value(&reader, from: base)))
      }
      guard case .end = try reader.next() else {
        throw OAuthError.badAnswer(from: name, reason: "something follows the JSON object")
      }
      return members
    } catch let error as OAuthError {
      throw error
    } catch {
      throw .badAnswer(from: name, reason: "it is no JSON")
    }
  }

  private static func value(_ reader: inout JSONReader, from base: Int) throws -> Value {
    let event = try reader.next()
    let start = base + reader.tokenStart
    switch event {
    case .string:
      return .string(start + 1..<base + reader.tokenEnd - 1, hasEscapes: reader.tokenHasEscapes)
    case .number: return .number(start..<base + reader.tokenEnd)
    case .true: return .bool(true)
    case .false: return .bool(false)
    case .objectStart, .arrayStart:
      let depth = reader.depth
      while reader.depth >= depth { _ = try reader.next() }
      let range = start..<base + reader.tokenEnd
      if case .objectStart = event { return .object(range) }
      return .array(range)
    default: return .null
    }
  }

  private static func text(
    _ bytes: UnsafeRawBufferPointer, _ range: Range<Int>, _ hasEscapes: Bool
  ) -> String {
    let raw = UnsafeRawBufferPointer(rebasing: bytes[range])
    guard hasEscapes else { return String(decoding: raw, as: UTF8.self) }
    return String(
      decoding: JSONString.decoded(raw.assumingMemoryBound(to: UInt8.self)), as: UTF8.self)
  }

  /// `nil` for a member that is not there, and for `null`, which some servers write for "none".
  private func value(_ key: String) -> Value? {
    guard let member = members.first(where: { $0.name == key }) else { return nil }
    if case .null = member.value { return nil }
    return member.value
  }

  private func wrong(_ key: String, _ what: String) -> OAuthError {
    .badAnswer(from: name, reason: "'\(key)' is no \(what)")
  }

  /// - Throws: ``OAuthError/badAnswer(from:reason:)`` for a value of another kind.
  package func text(_ key: String) throws(OAuthError) -> String? {
    guard let value = value(key) else { return nil }
    guard case .string(let range, let hasEscapes) = value else { throw wrong(key, "text") }
    return source.withUnsafeBytes { Self.text($0, range, hasEscapes) }
  }

  /// A text that is a secret: printable ASCII without blanks, as RFC 6749 appendix A has tokens; in
  /// a header or an environment anything else could become something else.
  package func secret(_ key: String) throws(OAuthError) -> SharedSecret? {
    guard let value = value(key) else { return nil }
    guard case .string(let range, let hasEscapes) = value else { throw wrong(key, "text") }
    let secret = try source.withUnsafeBytes { (bytes) throws(OAuthError) -> SharedSecret in
      let raw = UnsafeRawBufferPointer(rebasing: bytes[range])
      guard hasEscapes else {
        return try inMemory { () throws(SecretMemoryError) in try SharedSecret(copying: raw) }
      }
      var decoded = JSONString.decoded(raw.assumingMemoryBound(to: UInt8.self))
      defer { decoded.withUnsafeMutableBytes { wipe($0) } }
      return try SharedSecret(copy: decoded)
    }
    let isVisible = secret.withUnsafeBytes { $0.allSatisfy { 0x21...0x7E ~= $0 } }
    guard isVisible, secret.count > 0 else { throw wrong(key, "token") }
    return secret
  }

  /// A truth value; `nil` for a member that is not there or `null`.
  ///
  /// - Throws: ``OAuthError/badAnswer(from:reason:)`` for a value of another kind.
  package func flag(_ key: String) throws(OAuthError) -> Bool? {
    guard let value = value(key) else { return nil }
    guard case .bool(let flag) = value else { throw wrong(key, "truth value") }
    return flag
  }

  /// A number of whole seconds, from 0 to 100 years; also one in quotes, or with a fraction, which
  /// is cut: both are seen.
  package func seconds(_ key: String) throws(OAuthError) -> Int64? {
    guard let value = value(key) else { return nil }
    let range: Range<Int>
    switch value {
    case .number(let found), .string(let found, hasEscapes: false): range = found
    default: throw wrong(key, "number of seconds")
    }
    let text = source.withUnsafeBytes { String(decoding: $0[range], as: UTF8.self) }
    guard let number = Double(text), number >= 0, number <= 3_155_760_000 else {
      throw wrong(key, "number of seconds")
    }
    return Int64(number)
  }

  /// A list of texts.
  package func texts(_ key: String) throws(OAuthError) -> [String]? {
    guard let value = value(key) else { return nil }
    guard case .array(let range) = value else { throw wrong(key, "list") }
    return try source.withUnsafeBytes { (bytes) throws(OAuthError) -> [String] in
      let raw = UnsafeRawBufferPointer(rebasing: bytes[range])
      var texts: [String] = []
      do {
        var reader = JSONReader(raw.assumingMemoryBound(to: UInt8.self))
        _ = try reader.next()
        while case .string = try reader.next() {
          texts.append(
            Self.text(raw, reader.tokenStart + 1..<reader.tokenEnd - 1, reader.tokenHasEscapes))
        }
        guard case .end = try reader.next() else { throw wrong(key, "list of texts") }
      } catch { throw wrong(key, "list of texts") }
      return texts
    }
  }

  /// An object inside this one, read as strictly; `nil` for a member that is not there or `null`.
  ///
  /// - Throws: ``OAuthError/badAnswer(from:reason:)``.
  package func object(_ key: String) throws(OAuthError) -> JSONObject? {
    guard let value = value(key) else { return nil }
    guard case .object(let range) = value else { throw wrong(key, "object") }
    return try JSONObject(source, range, of: name)
  }
}
