internal import Secrets

/// The bytes that a stretch of text stands for in one view, and where in the text each comes from.
///
/// The text is decoded a window at a time: enough for the tables to be searched, whatever the
/// length of the line. `+` is shown as a space where percent-escapes are undone.
struct ViewWindow: ~Copyable {
  /// 8 KiB stay in the first-level cache beside the tables.
  static let capacity = 8192
  /// Escapes stand for four bytes at most, stored whole; eight more for copying a word at a time.
  private static let slack = 64

  /// What decoding came across.
  struct Findings: OptionSet {
    let rawValue: UInt8
    /// A backslash is shown: another level may show more.
    static let backslash = Findings(rawValue: 1)
    /// An escape that stands for a percent or plus sign.
    static let percent = Findings(rawValue: 2)
  }

  private let memory: PinnedMemory
  /// Of what is decoded.
  private(set) var count = 0
  /// Where in the text decoding goes on.
  private(set) var position = 0
  /// Since ``clearFindings()``.
  private(set) var findings: Findings = []

  init() throws(SecretMemoryError) {
    memory = try PinnedMemory(count: Self.capacity + Self.slack)
  }

  var bytes: UnsafePointer<UInt8> { UnsafePointer(memory.pointer(at: 0, to: UInt8.self)) }

  /// Eight bytes.
  func word(at index: Int) -> UInt64 {
    memory.base.loadUnaligned(fromByteOffset: index, as: UInt64.self)
  }

  mutating func setWord(_ word: UInt64, at index: Int) {
    memory.base.storeBytes(of: word, toByteOffset: index, as: UInt64.self)
  }

  /// Begins anew with the token at `position`, as if `count` bytes had been decoded before it.
  mutating func begin(at position: Int, count: Int = 0) {
    self.position = position
    self.count = count
  }

  mutating func clearFindings() { findings = [] }

  mutating func wipe() {
    Secrets.wipe(UnsafeMutableRawBufferPointer(start: memory.base, count: memory.count))
  }

  /// Decodes until there are `limit` bytes, or up to three more where that falls within a token,
  /// or until the text ends.
  ///
  /// - Returns: whether the text ends in the middle of a token before that.
  @discardableResult
  mutating func decode(_ reader: TokenReader, in view: View, until limit: Int) -> Bool {
    // A type for each view makes for five loops, each without the tests that the others need.
    switch (view.level, view.isPercentDecoded) {
    case (1, false): decode(reader, as: Unescaped.self, until: limit)
    case (2, false): decode(reader, as: UnescapedTwice.self, until: limit)
    case (0, _): decode(reader, as: PercentDecoded.self, until: limit)
    case (1, _): decode(reader, as: UnescapedPercentDecoded.self, until: limit)
    default: decode(reader, as: UnescapedTwicePercentDecoded.self, until: limit)
    }
  }

  private mutating func decode<Kind: ViewKind>(
    _ reader: TokenReader, as _: Kind.Type, until limit: Int
  ) -> Bool {
    let (level, percent) = (Kind.view.level, Kind.view.isPercentDecoded)
    let target = memory.pointer(at: 0, to: UInt8.self)
    let (source, end) = (reader.base, reader.end)
    var (position, count, findings) = (position, count, findings)
    defer { (self.position, self.count, self.findings) = (position, count, findings) }
    while count < limit, position < end {
      let byte = source[position]
      if level > 0 && byte == UInt8(ascii: "\\") || percent && byte == UInt8(ascii: "%") {
        let token =
          reader.shortToken(at: position, in: Kind.view)
          ?? reader.token(at: position, in: Kind.view)
        if token.length == 0 { return true }
        findings.note(token)
        UnsafeMutableRawPointer(target + count).storeBytes(
          of: percent && token.isByte(UInt8(ascii: "+")) ? 0x20 : token.bytes.littleEndian,
          as: UInt32.self)
        count &+= token.count
        position &+= token.length
      } else if count + 8 <= limit, position + 8 <= end {
        var word = UInt64(
          littleEndian: UnsafeRawPointer(source + position).loadUnaligned(as: UInt64.self))
        var special = level > 0 ? SWAR.matches(UInt8(ascii: "\\"), in: word) : 0
        if percent {
          special |= SWAR.matches(UInt8(ascii: "%"), in: word)
          word = SWAR.replacingPlus(word)
        }
        UnsafeMutableRawPointer(target + count).storeBytes(of: word.littleEndian, as: UInt64.self)
        let plain = special.trailingZeroBitCount >> 3
        count &+= plain
        position &+= plain
      } else {
        target[count] = percent && byte == UInt8(ascii: "+") ? 0x20 : byte
        count &+= 1
        position &+= 1
      }
    }
    return false
  }
}

extension ViewWindow.Findings {
  @inline(__always)
  fileprivate mutating func note(_ token: Token) {
    if token.bytes == UInt32(UInt8(ascii: "\\")) {
      insert(.backslash)
    } else if token.bytes == UInt32(UInt8(ascii: "%")) || token.bytes == UInt32(UInt8(ascii: "+")) {
      insert(.percent)
    }
  }
}

/// A view that is known when the loop over a text is compiled.
private protocol ViewKind {
  static var view: View { get }
}

private enum Unescaped: ViewKind {
  static var view: View { View(level: 1, isPercentDecoded: false) }
}

private enum UnescapedTwice: ViewKind {
  static var view: View { View(level: 2, isPercentDecoded: false) }
}

private enum PercentDecoded: ViewKind {
  static var view: View { View(level: 0, isPercentDecoded: true) }
}

private enum UnescapedPercentDecoded: ViewKind {
  static var view: View { View(level: 1, isPercentDecoded: true) }
}

private enum UnescapedTwicePercentDecoded: ViewKind {
  static var view: View { View(level: 2, isPercentDecoded: true) }
}
