/// A kind of key that gives itself away, and where its owner ends its validity.
///
/// Only what was looked up stands here: a page that is not there any more costs somebody minutes
/// in which the old key still works.
package struct SecretShape: Equatable, Sendable {
  /// What may stand behind the prefix.
  package enum Characters: Int, CaseIterable, Sendable {
    /// `0-9a-f`, or `0-9A-F`.
    case hexadecimal
    /// `0-9A-Za-z`.
    case alphanumeric
    /// `0-9A-Za-z_-`.
    case word
    /// `0-9A-Za-z_.=-`, which are those of a JSON Web Token too.
    case dotted
    /// `0-9A-Za-z+/=_-`.
    case base64
    /// `0-9A-Za-z/`, of addresses.
    case path

    /// Whether an ASCII byte is one of these; none above 0x7F is.
    package func contains(_ byte: UInt8) -> Bool {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
        UInt8(ascii: "A")...UInt8(ascii: "F"):
        true
      case UInt8(ascii: "g")...UInt8(ascii: "z"), UInt8(ascii: "G")...UInt8(ascii: "Z"):
        self != .hexadecimal
      case UInt8(ascii: "_"), UInt8(ascii: "-"): self == .word || self == .dotted || self == .base64
      case UInt8(ascii: "."): self == .dotted
      case UInt8(ascii: "="): self == .dotted || self == .base64
      case UInt8(ascii: "+"): self == .base64
      case UInt8(ascii: "/"): self == .base64 || self == .path
      default: false
      }
    }
  }

  /// What a value of this kind begins with.
  package let prefix: String
  /// Those that may stand behind the prefix.
  package let characters: Characters
  /// How many characters stand behind the prefix.
  package let length: ClosedRange<Int>
  /// Who gives out such keys, as a person knows it.
  package let provider: String
  /// The provider's page where the key is revoked, or that says how; `nil` where there is none.
  package let revocationPage: String?
  /// Where the shape was found, or where it and the page were. A page behind a login is taken from
  /// somebody who names it.
  package let source: String
  /// When both were looked up, as RFC 3339 writes a day.
  package let checked: String

  /// The shape of a value by its first bytes, whatever follows; `nil` for one of no known shape.
  ///
  /// - Parameter value: only its first bytes are looked at.
  package static func of(_ value: UnsafeRawBufferPointer) -> SecretShape? {
    all.filter { value.starts(with: $0.prefix.utf8) }.max {
      $0.prefix.utf8.count < $1.prefix.utf8.count
    }
  }

  /// The first stretch of a text that has a known shape as a whole: the prefix at the beginning of
  /// a word, and behind it as many characters as such a key has, and no more.
  ///
  /// - Parameter start: where to begin to look.
  package static func first(
    in text: [UInt8], from start: Int = 0
  ) -> (shape: SecretShape, range: Range<Int>)? {
    var runs = Runs()
    for index in text.indices.dropFirst(start) {
      if index > 0, text[index - 1].isWordCharacter { continue }
      for shape in byFirstByte[Int(text[index])] {
        if let end = shape.end(in: text, at: index, &runs) { return (shape, index..<end) }
      }
    }
    return nil
  }

  /// Where the last stretch of each kind of characters lies: a text made of prefixes would be gone
  /// through again from each of them.
  private struct Runs {
    private var known = [Range<Int>](repeating: 0..<0, count: Characters.allCases.count)

    mutating func end(of characters: Characters, in text: [UInt8], from start: Int) -> Int {
      let run = known[characters.rawValue]
      if run.contains(start) { return run.upperBound }
      var end = start
      while end < text.count, characters.contains(text[end]) { end += 1 }
      known[characters.rawValue] = start..<end
      return end
    }
  }

  private func end(in text: [UInt8], at start: Int, _ runs: inout Runs) -> Int? {
    guard text[start...].starts(with: prefix.utf8) else { return nil }
    let body = start + prefix.utf8.count
    var end = runs.end(of: characters, in: text, from: body)
    // A full stop behind a sentence is no part of the key.
    while end > body, text[end - 1] == UInt8(ascii: ".") { end -= 1 }
    if end < text.count, text[end].isWordCharacter { return nil }
    return length.contains(end - body) ? end : nil
  }

  /// For each byte those whose prefix begins with it, the longest prefixes first.
  private static let byFirstByte: [[SecretShape]] = {
    var table = [[SecretShape]](repeating: [], count: 256)
    for shape in all.sorted(by: { $0.prefix.utf8.count > $1.prefix.utf8.count }) {
      if let first = shape.prefix.utf8.first { table[Int(first)].append(shape) }
    }
    return table
  }()
}

extension UInt8 {
  fileprivate var isWordCharacter: Bool { SecretShape.Characters.alphanumeric.contains(self) }
}
