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
    if SecretReference.hasKnownScheme(text) {
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
    return bytes.starts(with: "valet:".utf8) || bytes.starts(with: "keyring:".utf8)
      || bytes.starts(with: "oauth:".utf8)
  }

  private static func embedded(in text: String) throws(ReferenceError) -> [Part] {
    var parts: [Part] = []
    var literal = ""
    var rest = text[...]
    while let open = range(of: "{{", in: rest) {
      literal += String(rest[..<open.lowerBound])
      let inside = rest[open.upperBound...]
      guard let kind = kind(of: inside) else {
        literal += "{"
        rest = rest[rest.index(after: open.lowerBound)...]
        continue
      }
      guard let close = range(of: "}}", in: inside) else {
        let shown = rest[open.lowerBound...].utf8.prefix { $0 > UInt8(ascii: " ") }
        throw .unterminated(String(Substring(shown)))
      }
      if !literal.isEmpty { parts.append(.text(literal)) }
      literal = ""
      let reference = try SecretReference(inside[kind.start..<close.lowerBound])
      parts.append(kind.isFile ? .file(reference) : .value(reference))
      rest = inside[close.upperBound...]
    }
    literal += String(rest)
    if !literal.isEmpty || parts.isEmpty { parts.append(.text(literal)) }
    return parts
  }

  /// What stands behind `{{`: a reference, `file:` and a reference, or neither (`nil`).
  private static func kind(of inside: Substring) -> (isFile: Bool, start: Substring.Index)? {
    let filePrefix = "file:".utf8
    if inside.utf8.starts(with: filePrefix) {
      return (true, inside.utf8.index(inside.startIndex, offsetBy: filePrefix.count))
    }
    if SecretReference.hasKnownScheme(inside) { return (false, inside.startIndex) }
    // `{{word://` is ours too, so that a misspelt scheme is an error and not a literal value.
    var rest = inside.utf8[...]
    var length = 0
    while let byte = rest.first, ReferenceError.isSchemeByte(byte) {
      rest.removeFirst()
      length += 1
    }
    return length > 0 && rest.starts(with: "://".utf8) ? (false, inside.startIndex) : nil
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
    let bytes = text.utf8
    if bytes.starts(with: "${".utf8), bytes.last == UInt8(ascii: "}"),
      isPlaceholderName(Substring(bytes.dropFirst(2).dropLast()))
    {
      return text
    }
    var rest = text[...]
    while let open = range(of: "${", in: rest) {
      if rest[open.upperBound...].utf8.starts(with: "user_config.".utf8) {
        let inside = rest.utf8[open.lowerBound...]
        return inside.firstIndex(of: UInt8(ascii: "}")).map { String(rest[open.lowerBound...$0]) }
      }
      rest = rest[open.upperBound...]
    }
    return nil
  }

  private static func isPlaceholderName(_ name: Substring) -> Bool {
    !name.isEmpty
      && name.utf8.allSatisfy {
        ReferenceError.isSchemeByte($0) || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: ":")
      }
  }
}

extension Template: CustomStringConvertible {
  /// The template as it would be written, never a resolved value.
  package var description: String {
    if parts.count == 1 {
      switch parts[0] {
      case .text(let text): return text
      case .value(let reference): return reference.description
      case .file: break
      }
    }
    return parts.map {
      switch $0 {
      case .text(let text): text
      case .value(let reference): "{{\(reference)}}"
      case .file(let reference): "{{file:\(reference)}}"
      }
    }.joined()
  }
}
