/// A second JSON reader to compare the real one with: as plain as possible, recursive, slow, and
/// written against the grammar of RFC 8259 rather than against the other one.
package enum ReferenceJSON {
  package indirect enum Tree: Equatable {
    case null
    case boolean(Bool)
    /// As it is written.
    case number(String)
    case string(String)
    case array([Tree])
    case object([Member])
  }

  package struct Member: Equatable {
    package var name: String
    package var value: Tree
    /// The value as it is written.
    package var raw: String

    package init(name: String, value: Tree, raw: String = "") {
      self.name = name
      self.value = value
      self.raw = raw
    }

    package static func == (left: Member, right: Member) -> Bool {
      left.name == right.name && left.value == right.value
    }
  }

  /// `nil` for what is not JSON in UTF-8. Half surrogate pairs are taken and read as U+FFFD.
  package static func parse(_ bytes: [UInt8]) -> Tree? {
    guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
    var parser = Parser(scalars: Array(text.unicodeScalars))
    parser.space()
    guard let tree = parser.value() else { return nil }
    parser.space()
    return parser.index == parser.scalars.count ? tree : nil
  }

  /// Without white space, members in order.
  package static func write(_ tree: Tree) -> String {
    switch tree {
    case .null: "null"
    case .boolean(let flag): flag ? "true" : "false"
    case .number(let text): text
    case .string(let text): quote(text)
    case .array(let elements): "[" + elements.map(write).joined(separator: ",") + "]"
    case .object(let members):
      "{" + members.map { quote($0.name) + ":" + write($0.value) }.joined(separator: ",") + "}"
    }
  }

  package static func quote(_ text: String) -> String {
    var output = "\""
    for scalar in text.unicodeScalars {
      if scalar == "\"" || scalar == "\\" {
        output += "\\\(scalar)"
      } else if scalar.value < 0x20 {
        let digits = String(scalar.value, radix: 16)
        output += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      } else {
        output.unicodeScalars.append(scalar)
      }
    }
    return output + "\""
  }

  private struct Parser {
    let scalars: [Unicode.Scalar]
    var index = 0

    var current: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

    mutating func space() {
      while let scalar = current, " \t\r\n".unicodeScalars.contains(scalar) { index += 1 }
    }

    mutating func take(_ text: String) -> Bool {
      let wanted = Array(text.unicodeScalars)
      guard scalars[index...].starts(with: wanted) else { return false }
      index += wanted.count
      return true
    }

    mutating func value() -> Tree? {
      if take("null") { return .null }
      if take("true") { return .boolean(true) }
      if take("false") { return .boolean(false) }
      if take("{") { return object() }
      if take("[") { return array() }
      if current == "\"" { return string().map(Tree.string) }
      return number()
    }

    mutating func object() -> Tree? {
      var members: [Member] = []
      space()
      if take("}") { return .object(members) }
      repeat {
        space()
        guard let name = string() else { return nil }
        space()
        guard take(":") else { return nil }
        space()
        let start = index
        guard let value = value() else { return nil }
        var raw = String.UnicodeScalarView()
        raw.append(contentsOf: scalars[start..<index])
        members.append(Member(name: name, value: value, raw: String(raw)))
        space()
      } while take(",")
      return take("}") ? .object(members) : nil
    }

    mutating func array() -> Tree? {
      var elements: [Tree] = []
      space()
      if take("]") { return .array(elements) }
      repeat {
        space()
        guard let element = value() else { return nil }
        elements.append(element)
        space()
      } while take(",")
      return take("]") ? .array(elements) : nil
    }

    mutating func digits() -> Bool {
      let start = index
      while let scalar = current, ("0"..."9").contains(scalar) { index += 1 }
      return index > start
    }

    mutating func number() -> Tree? {
      let start = index
      _ = take("-")
      if !take("0"), !digits() { return nil }
      if take("."), !digits() { return nil }
      if take("e") || take("E") {
        if !take("+") { _ = take("-") }
        if !digits() { return nil }
      }
      var raw = String.UnicodeScalarView()
      raw.append(contentsOf: scalars[start..<index])
      return .number(String(raw))
    }

    mutating func string() -> String? {
      guard take("\"") else { return nil }
      var units: [UInt16] = []
      while let scalar = current {
        index += 1
        switch scalar {
        case "\"": return String(decoding: units, as: UTF16.self)
        case "\\":
          guard let unit = escape() else { return nil }
          units.append(unit)
        case "\u{0}"..."\u{1F}": return nil
        default: units.append(contentsOf: String(scalar).utf16)
        }
      }
      return nil
    }

    mutating func escape() -> UInt16? {
      guard let letter = current else { return nil }
      index += 1
      let plain: [Unicode.Scalar: UInt16] = [
        "\"": 0x22, "\\": 0x5C, "/": 0x2F, "b": 8, "f": 12, "n": 10, "r": 13, "t": 9,
      ]
      if let unit = plain[letter] { return unit }
      guard letter == "u", index + 4 <= scalars.count else { return nil }
      let digits = scalars[index..<index + 4]
      guard digits.allSatisfy({ $0.properties.isASCIIHexDigit }) else { return nil }
      index += 4
      return UInt16(digits.map { String($0) }.joined(), radix: 16)
    }
  }
}
