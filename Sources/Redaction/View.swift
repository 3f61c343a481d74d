/// One way to read a text: how many JSON strings it lies in, and whether it is percent-encoded.
///
/// A secret may be printed inside a JSON string inside a JSON string inside a URL. Each view takes
/// the text for one such nesting and yields the bytes it stands for, one token at a time; a secret
/// is found where one view shows it. Percent-encoding is the innermost layer, as in a URL that a
/// JSON string holds.
struct View: Equatable {
  /// Levels of JSON string escapes to undo: 0, 1 or 2.
  let level: Int
  /// Whether `%41` is read as `A`.
  let isPercentDecoded: Bool

  static let plain = View(level: 0, isPercentDecoded: false)
  /// All but ``plain``.
  static let decoded = [
    View(level: 1, isPercentDecoded: false), View(level: 2, isPercentDecoded: false),
    View(level: 0, isPercentDecoded: true), View(level: 1, isPercentDecoded: true),
    View(level: 2, isPercentDecoded: true),
  ]

  /// 0 for ``plain``, to 5.
  var index: Int { level + (isPercentDecoded ? 3 : 0) }

  /// Bytes that can be part of a token of two bytes or more in some view. Behind any other byte
  /// every view begins a new token, whatever came before.
  static func mayLieWithinToken(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: "/"), UInt8(ascii: "%"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
      UInt8(ascii: "A")...UInt8(ascii: "F"), UInt8(ascii: "n"), UInt8(ascii: "r"),
      UInt8(ascii: "t"), UInt8(ascii: "u"):
      true
    default: false
    }
  }
}
