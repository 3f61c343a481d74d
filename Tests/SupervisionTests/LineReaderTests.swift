internal import Relay
internal import Testing
internal import ValetTesting

@testable import Supervision

/// The same lines as `LineFramer` gives, however the stream is cut.
struct LineReaderTests {
  /// What was lent, as text.
  private static func read(_ bytes: [UInt8], limit: Int, piece: () -> Int) throws -> [String] {
    var reader = try LineReader(limit: limit)
    var events: [String] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      let transfer = reader.fill { room in
        let count = min(piece(), room.count, rest.count)
        room.copyBytes(from: rest.prefix(count))
        return .moved(count)
      }
      guard case .moved(let count) = transfer else { break }
      rest = rest.dropFirst(count)
      while let event = reader.next() { events.append(text(event)) }
      if rest.count % 3 == 0 { reader.wipe() }
    }
    if let event = reader.finish() { events.append(text(event)) }
    return events
  }

  private static func text(_ event: LineReader.Event) -> String {
    switch event {
    case .line(let line): "line " + String(decoding: line, as: UTF8.self)
    case .partial(let line): "partial " + String(decoding: line, as: UTF8.self)
    // How much of it is there depends on the pieces.
    case .tooLong: "too long"
    }
  }

  private static func framed(_ bytes: [UInt8], limit: Int) -> [String] {
    var framer = LineFramer(maximumLength: limit, keepsLineEnds: true)
    var events: [String] = []
    func note(_ event: LineFramer.Event) {
      switch event {
      case .line(let line): events.append(text(.line(line)))
      case .partial(let line): events.append(text(.partial(line)))
      case .tooLong(let line): events.append(text(.tooLong(line)))
      }
    }
    bytes.withUnsafeBufferPointer { framer.receive($0, note) }
    framer.finish(note)
    return events
  }

  /// Traffic may hold secrets.
  @Test func whatWasLentIsGoneOnceItIsWiped() throws {
    var random = SeededGenerator(seed: 91)
    var reader = try LineReader(limit: 100)
    var block: UnsafeBufferPointer<UInt8>?
    for _ in 0..<300 {
      let line = [UInt8](repeating: 65, count: random.below(150)) + [10]
      let count = random.below(line.count + 1)
      for piece in [line.prefix(count), line.dropFirst(count)] where !piece.isEmpty {
        _ = reader.fill { room in
          block = block ?? UnsafeBufferPointer(room.bindMemory(to: UInt8.self))
          room.copyBytes(from: piece)
          return .moved(piece.count)
        }
        while reader.next() != nil {}
        let rest = reader.rest.count
        reader.wipe()
        // The memory of the reader begins where it first read to.
        let memory = try #require(block)
        #expect(memory.count { $0 != 0 } == reader.rest.count { $0 != 0 })
        #expect(reader.rest.count == rest && reader.rest.allSatisfy { $0 == 65 })
      }
    }
  }

  @Test func givesTheLinesOfAnyStreamHoweverItIsCut() throws {
    var random = SeededGenerator(seed: 90)
    for _ in 0..<300 {
      let limit = 1 + random.below(40)
      var bytes: [UInt8] = []
      for _ in 0..<random.below(400) {
        bytes.append(random.pick([10, 10, 13, 65, 66, 67, 0xFF, 0] as [UInt8]))
        if random.oneIn(30) { bytes += [UInt8](repeating: 66, count: random.below(3 * limit)) }
      }
      let events = try Self.read(bytes, limit: limit) { 1 + random.below(60) }
      #expect(events == Self.framed(bytes, limit: limit))
    }
  }

  @Test func linesOfOneReadLieSideBySide() throws {
    var reader = try LineReader()
    let text = Array("one\ntwo\nthree\n".utf8)
    _ = reader.fill { room in
      room.copyBytes(from: text)
      return .moved(text.count)
    }
    var end: UnsafePointer<UInt8>?
    while case .line(let line)? = reader.next() {
      if let end { #expect(line.baseAddress == end) }
      end = line.baseAddress.map { $0 + line.count }
      let isHeld = reader.holds(line)
      #expect(isHeld)
    }
  }

  @Test func aLongLineIsWholeAndItsMemoryIsGivenBack() throws {
    var reader = try LineReader()
    let length = 5 << 20
    var sent = 0
    var found = 0
    while found == 0 {
      _ = reader.fill { room in
        let count = min(room.count, length - sent)
        for index in 0..<count { room[index] = 65 }
        sent += count
        if sent == length { room[count - 1] = 10 }
        return .moved(count)
      }
      if case .line(let line)? = reader.next() { found = line.count }
    }
    #expect(found == length)
    var room = 0
    for _ in 0..<2 {
      _ = reader.fill {
        room = $0.count
        $0[0] = 10
        return .moved(1)
      }
      _ = reader.next()
    }
    // What follows fits into what is kept.
    #expect(room == LineReader.readLength)
  }
}
