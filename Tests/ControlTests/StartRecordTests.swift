internal import Control
internal import Files
internal import Platform
internal import Secrets
internal import Testing
internal import ValetTesting

@Suite struct StartRecordTests {
  private func list(_ room: Room) throws -> [StartRecord] {
    try StartRecord.list(in: try room.locations)
  }

  private func waitForRecord(_ room: Room) throws {
    let deadline = ContinuousClock.now + .seconds(20)
    while try list(room).isEmpty {
      try #require(ContinuousClock.now < deadline)
      usleep(2000)
    }
  }

  @Test func namesAProgramThatWasExecutedAndItsSecrets() throws {
    let room = try Room()
    let program = try room.execute(["valet://a=4", "keyring://b"], ["/bin/sleep", "60"])
    try waitForRecord(room)
    let record = try #require(try list(room).first)
    #expect(record.process.processID == program.processID)
    #expect(record.process.isRunning)
    #expect(record.serverName == "executed")
    #expect(record.command == "/bin/sleep")
    #expect(!record.hostName.isEmpty)
    #expect(
      record.secrets == [
        HeldSecret(try SecretReference("valet://a"), version: 4),
        HeldSecret(try SecretReference("keyring://b"), version: nil),
      ])
    program.end()
    #expect(try list(room).isEmpty)
    #expect(room.names.isEmpty)
  }

  @Test func aLaterProcessOfTheSameNumberIsNotTakenForIt() throws {
    let room = try Room()
    let first = try room.execute(["valet://a"], ["/bin/sleep", "60"])
    try waitForRecord(room)
    // Start times are told in hundredths of a second.
    usleep(50_000)
    let other = try room.execute([], ["/bin/sleep", "60"])
    let deadline = ContinuousClock.now + .seconds(20)
    while try list(room).count < 2 {
      try #require(ContinuousClock.now < deadline)
      usleep(2000)
    }
    // The record of the first says the number of the second, as after a number went round.
    let path = "\(room.run)/\(first.processID).exec"
    let descriptor = open(path, O_WRONLY | O_CLOEXEC)
    var number = other.processID.littleEndian
    #expect(pwrite(descriptor, &number, 4, 1) == 4)
    close(descriptor)
    first.end()
    #expect(try list(room).map(\.process.processID) == [other.processID])
    #expect(try list(room).first?.secrets == [])
    #expect(!TemporaryFolder.exists(path))
  }

  @Test func damagedAndForeignRecordsHarmNothing() throws {
    let room = try Room()
    let program = try room.execute(["valet://a"], ["/bin/sleep", "60"])
    try waitForRecord(room)
    var random = SeededGenerator(seed: 5)
    let folder = try OwnedFolder.open(room.run, create: false)
    let whole = try folder.readFile("\(program.processID).exec", limit: 1 << 20)
    for _ in 0..<500 {
      var bytes = whole
      let position = Int.random(in: 0..<bytes.count, using: &random)
      bytes[position] = .random(in: 0...255, using: &random)
      let length = Int.random(in: 0...bytes.count, using: &random)
      try folder.replaceFile(
        "\(program.processID).exec", with: Array(bytes.prefix(length)), durable: false)
      _ = try list(room)
    }
    try folder.replaceFile("999999999.exec", with: [], durable: false)
    try folder.replaceFile("x.exec", with: [1, 2, 3], durable: false)
    _ = try list(room)
    #expect(!TemporaryFolder.exists("\(room.run)/999999999.exec"))
  }
}
