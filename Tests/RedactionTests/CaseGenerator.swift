import ValetTesting

/// Random secrets, and texts that show them in every way a server might.
struct CaseGenerator {
  var random: SeededGenerator

  init(seed: UInt64) { random = SeededGenerator(seed: seed) }

  /// Few letters make overlaps and near misses likely.
  private static let alphabets: [[UInt8]] = [
    "ab", "a\\", "a%41", "\\u0061\"", "a+ ", "0123456789", "a\\n/", "\",:[]{}1", "%2541",
    "abcdefghijklmnopqrstuvwxyz0123456789-_",
  ].map { Array($0.utf8) }

  // MARK: - Secrets

  mutating func secrets() -> [ReferenceRedaction.Secret] {
    var secrets: [ReferenceRedaction.Secret] = []
    for number in 0..<1 + random.below(3) {
      var value = value()
      if let other = secrets.last?.value, other.count > 9, random.oneIn(4) {
        // Prefixes, suffixes, extensions and repetitions of one another.
        switch random.below(4) {
        case 0: value = Array(other.dropLast(1 + random.below(2)))
        case 1: value = Array(other.dropFirst(1 + random.below(2)))
        case 2: value = other + value
        default: value = other
        }
      }
      secrets.append(.init(name: random.pick(["api/key", "b", "s\(number)"]), value: value))
    }
    return secrets
  }

