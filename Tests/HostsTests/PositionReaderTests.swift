import JSONText
import Testing

@testable import Hosts

@Suite struct PositionReaderTests {
  @Test(arguments: ["", "a", "\u{FEFF}a\nbé😀\r\n\nc", "\n\n", "é\té"])
  func countsAsTextPositionDoes(text: String) {
    let bytes = Array(text.utf8)
    let first = text.hasPrefix("\u{FEFF}") ? 3 : 0
    var reader = PositionReader(bytes)
    for offset in Array(first...max(first, bytes.count)) + [first, bytes.count, first] {
      let wanted = bytes.withUnsafeBufferPointer { TextPosition(of: offset, in: $0) }
      #expect(reader.position(of: offset) == wanted, "\(offset)")
    }
  }
}
