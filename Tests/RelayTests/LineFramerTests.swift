import Relay
import Testing
import ValetTesting

private enum Seen: Equatable {
  case line(String)
  case partial(String)
  case tooLong
}

private func frame(_ pieces: [[UInt8]], limit: Int = LineFramer.defaultMaximumLength) -> [Seen] {
  var framer = LineFramer(maximumLength: limit)
  var seen: [Seen] = []
  func note(_ event: LineFramer.Event) {
    switch event {
    case .line(let bytes): seen.append(.line(String(decoding: bytes, as: UTF8.self)))
    case .partial(let bytes): seen.append(.partial(String(decoding: bytes, as: UTF8.self)))
    case .tooLong: seen.append(.tooLong)
    }
  }
  for piece in pieces { piece.withUnsafeBufferPointer { framer.receive($0, note) } }
  framer.finish(note)
  return seen
}

private func frame(_ pieces: String..., limit: Int = LineFramer.defaultMaximumLength) -> [Seen] {
  frame(pieces.map { Array($0.utf8) }, limit: limit)
}

@Suite struct LineFramerTests {
  @Test func cutsAtLineEnds() {
    #expect(
      frame("a\nb\r\n\n\r\nc\rd\n") == [
        .line("a"), .line("b"), .line(""), .line(""), .line("c\rd"),
      ])
    #expect(frame("") == [])
    #expect(frame("", "\n", "") == [.line("")])
  }

  @Test func joinsPieces() {
    #expect(frame("a", "b\nc", "d\r", "\ne") == [.line("ab"), .line("cd"), .partial("e")])
  }

  @Test func reportsWhatStandsBehindTheLastLineEnd() {
    #expect(frame("a\nb") == [.line("a"), .partial("b")])
    #expect(frame("b\r") == [.partial("b\r")])
  }

  @Test func dropsALineOverTheLimitOnceAndGoesOn() {
    #expect(frame("12345\n123456\nx\n", limit: 5) == [.line("12345"), .tooLong, .line("x")])
    #expect(frame("123", "456", "789", "\nx\n", limit: 5) == [.tooLong, .line("x")])
    #expect(frame("123", "456\nx\n", limit: 5) == [.tooLong, .line("x")])
    #expect(frame("123456", limit: 5) == [.tooLong])
    #expect(frame("123", "45", "\n", limit: 5) == [.line("12345")])
    #expect(frame("123456", "\n", "\nx", limit: 5) == [.tooLong, .line(""), .partial("x")])
  }

  @Test func keepsLineEndsWhereAsked() {
    var framer = LineFramer(maximumLength: 5, keepsLineEnds: true)
    var seen: [String] = []
    func note(_ event: LineFramer.Event) {
      switch event {
      case .line(let bytes): seen.append("line " + String(decoding: bytes, as: UTF8.self))
      case .partial(let bytes): seen.append("partial " + String(decoding: bytes, as: UTF8.self))
      case .tooLong(let line):
        seen.append("begins " + String(decoding: line.beginning, as: UTF8.self))
      }
    }
    for piece in ["a\nb", "c\r", "\n\n12345\n", "1234567\n", "123", "4567", "\n12345", "6", "\nx"] {
      Array(piece.utf8).withUnsafeBufferPointer { framer.receive($0, note) }
    }
    framer.finish(note)
    #expect(
      seen == [
        "line a\n", "line bc\r\n", "line \n", "line 12345\n", "begins 1234567",
        "begins 1234567", "begins 123456", "partial x",
      ])
  }

  @Test(arguments: [1_000, 65_536, 1 << 20]) func keepsBothEndsOfAnOverlongLine(piece: Int) {
    for (length, limit) in [(70_000, 66_000), (65_537, 65_536), (300_000, 10), (200_000, 199_999)] {
      var framer = LineFramer(maximumLength: limit)
      let line = (0..<length).map { UInt8(ascii: "0") + UInt8($0 % 61) }
      let stream = line + [UInt8(ascii: "\n"), UInt8(ascii: "x"), UInt8(ascii: "\n")]
      var seen: [String] = []
      for start in stride(from: 0, to: stream.count, by: piece) {
        stream[start..<min(start + piece, stream.count)].withUnsafeBufferPointer {
          framer.receive($0) { event in
            switch event {
            case .tooLong(let cut):
              #expect(cut.beginning.elementsEqual(line.prefix(CutLine.headLength)))
              let rest = line.dropFirst(CutLine.headLength)
              #expect(cut.end.elementsEqual(rest.suffix(CutLine.tailLength)))
              seen.append("cut")
            case .line(let line): seen.append(String(decoding: line, as: UTF8.self))
            case .partial: seen.append("partial")
            }
          }
        }
      }
      #expect(seen == ["cut", "x"], "\(length) \(limit)")
    }
  }

  @Test func isTheSameForEveryWayOfCutting() {
    var generator = SeededGenerator(seed: 30)
    for _ in 0..<3000 {
      let stream = (0..<generator.below(60)).map { _ in
        generator.pick([
          UInt8(ascii: "a"), UInt8(ascii: "b"), UInt8(ascii: "\n"), UInt8(ascii: "\r"),
        ])
      }
      let limit = generator.pick([0, 1, 5, 100])
      var pieces: [[UInt8]] = []
      var rest = stream[...]
      while !rest.isEmpty {
        let count = generator.below(min(rest.count, 7) + 1)
        pieces.append(Array(rest.prefix(count)))
        rest = rest.dropFirst(count)
      }
      let whole = frame([stream], limit: limit)
      #expect(frame(pieces, limit: limit) == whole, "\(stream)")
      #expect(whole == expected(stream, limit), "\(stream)")
    }
  }

  private func expected(_ stream: [UInt8], _ limit: Int) -> [Seen] {
    var seen: [Seen] = []
    var lines = stream.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    let last = lines.removeLast()
    for line in lines {
      if line.count > limit {
        seen.append(.tooLong)
      } else {
        let text = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
        seen.append(.line(String(decoding: text, as: UTF8.self)))
      }
    }
    if last.count > limit {
      seen.append(.tooLong)
    } else if !last.isEmpty {
      seen.append(.partial(String(decoding: last, as: UTF8.self)))
    }
    return seen
  }

  @Test func takesALargeLineInSmallPieces() {
    let piece = [UInt8](repeating: UInt8(ascii: "x"), count: 65_536)
    var framer = LineFramer()
    var length = 0
    piece.withUnsafeBufferPointer { piece in
      for _ in 0..<256 { framer.receive(piece) { _ in Issue.record("no line has ended") } }
    }
    [UInt8(ascii: "\n")].withUnsafeBufferPointer {
      framer.receive($0) { if case .line(let line) = $0 { length = line.count } }
    }
    #expect(length == 256 * 65_536)
  }
}
