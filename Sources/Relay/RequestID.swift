internal import JSONText

/// The id of a request, in a form in which two notations of the same id are equal.
///
/// JSON-RPC ids are strings or numbers, and who answers may write one differently than who asked:
/// `"\u0061"` is `"a"`, and `1.0` is `1` for every JavaScript. Strings compare as what they stand
/// for, numbers by their exact decimal value, however large. A string is never equal to a number,
/// but see ``alternate``.
struct RequestID: Hashable {
  let isString: Bool
  private let count: Int
  // Ids are short: up to 24 bytes lie here, so that an id costs no allocation.
  private let first: UInt64
  private let second: UInt64
  private let third: UInt64
  private let long: [UInt8]?

  private static let inlineCapacity = 24
  /// Integers of more digits take the long way, which writes those over 40 digits in another form.
  private static let plainDigits = 18
  private static let longestPlain = 40

  /// - Parameter token: the value as it is written, a string with its quotes.
  /// - Returns: the id, and whether ``appendToken(to:)`` writes exactly `token`; `nil` for anything
  ///   but a string or a number.
  static func reading(_ token: UnsafeBufferPointer<UInt8>) -> (RequestID, isVerbatim: Bool)? {
    guard let first = token.first else { return nil }
    switch first {
    case UInt8(ascii: "\"") where token.count >= 2:
      let content = UnsafeBufferPointer(rebasing: token[1..<token.count - 1])
      guard content.contains(UInt8(ascii: "\\")) else {
        return (RequestID(isString: true, content), true)
      }
      let decoded = JSONString.decoded(content)
      return (decoded.withUnsafeBufferPointer { RequestID(isString: true, $0) }, false)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
      if isPlainInteger(token) { return (RequestID(isString: false, token), true) }
      let canonical = canonicalNumber(token)
      let id = canonical.withUnsafeBufferPointer { RequestID(isString: false, $0) }
      return (id, canonical.elementsEqual(token))
    default: return nil
    }
  }

  /// The id that a string is.
  init(string text: UnsafeBufferPointer<UInt8>) { self.init(isString: true, text) }

  private init(isString: Bool, _ bytes: UnsafeBufferPointer<UInt8>) {
    self.isString = isString
    count = bytes.count
    guard bytes.count <= Self.inlineCapacity else {
      (first, second, third) = (0, 0, 0)
      long = Array(bytes)
      return
    }
    var words: (UInt64, UInt64, UInt64) = (0, 0, 0)
    withUnsafeMutableBytes(of: &words) { $0.copyBytes(from: bytes) }
    (first, second, third) = words
    long = nil
  }

  func hash(into hasher: inout Hasher) {
    if let long {
      hasher.combine(long)
    } else {
      hasher.combine(first)
      if count > 8 {
        hasher.combine(second)
        hasher.combine(third)
      }
    }
  }

  /// How much memory it takes beside the table's own, in bytes.
  var extraSize: Int { long?.count ?? 0 }

  /// The integer for a string of digits, and the other way round: both official SDKs take `"7"`
  /// in an answer for `7`.
  var alternate: RequestID? {
    withBytes { bytes in
      guard Self.isPlainInteger(bytes) else { return nil }
      return RequestID(isString: !isString, bytes)
    }
  }

  /// Appends the id as a JSON value.
  func appendToken(to output: inout [UInt8]) {
    withBytes { bytes in
      guard isString else {
        output.append(contentsOf: bytes)
        return
      }
      output.append(UInt8(ascii: "\""))
      output.append(contentsOf: bytes)
      output.append(UInt8(ascii: "\""))
    }
  }

  /// The bytes of a number, or what a string stands for.
  func withBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
    if let long { return long.withUnsafeBufferPointer(body) }
    let words = (first, second, third)
    return withUnsafeBytes(of: words) {
      $0.withMemoryRebound(to: UInt8.self) { body(UnsafeBufferPointer(rebasing: $0[..<count])) }
    }
  }

  /// Digits, at most 18, perhaps behind a minus, in the one way to write them.
  private static func isPlainInteger(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    let isNegative = bytes.first == UInt8(ascii: "-")
    let digits = bytes.dropFirst(isNegative ? 1 : 0)
    guard let first = digits.first, digits.count <= plainDigits else { return false }
    guard digits.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }) else { return false }
    return first != UInt8(ascii: "0") || digits.count == 1 && !isNegative
  }

  /// A number in the one form for its decimal value: all its digits when they are 40 at most, else
  /// digits without trailing zeros and an exponent. A number whose exponent is beyond nine digits
  /// stays as it is.
  private static func canonicalNumber(_ token: UnsafeBufferPointer<UInt8>) -> [UInt8] {
    guard var (digits, exponent) = decimal(token) else { return Array(token) }
    while digits.last == UInt8(ascii: "0") {
      digits.removeLast()
      exponent += 1
    }
    if digits.isEmpty { return [UInt8(ascii: "0")] }
    var output: [UInt8] = token.first == UInt8(ascii: "-") ? [UInt8(ascii: "-")] : []
    output += digits
    if exponent >= 0, digits.count + exponent <= longestPlain {
      output += [UInt8](repeating: UInt8(ascii: "0"), count: exponent)
    } else {
      output.append(UInt8(ascii: "e"))
      output += Array(String(exponent).utf8)
    }
    return output
  }

  /// The digits of a number without leading zeros, and the power of ten they are to be multiplied
  /// with; `nil` when that is beyond nine digits.
  private static func decimal(
    _ token: UnsafeBufferPointer<UInt8>
  ) -> (digits: [UInt8], exponent: Int)? {
    var digits: [UInt8] = []
    var exponent = 0
    var isFraction = false
    var index = 0
    while index < token.count, token[index] | 0x20 != UInt8(ascii: "e") {
      let byte = token[index]
      if byte == UInt8(ascii: ".") { isFraction = true }
      if UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte {
        if isFraction { exponent -= 1 }
        if byte != UInt8(ascii: "0") || !digits.isEmpty { digits.append(byte) }
      }
      index += 1
    }
    guard index < token.count else { return (digits, exponent) }
    let text = token[(index + 1)...]
    guard text.count <= 10, let written = Int(String(decoding: text, as: UTF8.self)) else {
      return nil
    }
    return (digits, exponent + written)
  }
}
