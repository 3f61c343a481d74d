import JSONText
import Testing
import ValetTesting

private func written(_ bytes: [UInt8]) -> String {
  var output: [UInt8] = []
  bytes.withUnsafeBufferPointer { JSONString.append($0, to: &output) }
  return String(decoding: output, as: UTF8.self)
}

@Suite struct JSONStringTests {
  @Test(arguments: [
    ("", "\"\""), ("plain", "\"plain\""), ("a\"b\\c/", #""a\"b\\c/""#),
    ("\u{0}\u{1F}\u{8}\t\n\u{C}\r", #""\u0000\u001f\b\t\n\f\r""#),
    ("\u{7F}\u{80}\u{85}\u{9F}\u{A0}", "\"\\u007f\\u0080\\u0085\\u009f\u{A0}\""),
    ("\u{2027}\u{2028}\u{2029}\u{202A}", "\"\u{2027}\\u2028\\u2029\u{202A}\""),
    ("é😀", "\"é😀\""),
  ])
  func escapesWhatAReaderCouldStumbleOver(text: String, expected: String) {
    #expect(written(Array(text.utf8)) == expected)
    var output: [UInt8] = []
    JSONString.append(text, to: &output)
    #expect(String(decoding: output, as: UTF8.self) == expected)
  }

  @Test func replacesBytesThatAreNotUTF8() {
    #expect(
      written([0x61, 0xFF, 0xC3, 0x62, 0xED, 0xA0, 0x80]) == #""a\ufffd\ufffdb\ufffd\ufffd\ufffd""#)
    #expect(written([0xF0, 0x9F, 0x98]) == #""\ufffd\ufffd\ufffd""#)
  }

  @Test(arguments: [
    (#"\u0061\u00e9\u20AC"#, "aé€"), (#"\ud83d\ude00"#, "😀"),
    (#"\"\\\/\b\f\n\r\t"#, "\"\\/\u{8}\u{C}\n\r\t"),
    (#"\ud83d"#, "\u{FFFD}"), (#"\ude00\ud83d"#, "\u{FFFD}\u{FFFD}"), (#"\ud83dx"#, "\u{FFFD}x"),
    (#"\u0000"#, "\0"),
  ])
  func decodesEscapes(raw: String, expected: String) {
    let decoded = Array(raw.utf8).withUnsafeBufferPointer { JSONString.decoded($0) }
    #expect(String(decoding: decoded, as: UTF8.self) == expected)
  }

  /// Whatever bytes go in, valid JSON comes out that stands for the same text.
  @Test func writesAnyBytesAsOneValidLine() {
    var generator = SeededGenerator(seed: 2)
    let alphabet: [UInt8] = [
      0x00, 0x0A, 0x22, 0x5C, 0x61, 0x7F, 0x80, 0x85, 0xA8, 0xC2, 0xC3, 0xE2, 0xED, 0xF0, 0x9F,
      0x98,
      0xFF,
    ]
    for _ in 0..<20_000 {
      let bytes = (0..<generator.below(12)).map { _ in generator.pick(alphabet) }
      let json = written(bytes)
      #expect(!json.utf8.contains { $0 < 0x20 })
      guard case .string(let text) = ReferenceJSON.parse(Array(json.utf8)) else {
        Issue.record("\(bytes) became \(json)")
        return
      }
      if let valid = String(validating: bytes, as: UTF8.self) {
        #expect(text.utf8.elementsEqual(valid.utf8))
      } else {
        #expect(text.unicodeScalars.contains("\u{FFFD}"))
      }
    }
  }

  @Test func knowsEveryWellFormedSequence() {
    for value in UInt32(0)...0x10FFFF where value % 7 == 0 || value < 0x1_0100 {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let bytes = Array(String(Character(scalar)).utf8)
      let length = bytes.withUnsafeBufferPointer { UTF8Sequence.length(in: $0, at: 0) }
      if length != bytes.count { Issue.record("U+\(String(value, radix: 16))") }
      let cut =
        bytes.dropLast().isEmpty
        ? 0
        : bytes.dropLast().withUnsafeBufferPointer {
          UTF8Sequence.length(in: $0, at: 0)
        }
      if cut != 0 { Issue.record("cut U+\(String(value, radix: 16))") }
    }
  }

  @Test func agreesWithTheStandardLibraryOnAllPairsAndRandomQuadruples() {
    var generator = SeededGenerator(seed: 3)
    func check(_ bytes: [UInt8]) {
      let isValid = bytes.withUnsafeBufferPointer { buffer in
        var index = 0
        while index < buffer.count {
          let length = UTF8Sequence.length(in: buffer, at: index)
          if length == 0 { return false }
          index += length
        }
        return true
      }
      if isValid != (String(validating: bytes, as: UTF8.self) != nil) { Issue.record("\(bytes)") }
    }
    for first in UInt8.min...UInt8.max {
      for second in UInt8.min...UInt8.max { check([first, second]) }
    }
    for _ in 0..<100_000 {
      let first = UInt8(truncatingIfNeeded: generator.next()) | 0xC0
      check([first] + (0..<3).map { _ in 0x80 | UInt8(truncatingIfNeeded: generator.next() >> 2) })
    }
  }
}

@Suite struct TextPositionTests {
  @Test(arguments: [
    ("", 0, 1, 1), ("abc", 2, 1, 3), ("a\nb", 2, 2, 1), ("a\r\nb", 3, 2, 1), ("é😀x", 6, 1, 3),
    ("\u{FEFF}x", 3, 1, 1), ("\u{FEFF}\nx", 4, 2, 1), ("a\n", 2, 2, 1), ("\tx", 1, 1, 2),
    ("a\n\n", 99, 3, 1),
  ])
  func countsCodePoints(text: String, offset: Int, line: Int, column: Int) {
    let position = Array(text.utf8).withUnsafeBufferPointer { TextPosition(of: offset, in: $0) }
    #expect(position == TextPosition(line: line, column: column))
  }
}
