package import JSONText

/// Finds many places of one text, each from the one before: from its beginning each time, a large
/// file with many places would take minutes.
package struct PositionReader {
  private let bytes: [UInt8]
  private let start: Int
  private var offset: Int
  private var line = 1
  private var column = 1

  /// - Parameter bytes: the whole text, with its byte order mark if it has one.
  package init(_ bytes: [UInt8]) {
    self.bytes = bytes
    // A byte order mark counts as nothing.
    start = bytes.starts(with: byteOrderMark) ? byteOrderMark.count : 0
    offset = start
  }

  /// As `TextPosition` counts. Fast where offsets grow.
  package mutating func position(of wanted: Int) -> TextPosition {
    if wanted < offset { (offset, line, column) = (start, 1, 1) }
    bytes.withUnsafeBufferPointer { bytes in
      while offset < min(wanted, bytes.count) {
        if bytes[offset] == UInt8(ascii: "\n") {
          line += 1
          column = 1
        } else if bytes[offset] & 0xC0 != 0x80 {
          // Continuation bytes belong to the code point that began before them.
          column += 1
        }
        offset += 1
      }
    }
    return TextPosition(line: line, column: column)
  }
}
