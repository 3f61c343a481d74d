/// Whether a text looks as if it was made at random, as keys are.
enum Randomness {
  /// Bits a character, after Shannon: of the text itself, not of what it was drawn from.
  static func entropy(_ bytes: some Collection<UInt8>) -> Double {
    var counts = [Int](repeating: 0, count: 256)
    for byte in bytes { counts[Int(byte)] += 1 }
    let total = Double(bytes.count)
    return counts.reduce(0) { sum, count in
      count == 0 ? sum : sum - Double(count) / total * Self.log2(Double(count) / total)
    }
  }

  /// Enough for comparing entropies: the exponent, and a series for the rest.
  private static func log2(_ value: Double) -> Double {
    let mantissa = value.significand
    let ratio = (mantissa - 1) / (mantissa + 1)
    let square = ratio * ratio
    let series = ratio * (1 + square * (1 / 3 + square * (1 / 5 + square * (1 / 7 + square / 9))))
    return Double(value.exponent) + 2 * series / 0.693_147_180_559_945_3
  }

  /// Whether a value without a telling name is likely a key: long, of one alphabet, with digits among
  /// its letters, and no id, path, version or word.
  static func looksLikeKey(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    guard 20...512 ~= bytes.count, !isUUID(bytes) else { return false }
    let digits = bytes.count(where: { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 })
    guard digits >= 2, digits < bytes.count else { return false }
    if bytes.allSatisfy(\.isHexadecimal) {
      let isOneCase = text == text.lowercased() || text == text.uppercased()
      return bytes.count >= 32 && isOneCase && entropy(bytes) > 3
    }
    guard bytes.allSatisfy(\.isKeyCharacter) else { return false }
    // Words with hyphens between them: names of models, packages, hosts.
    let separators: Set<UInt8> = [UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: ".")]
    let pieces = bytes.split(whereSeparator: separators.contains)
    guard let longest = pieces.max(by: { $0.count < $1.count }), longest.count >= 16 else {
      return false
    }
    // `Title-0123456789abcdef`: an id behind a name. `0x…`: an address on a chain, which is public.
    if pieces.count > 1, longest.allSatisfy(\.isHexadecimal) { return false }
    if bytes.count == 42, bytes.starts(with: "0x".utf8) { return false }
    let hasUpper = bytes.contains { UInt8(ascii: "A")...UInt8(ascii: "Z") ~= $0 }
    let hasLower = bytes.contains { UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 }
    return entropy(bytes) > (hasUpper && hasLower ? 3.8 : 3.6)
  }

  static func isUUID(_ bytes: [UInt8]) -> Bool {
    guard bytes.count == 36 else { return false }
    return bytes.enumerated().allSatisfy { index, byte in
      [8, 13, 18, 23].contains(index) ? byte == UInt8(ascii: "-") : byte.isHexadecimal
    }
  }
}

extension UInt8 {
  var isHexadecimal: Bool {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
      UInt8(ascii: "A")...UInt8(ascii: "F"):
      true
    default: false
    }
  }

  fileprivate var isKeyCharacter: Bool {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"), UInt8(ascii: "-"),
      UInt8(ascii: "="), UInt8(ascii: "+"), UInt8(ascii: "."), UInt8(ascii: "~"):
      true
    default: false
    }
  }
}
