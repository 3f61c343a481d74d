/// A place in a text as an editor shows it.
package struct TextPosition: Hashable, Sendable {
  /// From 1; a line ends with LF or CRLF.
  package let line: Int
  /// From 1, in Unicode code points: a tab is one, an emoji of several code points is several. A
  /// byte order mark counts as none.
  package let column: Int

  package init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }

  /// The position of byte `offset`; everything before it must be UTF-8. Reads the text up to
  /// there: for messages, not for loops.
  package init(of offset: Int, in bytes: UnsafeBufferPointer<UInt8>) {
    var line = 1
    var lineStart = bytes.starts(with: byteOrderMark) ? byteOrderMark.count : 0
    for index in 0..<min(offset, bytes.count) where bytes[index] == UInt8(ascii: "\n") {
      line += 1
      lineStart = index + 1
    }
    var column = 1
    var index = lineStart
    while index < min(offset, bytes.count) {
      // Continuation bytes belong to the code point that began before them.
      if bytes[index] & 0xC0 != 0x80 { column += 1 }
      index += 1
    }
    self.init(line: line, column: column)
  }
}

/// U+FEFF in UTF-8: Windows editors put it before a text.
package let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
