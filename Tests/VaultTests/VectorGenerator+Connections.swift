import Secrets
import Testing

@testable import Vault

extension VectorGenerator {
  /// Connection 01… named `work`, of time 258, with the key 02… and one byte of a later version.
  static func connectionRecord(name: String = "work", length: Int? = nil) -> [UInt8] {
    [UInt8(length ?? name.utf8.count), 0, 0, 0, 0, 0, 0, 0] + Array(repeating: 1, count: 16)
      + [2, 1, 0, 0, 0, 0, 0, 0] + Array(repeating: 2, count: 32) + Array(name.utf8) + [6]
  }

  @Test func connections() throws {
    let fixture = try Fixture([("one", "AAAA")])
    let key = try fixture.key()
    let original = Forge(try RawFile.read(fixture.vaultPath))
    var forge = original
    let work = Self.connectionRecord()
    try forge.insertRecords(
      [(3, work), (3, Array(Self.connectionRecord(name: "a.b@c+d-e_f").dropLast()))], key)
    try RawFile.write(forge.bytes, to: fixture.vaultPath)
    try Self.write("ok-connections", "keys of two connections", fixture)
    var reserved = work
    reserved[7] = 1
    let faults: [(String, String, [[UInt8]])] = [
      ("short", "a connection's record that is too short", [Array(work.prefix(63))]),
      (
        "name-length", "a name that is longer than its record",
        [
          Self.connectionRecord(length: 6)
        ]
      ),
      (
        "segments", "a connection's name with two segments",
        [
          Self.connectionRecord(name: "a/b")
        ]
      ),
      ("no-name", "a connection without a name", [Self.connectionRecord(name: "")]),
      ("reserved", "a reserved byte set", [reserved]),
      ("twice", "two connections of one name", [work, work]),
    ]
    for (name, about, records) in faults {
      var forge = original
      try forge.insertRecords(records.map { (3, $0) }, key)
      try Self.write(
        "malformed-connection-\(name)", forge.bytes,
        Vector(about: about, open: "key-file", secret: Self.keyHex, expect: .malformed))
    }
  }
}
