import Hosts
import Importing
import Secrets
import Testing
import ValetTesting

/// The coding of what `undo` needs.
@Suite struct UndoRecordTests {
  private static let record = UndoRecord(
    path: "/f",
    steps: [
      .init(
        time: 1_700_000_000, oldDigest: [1, 2], newDigest: [],
        changes: [
          HostChange(
            oldSpan: 3..<5, newSpan: 3..<4, old: [65, 66], new: [67], before: [123], behind: [])
        ],
        servers: [
          .init(
            name: "a", runName: "b",
            edits: [
              SlotEdit(
                path: ValuePath(["m"]) / 7, old: .absent, new: .list(["x", "é"])),
              SlotEdit(path: ValuePath(["e"]), old: .text("valet://k"), new: .text("")),
            ])
        ])
    ])

  /// As the documentation of the vault's format has it, byte for byte.
  private static let bytes: [UInt8] =
    [1] + [2, 0, 0, 0, 0x2F, 0x66] + [1, 0, 0, 0]
    + [0x00, 0xF1, 0x53, 0x65, 0, 0, 0, 0] + [2, 0, 0, 0, 1, 2] + [0, 0, 0, 0]
    + [1, 0, 0, 0] + [3, 0, 0, 0, 5, 0, 0, 0, 3, 0, 0, 0, 4, 0, 0, 0]
    + [2, 0, 0, 0, 65, 66] + [1, 0, 0, 0, 67] + [1, 0, 0, 0, 123] + [0, 0, 0, 0]
    + [1, 0, 0, 0] + [1, 0, 0, 0, 0x61] + [1, 0, 0, 0, 0x62] + [2, 0, 0, 0]
    + [2, 0, 0, 0] + [0, 1, 0, 0, 0, 0x6D] + [1, 7, 0, 0, 0]
    + [0] + [2, 2, 0, 0, 0, 1, 0, 0, 0, 0x78, 2, 0, 0, 0, 0xC3, 0xA9]
    + [1, 0, 0, 0] + [0, 1, 0, 0, 0, 0x65]
    + [1, 9, 0, 0, 0] + Array("valet://k".utf8) + [1, 0, 0, 0, 0]

  private func read(_ bytes: [UInt8]) throws -> UndoRecord {
    try bytes.withUnsafeBytes { try UndoRecord($0) }
  }

  @Test func isWrittenAsDocumented() throws {
    #expect(Self.record.encoded() == Self.bytes)
    #expect(try read(Self.bytes) == Self.record)
  }

  @Test func refusesWhatIsNoRecord() {
    for end in 0..<Self.bytes.count {
      #expect(throws: UndoRecordError.self) { try read(Array(Self.bytes[..<end])) }
    }
    #expect(throws: UndoRecordError.self) { try read(Self.bytes + [0]) }
    #expect(throws: UndoRecordError.self) { try read([2] + Self.bytes.dropFirst()) }
    // Whatever a byte is changed to: an error or another record, and no more memory than there are bytes.
    for index in Self.bytes.indices {
      var changed = Self.bytes
      changed[index] = 0xFF
      _ = try? read(changed)
    }
  }

  @Test func namesAreShortAndTellFilesApart() throws {
    let one = try UndoRecord.name(host: "claude-desktop", path: "/home/u/a.json")
    let other = try UndoRecord.name(host: "claude-desktop", path: "/home/u/b.json")
    #expect(one.text.hasPrefix("mcp-valet/undo/claude-desktop/") && one != other)
  }
}
