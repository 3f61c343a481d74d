internal import Platform
internal import Testing
internal import ValetTesting

/// Large amounts in both directions at once, whole and in bounded memory.
@Suite(.serialized)
struct TransferTests {
  /// Bytes; a multiple of the pattern's length.
  private static let total = 251 * 417_792  // 104,865,792: 100 MiB and a little

  private static let pattern: [UInt8] = (0..<(251 * 256)).map { UInt8($0 % 251) }

  /// A thread that writes the pattern until all of it is written.
  private static func feed(_ descriptor: Int32) -> pthread_t {
    var thread = pthread_t()
    pthread_create(
      &thread, nil,
      { context in
        let descriptor = Int32(Int(bitPattern: context))
        var done = 0
        TransferTests.pattern.withUnsafeBytes { pattern in
          while done < TransferTests.total {
            let start = done % pattern.count
            let size = min(pattern.count - start, TransferTests.total - done)
            let count = write(descriptor, pattern.baseAddress?.advanced(by: start), size)
            if count <= 0 { return }
            done += count
          }
        }
        close(descriptor)
        return nil
      }, UnsafeMutableRawPointer(bitPattern: Int(descriptor)))
    return thread
  }

  /// Slow readers: the host pauses now and then, or the server before each piece.
  @Test(arguments: [("echo", 20_000), ("slow-echo", 0)])
  func everyByteArrivesInBoundedMemory(mode: String, pause: Int) throws {
    let scene = try Scene()
    let broker = try scene.broker(probe: [mode])
    let thread = Self.feed(try TestPipe.duplicate(broker.input))
    broker.closeInput()
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    var received = 0
    var isIntact = true
    var largest = 0
    var round = 0
    while true {
      let count = read(broker.output, &buffer, buffer.count)
      if count <= 0 { break }
      for offset in stride(from: 0, to: count, by: 97) {
        if buffer[offset] != UInt8((received + offset) % 251) { isIntact = false }
      }
      received += count
      round += 1
      if round % 256 == 0 {
        usleep(UInt32(pause))
        largest = max(largest, Processes.anonymousMemory(broker.processID) ?? 0)
      }
    }
    pthread_join(thread, nil)
    #expect(received == Self.total)
    #expect(isIntact)
    #expect(broker.end() == 0)
    // Bytes. What the whole broker may have; a queue that grows would have a hundred.
    #expect(largest > 0 && largest < 4 << 20)
  }

  @Test func aHostThatReadsNothingDoesNotMakeUsGrow() throws {
    let scene = try Scene()
    let broker = try scene.broker(probe: ["flood", "50000000"])
    usleep(300_000)
    #expect(try #require(Processes.anonymousMemory(broker.processID)) < 4 << 20)
    var received = 0
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while case let count = read(broker.output, &buffer, buffer.count), count > 0 {
      received += count
    }
    #expect(received == 50_000_000)
    #expect(broker.end() == 0)
  }

  @Test func aSlowHostGetsWhatTheServerWroteBeforeItsEnd() throws {
    let scene = try Scene()
    let broker = try scene.broker(probe: ["flood", "180000"])
    // The server has ended long before the host begins to read: pipes and queue hold it all.
    #expect(waits { scene.relatives.isEmpty })
    usleep(500_000)
    #expect(broker.read().count == 180_000)
    #expect(broker.end() == 0)
  }
}
