internal import HostConfigs
internal import JSONText

/// Writes values as TOML.
enum TOMLWriter {
  /// - Parameter literal: in single quotes where they can hold the text.
  static func string(_ text: String, literal: Bool = false) -> [UInt8] {
    let fits = text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "'") }
    if literal, fits { return Array("'\(text)'".utf8) }
    // The escapes of JSON are some of those of TOML.
    return jsonString(text)
  }

  static func jsonString(_ text: String) -> [UInt8] {
    var output: [UInt8] = []
    JSONString.append(text, to: &output)
    return output
  }

  static func key(_ name: String) -> [UInt8] {
    let isBare = !name.isEmpty && name.utf8.allSatisfy(\.isBareKey)
    return isBare ? Array(name.utf8) : string(name)
  }

  static func value(_ value: JSONValue) -> [UInt8] {
    switch value {
    // TOML has none; nobody asks for it.
    case .null: return string("")
    case .boolean(let flag): return Array((flag ? "true" : "false").utf8)
    case .integer(let number): return Array(String(number).utf8)
    case .string(let text): return string(text)
    case .array(let elements):
      return Array("[".utf8) + elements.map(Self.value).joined(separator: ", ".utf8)
        + Array("]".utf8)
    case .object(let members):
      if members.isEmpty { return Array("{}".utf8) }
      return Array("{ ".utf8) + members.map(member).joined(separator: ", ".utf8)
        + Array(" }".utf8)
    }
  }

  static func member(_ member: JSONValue.Member) -> [UInt8] {
    key(member.name) + Array(" = ".utf8) + value(member.value)
  }
}
