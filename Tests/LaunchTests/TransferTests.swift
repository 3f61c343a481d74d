internal import Platform
internal import Testing
internal import ValetTesting

/// Large amounts in both directions at once, whole and in bounded memory.
@Suite(.serialized)
struct TransferTests {
  /// Bytes that are pushed at a reader that does not read.
  private static let flood = getenv("MCP_VALET_LONG_TESTS") == nil ? 128 << 20 : 1 << 30
  /// Bytes of anonymous memory that a broker may have with lines of up to a megabyte.
  private static let allowance = 4 << 20

  /// Messages of every length up to some, a few of them long, with either line end.
  private static let block: [UInt8] = {
    var random = SeededGenerator(seed: 3)
    var block: [UInt8] = []
    for number in 0..<2000 {
      let length = random.oneIn(400) ? 70_000 + random.below(60_000) : random.below(700)
      let text = String(repeating: "x", count: length)
      let end = random.oneIn(3) ? "\r\n" : "\n"
      block += Array(#"{"method":"m\#(number)","params":"\#(text)"}\#(end)"#.utf8)
    }
    return block
  }()
  private static let rounds = 100

  /// A thread that writes the block again and again.
  private static func feed(_ descriptor: Int32) -> pthread_t {
    var thread = pthread_t()
    pthread_create(
      &thread, nil,
      { context in
        let descriptor = Int32(Int(bitPattern: context))
        TransferTests.block.withUnsafeBytes { block in
          for _ in 0..<TransferTests.rounds {
            var done = 0
            while done < block.count {
              let count = write(
                descriptor, block.baseAddress?.advanced(by: done), block.count - done)
              if count <= 0 { return }
              done += count
            }
          }
        }
        close(descriptor)
        return nil
      }, UnsafeMutableRawPointer(bitPattern: Int(descriptor)))
    return thread
  }

  /// Slow readers: the host pauses now and then, or the server before each piece.
  @Test(arguments: [("echo", 20_000), ("slow-echo", 0)])
  func everyByteArrivesInOrderAndInBoundedMemory(mode: String, pause: Int) throws {
    let scene = try Scene()
    let broker = try scene.broker(probe: [mode])
    let thread = Self.feed(try TestPipe.duplicate(broker.input))
    broker.closeInput()
    var largest = 0
    var round = 0
    let received = Self.compare(broker.output, with: Self.block) {
      round += 1
      if round % 256 == 0 {
        usleep(UInt32(pause))
        largest = max(largest, Processes.anonymousMemory(broker.processID) ?? 0)
      }
    }
    pthread_join(thread, nil)
    #expect(received == Self.block.count * Self.rounds)
    #expect(broker.end() == 0)
    #expect(largest > 0 && largest < Self.allowance)
  }

  /// How many bytes came that repeat `block`; -1 when one differs.
  private static func compare(
    _ descriptor: Int32, with block: [UInt8], afterEach: () -> Void
  ) -> Int {
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    var received = 0
    while case let count = read(descriptor, &buffer, buffer.count), count > 0 {
      var offset = 0
      while offset < count {
        let start = (received + offset) % block.count
        let size = min(count - offset, block.count - start)
        let isSame = block.withUnsafeBytes { block in
          buffer.withUnsafeBytes {
            memcmp($0.baseAddress! + offset, block.baseAddress! + start, size) == 0
          }
        }
        if !isSame { return -1 }
        offset += size
      }
      received += count
      afterEach()
    }
    return received
  }

  @Test(arguments: [100, 1 << 20])
  func aHostThatReadsNothingDoesNotMakeUsGrow(length: Int) throws {
    let scene = try Scene()
    let broker = try scene.broker(
      ["--redact", "--env", "A=valet://secret"], probe: ["flood", "\(Self.flood)", "\(length)"])
    // The host says what it wants to and then reads nothing.
    broker.closeInput()
    var largest = 0
    for _ in 0..<10 {
      usleep(30_000)
      largest = max(largest, Processes.anonymousMemory(broker.processID) ?? 0)
    }
    var received = 0
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    var round = 0
    while case let count = read(broker.output, &buffer, buffer.count), count > 0 {
      received += count
      round += 1
      if round % 512 == 0 {
        largest = max(largest, Processes.anonymousMemory(broker.processID) ?? 0)
      }
    }
    #expect(received >= Self.flood)
    #expect(broker.end() == 0)
    #expect(largest > 0 && largest < Self.allowance, "\(largest)")
  }

  @Test func aSlowHostGetsWhatTheServerWroteBeforeItsEnd() throws {
    let scene = try Scene()
    let broker = try scene.broker(probe: ["flood", "100000", "1000"])
    broker.closeInput()
    // The server has ended long before the host begins to read: pipes and reader hold it all.
    #expect(waits { scene.relatives.isEmpty })
    usleep(500_000)
    #expect(broker.read().count >= 100_000)
    #expect(broker.end() == 0)
  }

  @Test func aLineOf64MiBPassesAndIsForgotten() throws {
    let scene = try Scene()
    let length = 64 << 20
    let broker = try scene.broker(command: [
      "/bin/sh", "-c", "\(Executable.probe) flood 1 \(length); exec cat", scene.mark,
    ])
    var received = 0
    var largest = 0
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while received < length, case let count = read(broker.output, &buffer, buffer.count), count > 0
    {
      received += count
      if received % 64 == 0 {
        largest = max(largest, Processes.anonymousMemory(broker.processID) ?? 0)
      }
    }
    #expect(received == length)
    #expect(largest < length + Self.allowance, "\(largest)")
    // The next line gives the memory back.
    broker.write("{\"method\":\"a\"}\n")
    #expect(broker.line() == "{\"method\":\"a\"}")
    broker.write("{\"method\":\"b\"}\n")
    #expect(broker.line() == "{\"method\":\"b\"}")
    let memory = try #require(Processes.anonymousMemory(broker.processID))
    #expect(memory < Self.allowance, "\(memory)")
  }

  @Test func aLineWithoutEndIsDroppedAndTheNextOneIsNot() throws {
    let scene = try Scene()
    let broker = try scene.broker(command: [
      "/bin/sh", "-c",
      #"head -c 70000000 /dev/zero | tr '\0' 'x'; echo; echo '{"method":"a"}'; cat"#,
    ])
    #expect(broker.line(seconds: 30) == #"{"method":"a"}"#)
    broker.closeInput()
    #expect(broker.end() == 0)
    #expect(broker.errorText().contains("a line of the server was too long"))
  }

  @Test func theServerGetsTheHostsBytesWhateverTheyAre() throws {
    let scene = try Scene()
    var random = SeededGenerator(seed: 17)
    var bytes: [UInt8] = []
    for _ in 0..<300_000 { bytes.append(random.oneIn(50) ? 10 : UInt8(random.below(256))) }
    // Line ends of either kind, none at the end, and no UTF-8.
    bytes += [13, 10, 13, 10, 10, 0xFF, 0xFE, UInt8(ascii: "x")]
    let copy = "\(scene.store)/.copy"
    let broker = try scene.broker(command: ["/bin/sh", "-c", "cat >'\(copy)'"])
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes {
        write(broker.input, $0.baseAddress, min($0.count, 1 + random.below(9000)))
      }
      try #require(count > 0)
      rest = rest.dropFirst(count)
    }
    #expect(broker.withoutInput().end() == 0)
    #expect(File.bytes(copy) == bytes)
  }

  @Test func aLastLineWithoutItsEndIsGivenOne() throws {
    let scene = try Scene()
    let broker = try scene.broker(command: [
      "/usr/bin/printf", #"{"method":"a"}\r\n{"method":"b"}"#,
    ])
    broker.closeInput()
    #expect(broker.read() == Array("{\"method\":\"a\"}\r\n{\"method\":\"b\"}\n".utf8))
    #expect(broker.end() == 0)
  }
}
