import ValetTesting

/// The parts of a value that are secret in themselves, found with the means of `String`.
enum ReferenceParts {
  static func parts(of value: [UInt8]) -> [[UInt8]] {
    var parts = [value] + simpleParts(of: value)
    if let tree = ReferenceJSON.parse(value) {
      for leaf in leaves(of: tree) where leaf.count >= 8 { parts += [leaf] + simpleParts(of: leaf) }
    }
    return parts
  }

  private static func simpleParts(of value: [UInt8]) -> [[UInt8]] {
    let whole = trimmed(value)
    var parts = [whole]
    parts += lines(of: whole).map(trimmed).filter { $0.count >= 16 }
    parts.append(percentDecoded(whole))
    if let password = password(of: whole), password.count >= 8 {
      parts += [password, percentDecoded(password)]
    }
    return parts
  }

  private static func trimmed(_ value: [UInt8]) -> [UInt8] {
    let isSpace: (UInt8) -> Bool = { [9, 10, 11, 12, 13, 32].contains($0) }
    return Array(value.drop(while: isSpace).reversed().drop(while: isSpace).reversed())
  }

  private static func lines(of value: [UInt8]) -> [[UInt8]] {
    var lines: [[UInt8]] = [[]]
    var index = 0
    while index < value.count {
      let isSpelled =
        value[index] == 0x5C && index + 1 < value.count
        && [UInt8(ascii: "n"), UInt8(ascii: "r")].contains(value[index + 1])
      if value[index] == 10 || value[index] == 13 || isSpelled {
        lines.append([])
        index += isSpelled ? 2 : 1
      } else {
        lines[lines.count - 1].append(value[index])
        index += 1
      }
    }
    return lines
  }

  static func percentDecoded(_ value: [UInt8]) -> [UInt8] {
    ReferenceView.all(of: value)[3].bytes
  }

  private static func password(of value: [UInt8]) -> [UInt8]? {
    guard let colon = value.firstIndex(of: 0x3A), colon > 0,
      value[colon...].starts(with: "://".utf8)
    else { return nil }
    let rest = Array(value[(colon + 3)...])
    let authority = Array(rest.prefix { !"/?#".utf8.contains($0) })
    guard let at = authority.lastIndex(of: 0x40) ?? rest.lastIndex(of: 0x40),
      let separator = rest[..<at].firstIndex(of: 0x3A)
    else { return nil }
    return Array(rest[(separator + 1)..<at])
  }

  private static func leaves(of tree: ReferenceJSON.Tree) -> [[UInt8]] {
    switch tree {
    case .string(let text): [Array(text.utf8)]
    case .array(let elements): elements.flatMap(leaves)
    case .object(let members): members.flatMap { leaves(of: $0.value) }
    case .null, .boolean, .number: []
    }
  }
}
