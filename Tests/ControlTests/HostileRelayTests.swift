internal import Control
internal import Files
internal import Platform
internal import Testing
internal import ValetTesting

/// A process of ours that answers like none of ours.
@Suite struct HostileRelayTests {
  /// Answers each connection with the next of a fixed row of pieces of rubbish, most of them
  /// damaged answers.
  private static let script = """
    import os, random, socket, struct, sys
    folder = sys.argv[1]
    os.makedirs(folder, mode=0o700, exist_ok=True)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(folder + "/1.sock")
    listener.listen(8)
    print("ready", flush=True)
    random.seed(7)
    def text(value): return struct.pack("<H", len(value)) + value
    status = (b"\\1" + text(b"name") + text(b"command") + struct.pack("<iBiI", 1, 0, 1, 0)[:9]
      + text(b"host") + struct.pack("<qBB", 0, 1, 0) + struct.pack("<H", 1) + text(b"valet://a")
      + b"\\1" + struct.pack("<I", 3) + struct.pack("<QQH", 1, 2, 1) + text(b"a")
      + struct.pack("<QQI", 4, 5, 6))
    while True:
      connection, _ = listener.accept()
      connection.recv(100)
      answer = bytearray(struct.pack("<BBHII", 1, 129, 0, 1, len(status)) + status)
      for _ in range(random.randint(0, 4)):
        answer[random.randrange(len(answer))] = random.randrange(256)
      if random.random() < 0.3: answer = answer[:random.randrange(len(answer))]
      if random.random() < 0.1: answer = bytearray(random.randbytes(50000))
      try: connection.sendall(answer)
      except OSError: pass
      connection.close()
    """

  @Test func rubbishIsReportedAndHarmsNothing() throws {
    let room = try Room()
    let relay = try room.start(["/usr/bin/python3", "-c", Self.script, room.run])
    try relay.expect("ready")
    let servers = RunningServers(try room.locations)
    var understood = 0
    for _ in 0..<400 {
      let listed = try servers.list(deadlines: .init(first: 2_000, next: 2_000))
      try #require(listed.count == 1)
      if let status = listed[0].status {
        understood += 1
        #expect(status.secrets.count <= 65_535)
      } else {
        #expect(listed[0].problem != nil)
      }
    }
    // Some come through as they should, or the test would test nothing.
    #expect(understood > 40 && understood < 390, "\(understood)")
    #expect(room.names == ["1.sock"])
  }
}
