internal import Platform

/// How a server may have written a value, apart from escapes.
struct Form: RawRepresentable, Equatable {
  /// 0..<``count``.
  let rawValue: UInt32

  static let count: UInt32 = 9
  static let raw = Form(rawValue: 0)
  static let lowerHexadecimal = Form(rawValue: 1)
  static let upperHexadecimal = Form(rawValue: 2)

  /// - Parameter alignment: how many bytes (0, 1 or 2) of the encoded data stand before the value
  ///   in its first group of three.
  static func base64(alignment: UInt32, isURLSafe: Bool) -> Form {
    Form(rawValue: 3 + alignment * 2 + (isURLSafe ? 1 : 0))
  }

  var isBase64: Bool { rawValue >= 3 }
  var isURLSafe: Bool { isBase64 && rawValue & 1 == 0 }
  /// Of base64.
  var alignment: Int { Int(rawValue - 3) / 2 }
}

/// A needle as it looks in one ``Form``, worked out symbol by symbol from the value itself, so that
/// no encoded copy of a secret is kept.
///
/// In base64 the first and the last character may hold bits of the needle and bits of what stands
/// beside it. Those two are ``hasLead`` and ``hasTail``; the characters between are the *core*.
struct EncodedNeedle {
  let bytes: UnsafePointer<UInt8>
  /// Length of the value in bytes.
  let byteCount: Int
  let form: Form
  /// Symbols that depend on nothing but the needle.
  let coreCount: Int
  /// How many low bits of the lead character belong to the needle: 0, 4 or 2.
  private let leadBits: Int
  /// How many high bits of the tail character belong to the needle: 0, 2 or 4.
  private let tailBits: Int

  init(bytes: UnsafePointer<UInt8>, byteCount: Int, form: Form) {
    self.bytes = bytes
    self.byteCount = byteCount
    self.form = form
    if form.isBase64 {
      leadBits = form.alignment == 0 ? 0 : form.alignment == 1 ? 4 : 2
      let bits = byteCount * 8 - leadBits
      coreCount = bits / 6
      tailBits = bits % 6
    } else {
      leadBits = 0
      tailBits = 0
      coreCount = form == .raw ? byteCount : byteCount * 2
    }
  }

  var hasLead: Bool { leadBits > 0 }
  var hasTail: Bool { tailBits > 0 }

  /// Symbol `index` of the core.
  func symbol(_ index: Int) -> UInt8 {
    if form == .raw { return bytes[index] }
    if form.isBase64 {
      return Base64.character(of: sextet(index), isURLSafe: form.isURLSafe)
    }
    let nibble = index & 1 == 0 ? bytes[index >> 1] >> 4 : bytes[index >> 1] & 0xF
    let letter = form == .lowerHexadecimal ? UInt8(ascii: "a") : UInt8(ascii: "A")
    return nibble < 10 ? UInt8(ascii: "0") + nibble : letter + nibble - 10
  }

  private func sextet(_ index: Int) -> UInt8 {
    let bit = leadBits + index * 6
    let byte = bit >> 3
    let next = byte + 1 < byteCount ? UInt16(bytes[byte + 1]) : 0
    let pair = UInt16(bytes[byte]) << 8 | next
    return UInt8(pair >> UInt16(10 - bit & 7) & 63)
  }

  /// Whether `character` can stand right before the core; of either alphabet.
  func acceptsLead(_ character: UInt8) -> Bool {
    guard let value = Base64.value(of: character) else { return false }
    return value & (1 << leadBits - 1) == bytes[0] >> (8 - leadBits)
  }

  /// Whether `character` can stand right behind the core; of either alphabet.
  func acceptsTail(_ character: UInt8) -> Bool {
    guard let value = Base64.value(of: character) else { return false }
    return value >> (6 - tailBits) == bytes[byteCount - 1] & (1 << tailBits - 1)
  }

  /// Whether this form differs from the one that is searched in any case: upper-case hexadecimal
  /// without a letter is the lower-case one, and the alphabets of base64 differ in two characters.
  var isDistinct: Bool {
    switch form {
    case .upperHexadecimal:
      return (0..<byteCount).contains { bytes[$0] >> 4 > 9 || bytes[$0] & 0xF > 9 }
    case let form where form.isURLSafe:
      return (0..<coreCount).contains { sextet($0) >= 62 }
    default: return true
    }
  }
}

/// The alphabets of RFC 4648 sections 4 and 5.
enum Base64 {
  static func character(of value: UInt8, isURLSafe: Bool) -> UInt8 {
    switch value {
    case 0..<26: UInt8(ascii: "A") + value
    case 26..<52: UInt8(ascii: "a") + value - 26
    case 52..<62: UInt8(ascii: "0") + value - 52
    case 62: isURLSafe ? UInt8(ascii: "-") : UInt8(ascii: "+")
    default: isURLSafe ? UInt8(ascii: "_") : UInt8(ascii: "/")
    }
  }

  /// In either alphabet.
  static func value(of character: UInt8) -> UInt8? {
    switch character {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): character - UInt8(ascii: "A")
    case UInt8(ascii: "a")...UInt8(ascii: "z"): character - UInt8(ascii: "a") + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0") + 52
    case UInt8(ascii: "+"), UInt8(ascii: "-"): 62
    case UInt8(ascii: "/"), UInt8(ascii: "_"): 63
    default: nil
    }
  }
}
