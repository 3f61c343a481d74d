/// A value as a person writes it: text, references, or both.
///
/// `valet://NAME` as the whole value, or `{{valet://NAME}}` anywhere inside it, stands for the
/// secret; `{{file:valet://NAME}}` anywhere stands for the path of a file that holds it. Braces
/// that do not enclose `scheme://…` or `file:…` are text.
package struct Template: Hashable, Sendable {
  package enum Part: Hashable, Sendable {
    case text(String)
    case value(SecretReference)
    case file(SecretReference)
  }

  package let parts: [Part]

  package init(parts: [Part]) { self.parts = parts }

  /// Every reference, in order, repeated ones included.
  package var references: [SecretReference] {
    parts.compactMap {
      switch $0 {
      case .text: nil
      case .value(let reference), .file(let reference): reference
      }
    }
  }

  /// Whether the text itself, rather than the path of a file, will hold a secret.
  package var holdsValue: Bool {
    parts.contains { if case .value = $0 { true } else { false } }
  }

  /// Whether a part is the path of a file that holds a secret.
  package var needsFile: Bool {
    parts.contains { if case .file = $0 { true } else { false } }
  }

  /// - Throws: ``ReferenceError`` for what looks like a reference and is none, and for a host's
  ///   placeholder that was left unfilled (`${user_config.KEY}` anywhere, `${NAME}` or
  ///   `${input:NAME}` as the whole value; protocol S12).
  package init(_ text: String) throws(ReferenceError) {
    if let placeholder = Self.unfilledPlaceholder(in: text) {
      throw .unfilledPlaceholder(placeholder)
    }
    if Self.startsLikeReference(text) {
      parts = [.value(try SecretReference(text))]
      return
    }
    parts = try Self.embedded(in: text)
  }

  /// Whether a text can hold no reference at all: a quick look that spares most inherited
  /// variables the parsing. May say `true` for a text that turns out to hold none.
  package static func mayHoldReference(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    var previous: UInt8 = 0
    for byte in bytes {
      if byte == UInt8(ascii: "/"), previous == UInt8(ascii: ":") { return true }
      if byte == UInt8(ascii: "{"), previous == UInt8(ascii: "{") || previous == UInt8(ascii: "$") {
        return true
      }
      previous = byte
    }
    return SecretReference.Scheme.allCases.contains { bytes.starts(with: "\($0.rawValue):".utf8) }
  }

  private static func startsLikeReference(_ text: String) -> Bool {
    SecretReference.Scheme.allCases.contains { text.utf8.starts(with: "\($0.rawValue):".utf8) }
  }

  private static func embedded(in text: String) throws(ReferenceError) -> [Part] {
    var parts: [Part] = []
    var literal = ""
    var rest = text[...]
    while let open = range(of: "{{", in: rest) {
      literal += rest[..<open.lowerBound]
      let inside = rest[open.upperBound...]
      guard let kind = kind(of: inside) else {
        literal += "{"
        rest = rest[rest.index(after: open.lowerBound)...]
        continue
      }
      guard let close = range(of: "}}", in: inside) else {
        throw .unterminated(String(rest[open.lowerBound...]))
      }
      if !literal.isEmpty { parts.append(.text(literal)) }
      literal = ""
      let reference = try SecretReference(inside[kind.start..<close.lowerBound])
      parts.append(kind.isFile ? .file(reference) : .value(reference))
      rest = inside[close.upperBound...]
    }
    literal += rest
    if !literal.isEmpty || parts.isEmpty { parts.append(.text(literal)) }
    return parts
  }

  /// What stands behind `{{`: a reference, `file:` and a reference, or neither (`nil`).
  private static func kind(of inside: Substring) -> (isFile: Bool, start: Substring.Index)? {
    let filePrefix = "file:"
    if inside.utf8.starts(with: filePrefix.utf8) {
      return (true, inside.index(inside.startIndex, offsetBy: filePrefix.count))
    }
    if startsLikeReference(String(inside)) { return (false, inside.startIndex) }
    // `{{word://` is ours too, so that a misspelt scheme is an error and not a literal value.
    var rest = inside.utf8[...]
    var length = 0
    while let byte = rest.first, isSchemeByte(byte) {
      rest.removeFirst()
      length += 1
    }
    return length > 0 && rest.starts(with: "://".utf8) ? (false, inside.startIndex) : nil
  }

  private static func isSchemeByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"),
      UInt8(ascii: "."):
      true
    default: false
    }
  }

  /// The first place of two ASCII characters.
  private static func range(of pair: String, in text: Substring) -> Range<Substring.Index>? {
    let wanted = Array(pair.utf8)
    let bytes = text.utf8
    var index = bytes.startIndex
    while let found = bytes[index...].firstIndex(of: wanted[0]) {
      let next = bytes.index(after: found)
      if next < bytes.endIndex, bytes[next] == wanted[1] {
        return found..<bytes.index(after: next)
      }
      index = next
    }
    return nil
  }

  /// A host's placeholder that arrived as literal text.
  private static func unfilledPlaceholder(in text: String) -> String? {
    var rest = text[...]
    while let open = range(of: "${", in: rest) {
      guard let close = rest[open.upperBound...].firstIndex(of: "}") else { return nil }
      let placeholder = String(rest[open.lowerBound...close])
      let isWhole = placeholder.utf8.count == text.utf8.count
      if isWhole && isPlaceholderName(rest[open.upperBound..<close])
        || placeholder.utf8.starts(with: "${user_config.".utf8)
      {
        return placeholder
      }
      rest = rest[open.upperBound...]
    }
    return nil
  }

  private static func isPlaceholderName(_ name: Substring) -> Bool {
    !name.isEmpty
      && name.utf8.allSatisfy {
        isSchemeByte($0) || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: ":")
      }
  }
}

extension Template: CustomStringConvertible {
  /// The template as it would be written, never a resolved value.
  package var description: String {
    if parts.count == 1, case .value(let reference) = parts[0] { return reference.description }
    return parts.map {
      switch $0 {
      case .text(let text): text
      case .value(let reference): "{{\(reference)}}"
      case .file(let reference): "{{file:\(reference)}}"
      }
    }.joined()
  }
}