  private mutating func value() -> [UInt8] {
    switch random.below(10) {
    case 0: return (0..<8 + random.below(8)).map { _ in UInt8(random.below(256)) }
    case 1: return Array("schlüssel🔑\(random.below(1000))ß".utf8)
    case 2:
      let separator = random.pick(["\n", "\r\n", #"\n"#, "\n  "])
      return Array(
        (0..<2 + random.below(2)).map { "line\($0)/abcdefghij\(random.below(10))" }
          .joined(separator: separator).utf8)
    case 3:
      return Array("pg://me:\(random.pick(["p%40ssw%2Ford", "passw0rd!", "short"]))@db/x".utf8)
    case 4: return Array(#"{"k":"leaf\u00e9\n1234","n":[1,"abcdefgh\/ijkl"]}"#.utf8)
    case 5:
      return Array(
        random.pick(["roots/list", "[redacted b]", #""id":"1","#, "12345678", "-1.5e10000"]).utf8)
    default: return letters(random.pick(Self.alphabets), 6 + random.below(8))
    }
  }

  private mutating func letters(_ alphabet: [UInt8], _ count: Int) -> [UInt8] {
    (0..<count).map { _ in random.pick(alphabet) }
  }

  // MARK: - Texts

  /// Plain text, not JSON as a rule.
  mutating func text(of secrets: [ReferenceRedaction.Secret]) -> [UInt8] {
    var text: [UInt8] = []
    for _ in 0..<1 + random.below(4) {
      switch random.below(3) {
      case 0: text += letters(random.pick(Self.alphabets), random.below(20))
      case 1: text += Array(random.pick(["key=", "\n", "%", "\\", "\\\\", "\\u00", "x "]).utf8)
      default:
        var shown = shown(random.pick(secrets).value)
        for _ in 0..<random.below(3) { shown = escaped(shown) }
        if random.oneIn(4) { shown = Array(shown.dropLast(random.below(3))) }
        text += shown
      }
    }
    return text
  }

  /// A JSON-RPC message most of the time.
  mutating func line(of secrets: [ReferenceRedaction.Secret]) -> [UInt8] {
    if random.oneIn(12) { return text(of: secrets) }
    let message: [UInt8] = object(
      [
        ("jsonrpc", quoted("2.0")), ("id", scalar(secrets)), (name(secrets), json(secrets, 3)),
        random.oneIn(5)
          ? ("method", quoted(random.pick(["roots/list", "sampling/createMessage"])))
          : (random.pick(["result", "method", "params"]), json(secrets, 3)),
      ])
    return random.oneIn(10) ? [0x5B] + message + [0x5D] : message
  }

  private mutating func name(_ secrets: [ReferenceRedaction.Secret]) -> String {
    String(decoding: random.pick(secrets).value, as: UTF8.self)
  }

  private mutating func object(_ members: [(String, [UInt8])]) -> [UInt8] {
    var output: [UInt8] = [0x7B]
    for (index, (name, value)) in members.enumerated() {
      if index > 0 { output.append(0x2C) }
      output += quoted(name) + [0x3A] + (random.oneIn(5) ? [0x20] : []) + value
    }
    return output + [0x7D]
  }

  private mutating func json(_ secrets: [ReferenceRedaction.Secret], _ depth: Int) -> [UInt8] {
    switch depth > 0 ? random.below(5) : 4 {
    case 0: return object([(name(secrets), json(secrets, depth - 1)), ("id", scalar(secrets))])
    case 1: return [0x5B] + json(secrets, depth - 1) + [0x2C] + json(secrets, depth - 1) + [0x5D]
    case 2: return quoted(json(secrets, depth - 1))
    default: return scalar(secrets)
    }
  }

  private mutating func scalar(_ secrets: [ReferenceRedaction.Secret]) -> [UInt8] {
    let value = random.pick(secrets).value
    switch random.below(4) {
    case 0:
      let isDigits = value.allSatisfy { 0x31...0x39 ~= $0 }
      return (isDigits ? value : []) + Array("\(1 + random.below(99))".utf8)
    case 1: return quoted(shown(value))
    default: return quoted(text(of: secrets))
    }
  }

  private mutating func quoted(_ text: String) -> [UInt8] { quoted(Array(text.utf8)) }

  /// What is not UTF-8 becomes U+FFFD.
  private mutating func quoted(_ bytes: [UInt8]) -> [UInt8] {
    [0x22] + escaped(Array(String(decoding: bytes, as: UTF8.self).utf8)) + [0x22]
  }

  mutating func pieces(_ text: [UInt8]) -> [[UInt8]] {
    var pieces: [[UInt8]] = []
    var rest = text[...]
    let limit = random.pick([1, 2, 5, 40])
    while !rest.isEmpty {
      let piece = rest.prefix(random.below(limit) + (limit == 1 ? 1 : 0))
      pieces.append(Array(piece))
      rest = rest.dropFirst(piece.count)
    }
    return pieces
  }

  // MARK: - Encodings

  private mutating func shown(_ value: [UInt8]) -> [UInt8] {
    switch random.below(6) {
    case 0: return Encodings.hexadecimal(value, uppercase: random.oneIn(2))
    case 1:
      let around = (0..<random.below(4)).map { _ in UInt8(random.below(256)) }
      let behind = (0..<random.below(4)).map { _ in UInt8(random.below(256)) }
      let text = Encodings.base64(
        around + value + behind, isURLSafe: random.oneIn(2), isPadded: random.oneIn(2))
      return random.oneIn(2) ? text : wrapped(text)
    case 2: return percentEncoded(value)
    default: return value
    }
  }

  private mutating func wrapped(_ text: [UInt8]) -> [UInt8] {
    let columns = 4 + random.below(16)
    let lineEnd = Array(random.pick(["\n", "\r\n", "\n\n", "\r\n\n"]).utf8)
    return text.enumerated().flatMap { index, byte in
      index > 0 && index % columns == 0 ? lineEnd + [byte] : [byte]
    }
  }

  private mutating func percentEncoded(_ value: [UInt8]) -> [UInt8] {
    let odds = 1 + random.below(3)
    return value.flatMap { byte -> [UInt8] in
      if byte == 0x20, random.oneIn(2) { return [0x2B] }
      if byte != 0x25, byte != 0x2B, !random.oneIn(odds) { return [byte] }
      return [0x25] + Encodings.hexadecimal([byte], uppercase: random.oneIn(2))
    }
  }

  /// As a JSON string may have it, some of it escaped without need.
  private mutating func escaped(_ bytes: [UInt8]) -> [UInt8] {
    let odds = random.pick([2, 10, 1000])
    var output: [UInt8] = []
    for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
      if scalar.value >= 0x20, scalar != "\"", scalar != "\\", !random.oneIn(odds) {
        output += Array(String(scalar).utf8)
      } else if let short = Encodings.short[scalar], random.oneIn(2) {
        output += [0x5C, short]
      } else {
        for unit in String(scalar).utf16 {
          output += Array("\\u".utf8)
          output += Encodings.hexadecimal(
            [UInt8(unit >> 8), UInt8(unit & 0xFF)], uppercase: random.oneIn(2))
        }
      }
    }
    return output
  }
}

enum Encodings {
  static let short: [Unicode.Scalar: UInt8] = [
    "\"": 0x22, "\\": 0x5C, "/": 0x2F, "\u{8}": 0x62, "\u{C}": 0x66, "\n": 0x6E, "\r": 0x72,
    "\t": 0x74,
  ]

  static func hexadecimal(_ bytes: [UInt8], uppercase: Bool) -> [UInt8] {
    let digits = Array((uppercase ? "0123456789ABCDEF" : "0123456789abcdef").utf8)
    return bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
  }

  static func base64(_ bytes: [UInt8], isURLSafe: Bool, isPadded: Bool) -> [UInt8] {
    let alphabet = Array(
      ("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
        + (isURLSafe ? "-_" : "+/")).utf8)
    let bits = bytes.flatMap { byte in (0..<8).reversed().map { Int(byte >> $0 & 1) } }
    var output: [UInt8] = []
    for start in stride(from: 0, to: bits.count, by: 6) {
      let group = Array(bits[start..<min(start + 6, bits.count)])
      let padded = group + [Int](repeating: 0, count: 6 - group.count)
      output.append(alphabet[padded.reduce(0) { $0 * 2 + $1 }])
    }
    while isPadded, output.count % 4 != 0 { output.append(0x3D) }
    return output
  }
}
