internal import Control
internal import Files
internal import Platform
internal import Secrets
internal import Testing
internal import ValetTesting

/// Clients that are none of ours, in front of a desk in this process.
@Suite struct HostileClientTests {
  /// A desk, and raw connections to it.
  final class Rig {
    let room: Room
    var desk: ControlDesk
    let name: String
    private let slots: UnsafeMutableBufferPointer<pollfd>
    var clients: [Int32] = []
    var offset: Int64 = 0

    init() throws {
      room = try Room()
      let listener = try ControlListener(folderPath: room.run)
      name = listener.name
      desk = ControlDesk(listener, now: ControlClock.now())
      slots = .allocate(capacity: ControlDesk.slotCount)
      slots.initialize(repeating: pollfd(fd: -1, events: 0, revents: 0))
    }

    deinit {
      for client in clients { close(client) }
      slots.deallocate()
    }

    func connect() throws -> Int32 {
      let client = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
      var address = sockaddr_un()
      address.sun_family = sa_family_t(AF_UNIX)
      let path = Array("\(room.run)/\(name)".utf8)
      withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path) }
      let code = withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          Platform.connect(client, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
        }
      }
      try #require(code == 0)
      _ = fcntl(client, F_SETFL, O_NONBLOCK)
      clients.append(client)
      return client
    }

    /// Serves until nothing happens any more; answers what comes.
    func serve() {
      for _ in 0..<64 {
        desk.fill(slots)
        let ready = poll(slots.baseAddress, nfds_t(slots.count), 5)
        desk.serve(slots, now: ControlClock.now() + offset)
        while let call = desk.next() {
          let identity = call.identity
          switch call.takeRequest() {
          case .status:
            desk.answer(
              identity,
              .status(
                ServerStatus(
                  serverName: nil, command: "c", brokerProcessID: 1, hostProcessID: 1,
                  hostName: "h", started: 0)))
          case .stop: desk.answer(identity, .stopping)
          case .withdraw: desk.answer(identity, .withdrawn)
          case .swap: desk.answer(identity, .notAffected)
          }
        }
        if ready == 0 { return }
      }
    }

    /// The server's end is closed: everything was read, and then the end.
    func isDropped(_ client: Int32) -> Bool {
      var buffer = [UInt8](repeating: 0, count: 65_536)
      while true {
        let count = read(client, &buffer, buffer.count)
        if count == 0 { return true }
        if count < 0 { return errno == ECONNRESET }
      }
    }
  }

  private static let status: [UInt8] = [1, 1, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0]

  @discardableResult
  private func send(_ client: Int32, _ bytes: [UInt8]) -> Int {
    Platform.send(client, bytes, bytes.count, Int32(MSG_NOSIGNAL))
  }

  @Test func rubbishIsDropped() throws {
    let rig = try Rig()
    for bytes in [
      Array("GET / HTTP/1.1\r\n\r\n".utf8), [2] + Self.status.dropFirst(),
      [1, 99, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0], [1, 1, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0],
      // A body where there is none, one that is too long, one that is cut short.
      [1, 1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0], [1, 3, 0, 0, 1, 0, 0, 0, 255, 255, 255, 255],
      [1, 2, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 1, 1],
      // A name that is cut short, is no UTF-8, has something behind it.
      [1, 4, 0, 0, 1, 0, 0, 0, 3, 0, 0, 0, 2, 0, 97],
      [1, 4, 0, 0, 1, 0, 0, 0, 3, 0, 0, 0, 1, 0, 255],
      [1, 4, 0, 0, 1, 0, 0, 0, 4, 0, 0, 0, 1, 0, 97, 98],
    ] as [[UInt8]] {
      let client = try rig.connect()
      send(client, bytes)
      rig.serve()
      #expect(rig.isDropped(client), "\(bytes)")
    }
    let client = try rig.connect()
    send(client, Self.status)
    rig.serve()
    #expect(!rig.isDropped(client))
  }

  /// A swap of one token with `tail` behind the value.
  private static func order(_ reference: String, _ tail: [UInt8]) -> [UInt8] {
    func text(_ text: String) -> [UInt8] { [UInt8(text.utf8.count), 0] + Array(text.utf8) }
    let body =
      [UInt8](repeating: 0, count: 8) + [1, 0] + text(reference) + [0, 1, 0, 0, 0, 65] + tail
    return [1, 5, 0, 0, 1, 0, 0, 0, UInt8(body.count), 0, 0, 0] + body
  }

  @Test func connectionsThatAreNoneAreDropped() throws {
    let rig = try Rig()
    func text(_ text: String) -> [UInt8] { [UInt8(text.utf8.count), 0] + Array(text.utf8) }
    let (work, rest) = (text("oauth://work"), [UInt8](repeating: 7, count: 48))
    for tail in [
      // None where they belong, fewer than announced, a key that is cut short.
      [], [2, 0] + work + rest, [255, 255] + work + rest, [1, 0] + work + rest.dropLast(),
      // Something behind them, one twice, of no token, of another token.
      [1, 0] + work + rest + [0], [2, 0] + work + rest + work + rest,
      [1, 0] + text("valet://work") + rest, [1, 0] + text("oauth://other") + rest,
      [1, 0] + text("work") + rest,
    ] {
      let client = try rig.connect()
      send(client, Self.order("oauth://work", tail))
      rig.serve()
      #expect(rig.isDropped(client), "\(tail)")
    }
    let client = try rig.connect()
    send(client, Self.order("oauth://work", [1, 0] + work + rest))
    rig.serve()
    #expect(!rig.isDropped(client))
    send(client, Self.order("oauth://work", [0, 0]))
    rig.serve()
    #expect(!rig.isDropped(client))
  }

  @Test func anUnknownVersionIsToldWhy() throws {
    let rig = try Rig()
    let client = try rig.connect()
    send(client, [2] + Self.status.dropFirst())
    rig.serve()
    var buffer = [UInt8](repeating: 0, count: 1024)
    let count = read(client, &buffer, buffer.count)
    try #require(count > 12)
    #expect(buffer[1] == 134)
    #expect(String(decoding: buffer[..<count], as: UTF8.self).contains("another version"))
  }

  @Test func oneThatStallsIsDropped() throws {
    let rig = try Rig()
    let half = try rig.connect()
    send(half, Array(Self.status.prefix(5)))
    let idle = try rig.connect()
    rig.serve()
    #expect(!rig.isDropped(half))
    #expect(!rig.isDropped(idle))
    // Before a command that waits for its place gives up.
    rig.offset = 2_500
    rig.serve()
    #expect(rig.isDropped(idle))
    #expect(!rig.isDropped(half))
    rig.offset = 6_000
    rig.serve()
    #expect(rig.isDropped(half))
    #expect(rig.desk.deadline == nil)
  }

  @Test func oneThatTakesNoAnswersIsDropped() throws {
    let rig = try Rig()
    let client = try rig.connect()
    // Until the relay's answers fill the connection and it stops to read.
    var unsent: [UInt8] = []
    for _ in 0..<100 {
      for _ in 0..<200 {
        if unsent.isEmpty { unsent = Self.status }
        unsent.removeFirst(max(send(client, unsent), 0))
      }
      rig.serve()
    }
    #expect(rig.desk.deadline != nil)
    rig.offset = 6_000
    rig.serve()
    #expect(rig.isDropped(client))
  }

  @Test func moreThanTheDeskHasPlacesForWait() throws {
    let rig = try Rig()
    let clients = try (0..<20).map { _ in try rig.connect() }
    rig.serve()
    for client in clients { send(client, Self.status) }
    rig.serve()
    var buffer = [UInt8](repeating: 0, count: 1024)
    let first = clients.prefix(ControlDesk.maximumConnections)
    #expect(first.allSatisfy { read($0, &buffer, 1024) > 12 })
    #expect(clients.dropFirst(first.count).allSatisfy { read($0, &buffer, 1024) < 0 })
    for client in first { shutdown(client, Int32(SHUT_RDWR)) }
    rig.serve()
    rig.serve()
    #expect(clients.dropFirst(first.count).prefix(8).allSatisfy { read($0, &buffer, 1024) > 12 })
  }

  /// A head that announces 4 MiB takes none of it; what is sent is understood all the same.
  @Test func anAnnouncedLengthTakesNoMemory() throws {
    let rig = try Rig()
    let length = ControlFormat.maximumRequestLength
    let head: [UInt8] =
      [1, 3, 0, 0, 7, 0, 0, 0] + (0..<4).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) }
    let before = ProcessInstance.anonymousMemory(of: getpid())
    for _ in 0..<ControlDesk.maximumConnections { send(try rig.connect(), head) }
    rig.serve()
    #expect(ProcessInstance.anonymousMemory(of: getpid()) < before + UInt64(length))
    // Four values of almost the largest size.
    let size = SecretLimits.maximumValueLength - 64
    var body = [UInt8](repeating: 0, count: 8) + [4, 0]
    for name in ["a", "b", "c", "d"] {
      body += [9, 0] + Array("valet://\(name)".utf8) + [0]
      body += (0..<4).map { UInt8(truncatingIfNeeded: size >> (8 * $0)) }
      body += [UInt8](repeating: 65, count: size)
    }
    for client in rig.clients { shutdown(client, Int32(SHUT_RDWR)) }
    rig.serve()
    let whole = try rig.connect()
    let announced = (0..<4).map { UInt8(truncatingIfNeeded: body.count >> (8 * $0)) }
    var rest = ([1, 3, 0, 0, 7, 0, 0, 0] + announced + body)[...]
    var count = 0
    while !rest.isEmpty, count < 10_000 {
      rest = rest.dropFirst(max(send(whole, Array(rest)), 0))
      rig.serve()
      count += 1
    }
    rig.serve()
    var buffer = [UInt8](repeating: 0, count: 1024)
    #expect(read(whole, &buffer, 1024) >= 24)
    #expect(buffer[1] == 131 && buffer[13] == 135, "\(buffer.prefix(32))")
  }

  @Test func bytesOneByOneAreUnderstood() throws {
    let rig = try Rig()
    let client = try rig.connect()
    for byte in Self.status {
      send(client, [byte])
      rig.serve()
    }
    var buffer = [UInt8](repeating: 0, count: 1024)
    #expect(read(client, &buffer, 1024) > 12)
    #expect(buffer[4] == 7)
  }

  @Test func oneThatOnlyReadsGetsItsAnswers() throws {
    let rig = try Rig()
    let client = try rig.connect()
    send(client, Self.status + Self.status)
    shutdown(client, Int32(SHUT_WR))
    rig.serve()
    var buffer = [UInt8](repeating: 0, count: 1024)
    let count = read(client, &buffer, 1024)
    let length = 12 + Int(buffer[8])
    #expect(count == 2 * length)
    #expect(rig.isDropped(client))
  }

  /// Whatever comes, nothing crashes, and who comes next is served.
  @Test func randomBytesHarmNothing() throws {
    let rig = try Rig()
    var random = SeededGenerator(seed: 11)
    let swap: [UInt8] =
      [1, 3, 0, 0, 9, 0, 0, 0, 30, 0, 0, 0] + [UInt8](repeating: 0, count: 8)
      + [1, 0, 9, 0] + Array("valet://a".utf8) + [0, 3, 0, 0, 0, 1, 2, 3] + [0]
    for round in 0..<600 {
      let client = try rig.connect()
      var bytes = round % 3 == 0 ? Self.status : swap
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let position = Int.random(in: 0..<bytes.count, using: &random)
        bytes[position] = .random(in: 0...255, using: &random)
      }
      send(client, Array(bytes.prefix(Int.random(in: 1...bytes.count, using: &random))))
      if round % 2 == 0 { shutdown(client, Int32(SHUT_WR)) }
      rig.serve()
      if let last = rig.clients.popLast() { close(last) }
      rig.serve()
    }
    let client = try rig.connect()
    send(client, Self.status)
    rig.serve()
    var buffer = [UInt8](repeating: 0, count: 1024)
    #expect(read(client, &buffer, 1024) > 12)
  }
}
