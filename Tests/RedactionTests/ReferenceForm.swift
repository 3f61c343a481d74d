/// One way to write a needle: for each place the bytes that may stand there.
struct ReferenceForm {
  let symbols: [[UInt8]]
  let isRaw: Bool
  /// The first symbol that a line break may precede; `nil` for none.
  var firstBreak: Int?

  static func all(of needle: [UInt8]) -> [ReferenceForm] {
    let exact =
      [needle] + [false, true].map { Encodings.hexadecimal(needle, uppercase: $0) }
    return exact.enumerated().map { index, text in
      ReferenceForm(symbols: text.map { [$0] }, isRaw: index == 0)
    }
      + (0..<3).flatMap { alignment in
        [false, true].map { base64(needle, alignment: alignment, isURLSafe: $0) }
      }
  }

  private static let standard = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  private static let urlSafe = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

  /// `alignment` bytes behind the beginning of a group of three. A character that holds bits of
  /// other bytes too may be any that has the right ones of the needle, of either alphabet.
  private static func base64(
    _ needle: [UInt8], alignment: Int, isURLSafe: Bool
  ) -> ReferenceForm {
    var bits: [Int?] = [Int?](repeating: nil, count: alignment * 8 % 6)
    for byte in needle { bits += (0..<8).reversed().map { bit in Int(byte >> bit & 1) } }
    while bits.count % 6 != 0 { bits.append(nil) }
    let symbols = stride(from: 0, to: bits.count, by: 6).map { start in
      let wanted = Array(bits[start..<start + 6])
      let values = (0..<64).filter { value in
        (0..<6).allSatisfy { wanted[$0] == nil || wanted[$0] == value >> (5 - $0) & 1 }
      }
      return wanted.contains(nil)
        ? values.map { standard[$0] } + values.map { urlSafe[$0] }
        : values.map { (isURLSafe ? urlSafe : standard)[$0] }
    }
    let lead = alignment == 0 ? 0 : 1
    let core = symbols[lead...].filter { $0.count == 1 }
    let comesAgain = (1..<max(core.count - 7, 1)).contains {
      Array(core[$0..<$0 + 8]) == Array(core[..<8])
    }
    return ReferenceForm(
      symbols: symbols, isRaw: false, firstBreak: comesAgain ? nil : lead + 8)
  }
}
