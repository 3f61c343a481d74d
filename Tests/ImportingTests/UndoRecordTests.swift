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
            name: "a", runName: "b", grant: [9, 8],
            edits: [
              SlotEdit(
                path: ValuePath(["m"]) / 7, old: .absent, new: .list(["x", "é"])),
              SlotEdit(path: ValuePath(["e"]), old: .text("valet://k"), new: .text("")),
            ])
        ])
    ])

  /// As the documentation of the vault's format has it, byte for byte.
  private static let bytes: [UInt8] =
    [2] + [2, 0, 0, 0, 0x2F, 0x66] + [1, 0, 0, 0]
    + [0x00, 0xF1, 0x53, 0x65, 0, 0, 0, 0] + [2, 0, 0, 0, 1, 2] + [0, 0, 0, 0]
    + [1, 0, 0, 0] + [3, 0, 0, 0, 5, 0, 0, 0, 3, 0, 0, 0, 4, 0, 0, 0]
    + [2, 0, 0, 0, 65, 66] + [1, 0, 0, 0, 67] + [1, 0, 0, 0, 123] + [0, 0, 0, 0]
    + [1, 0, 0, 0] + [1, 0, 0, 0, 0x61] + [1, 0, 0, 0, 0x62] + [2, 0, 0, 0, 9, 8] + [2, 0, 0, 0]
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
    #expect(throws: UndoRecordError.self) { try read([3] + Self.bytes.dropFirst()) }
    // Whatever a byte is changed to: an error or another record, and no more memory than there are bytes.
    for index in Self.bytes.indices {
      var changed = Self.bytes
      changed[index] = 0xFF
      _ = try? read(changed)
    }
  }

  /// Those of the form before, which did not say which grant was the import's.
  @Test func refusesTheFormBefore() {
    let old = [1] + Self.bytes.dropFirst()
    #expect(throws: UndoRecordError.self) { try read(old) }
    var whole = Array(old)
    if let place = whole.firstRange(of: [2, 0, 0, 0, 9, 8]) { whole.removeSubrange(place) }
    #expect(throws: UndoRecordError.self) { try read(whole) }
  }

  private static func record(_ old: String, before: String = "") -> UndoRecord {
    UndoRecord(
      path: "/f",
      steps: [
        .init(
          time: 1, oldDigest: [1], newDigest: [2],
          changes: [
            HostChange(
              oldSpan: 0..<1, newSpan: 0..<1, old: Array(old.utf8), new: [67],
              before: Array(before.utf8), behind: [])
          ],
          servers: [
            .init(
              name: "a", runName: "a", grant: [],
              edits: [
                SlotEdit(
                  path: ValuePath(["e"]), old: .text("valet://a/T"), new: .text("valet://a/T"))
              ])
          ])
      ])
  }

  private func forget(_ name: String, _ value: String, in record: UndoRecord) throws -> UndoRecord {
    var record = record
    let isChanged = try Array(value.utf8).withUnsafeBytes {
      record.forget(try SecretName(name), value: $0)
    }
    #expect(isChanged == record.steps[0].changes.isEmpty)
    return record
  }

  /// By its name, whatever value it had then; and by its value, whatever it is called.
  @Test func forgetsEveryByteThatMayHoldASecret() throws {
    let secret = "s3cret-s3cret-s3cret"
    for (name, value, record) in [
      ("a/T", "newer", Self.record("older")),
      ("b/T", secret, Self.record("\"\(secret)\"")),
      ("b/T", secret, Self.record("x", before: secret.suffix(9) + "\", ")),
    ] {
      let forgotten = try forget(name, value, in: record)
      #expect(forgotten.steps[0].changes.isEmpty && forgotten.steps[0].newDigest.isEmpty)
      #expect(forgotten.steps[0].servers == record.steps[0].servers)
    }
    for value in [secret, ""] {
      let record = Self.record("other", before: "s3cret")
      #expect(try forget("b/T", value, in: record) == record)
    }
  }

  @Test func namesAreShortAndTellFilesApart() throws {
    let one = try UndoRecord.name(host: "claude-desktop", path: "/home/u/a.json")
    let other = try UndoRecord.name(host: "claude-desktop", path: "/home/u/b.json")
    #expect(one.text.hasPrefix("mcp-valet/undo/claude-desktop/") && one != other)
  }
}
