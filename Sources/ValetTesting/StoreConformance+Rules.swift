internal import Dispatch
internal import Secrets

extension StoreConformance {
  func valuesComeBack(_ store: any SecretStore, _ findings: Findings) throws {
    let values: [(String, [UInt8])] = [
      ("one-byte", [0x41]),
      ("one-nul", [0]),
      ("nul-inside", Array("a".utf8) + [0] + Array("b".utf8)),
      ("nul-at-end", Array("ab".utf8) + [0]),
      ("newline-at-end", Array("line\n".utf8)),
      ("line-ends", Array("\r\n\n\r \t".utf8)),
      ("not-utf8", [0xFF, 0xFE, 0xC0, 0x80, 0xED, 0xA0, 0x80]),
      ("all-bytes", (0...255).map { UInt8($0) }),
      ("text", Array("Grüße, κόσμε, \u{1F511}".utf8)),
      ("largest", Self.pattern(count: SecretLimits.maximumValueLength, seed: 1)),
      (
        "largest-text",
        [UInt8](repeating: UInt8(ascii: "x"), count: SecretLimits.maximumValueLength)
      ),
    ]
    for (label, bytes) in values {
      let name = try Self.name(label)
      try Self.write(bytes, as: name, to: store)
      let found = try Self.read(name, from: store)
      findings.require(
        found == bytes, "\(label): wrote \(bytes.count) bytes, read \(found?.count ?? -1)")
    }
    let references = try values.map { Self.reference(try Self.name($0.0), in: store) }
    let together = try store.read(references)
    for (reference, value) in zip(references, values) {
      let found = together.withValue(of: reference) { Array($0) }
      findings.require(found == value.1, "\(value.0): differs when read with the others")
    }
  }

  func overwrites(_ store: any SecretStore, _ findings: Findings) throws {
    let name = try Self.name("overwritten")
    for count in [5, 40_000, 1, 6] {
      let bytes = Self.pattern(count: count, seed: UInt64(count))
      try Self.write(bytes, as: name, to: store)
      findings.require(
        try Self.read(name, from: store) == bytes, "the new \(count) bytes were not read")
    }
    let entries = try store.list().filter { $0.name == name }
    findings.require(entries.count == 1, "listed \(entries.count) times")
  }

  func keepsDetails(_ store: any SecretStore, _ findings: Findings) throws {
    let name = try Self.name("detailed")
    func expect(_ note: String, _ expires: Int64?, _ step: String) throws {
      let found = try Self.summary(name, in: store)
      findings.require(found?.note == note, "\(step): the note is \(found?.note.count ?? -1) long")
      findings.require(
        found?.expires == expires, "\(step): expires \(String(describing: found?.expires))")
    }
    try Self.write([1], as: name, to: store)
    try expect("", nil, "without details")
    let note = "rotated by hand: ü \n \"x\""
    try Self.write([2], as: name, to: store, note: note, expires: 4_102_444_800)
    try expect(note, 4_102_444_800, "with details")
    try Self.write([3], as: name, to: store)
    try expect(note, 4_102_444_800, "kept")
    try Self.write([4], as: name, to: store, note: "other")
    try expect("other", 4_102_444_800, "other note")
    try Self.write([5], as: name, to: store, expires: 1)
    try expect("other", 1, "other expiry")
    try Self.write([6], as: name, to: store, note: "")
    try expect("", 1, "note removed")
    findings.require(try Self.read(name, from: store) == [6], "the value is not the last one")
    if let stored = try Self.summary(name, in: store)?.stored {
      // Between 2020 and 2100: seconds, not milliseconds, and since 1970.
      findings.require((1_577_836_800...4_102_444_800).contains(stored), "stored at \(stored)")
    }
  }

  func keepsNamesApart(_ store: any SecretStore, _ findings: Findings) throws {
    let long = Array(repeating: String(repeating: "n", count: 64), count: 7)
    let texts = [
      "a", "a/b", "a/b/c", "A", "a.b", "a-b", "a_b", "a@b", "a+b", "-", "...", "0",
      long.joined(separator: "/"),
    ]
    for (index, text) in texts.enumerated() {
      try Self.write([UInt8(index)], as: try Self.name(text), to: store)
    }
    for (index, text) in texts.enumerated() {
      let found = try Self.read(try Self.name(text), from: store)
      findings.require(found == [UInt8(index)], "'\(text)' gave another value")
    }
    try store.remove(try Self.name("a"))
    let left = try store.list().filter { Self.isOurs($0.name) }
    findings.require(left.count == texts.count - 1, "removing 'a' left \(left.count)")
  }

  func lists(_ store: any SecretStore, _ findings: Findings) throws {
    let texts = ["m", "b/2", "z", "b/10", "b", "Z", "b.c"]
    for text in texts {
      try Self.write(Array("canary-value".utf8), as: try Self.name(text), to: store)
    }
    let all = try store.list()
    let names = all.map(\.name)
    findings.require(names == names.sorted(), "not sorted by name")
    let expected = try texts.map { try Self.name($0) }.sorted()
    findings.require(names.filter(Self.isOurs) == expected, "not the names that were written")
    findings.require(
      all.allSatisfy { !"\($0)".contains("canary-value") }, "a value shows in the list")
  }

  func removes(_ store: any SecretStore, _ findings: Findings) throws {
    let kept = try Self.name("kept")
    let removed = try Self.name("removed")
    try Self.write([1], as: kept, to: store)
    try Self.write([2], as: removed, to: store, note: "old note", expires: 5)
    try store.remove(removed)
    findings.require(try Self.read(removed, from: store) == nil, "still readable")
    findings.require(try Self.summary(removed, in: store) == nil, "still listed")
    findings.require(try Self.read(kept, from: store) == [1], "another secret went with it")
    do {
      try store.remove(removed)
      findings.add("removing it again was not refused")
    } catch let error as StoreError {
      let expected = StoreError.missing(Self.reference(removed, in: store))
      findings.require(error == expected, "removing it again said \(error)")
    }
    try Self.write([3], as: removed, to: store)
    let again = try Self.summary(removed, in: store)
    findings.require(
      again?.note == "" && again?.expires == nil, "a new secret of that name has the old details")
  }

  func leavesOutMissing(_ store: any SecretStore, _ findings: Findings) throws {
    let there = try (0..<12).map { try Self.name("there/\($0)") }
    for (index, name) in there.enumerated() {
      try Self.write(Self.pattern(count: index + 1, seed: 7), as: name, to: store)
    }
    let absent = try (0..<5).map { try Self.name("absent/\($0)") }
    let wanted = (absent + there.reversed()).map { Self.reference($0, in: store) }
    let values = try store.read(wanted)
    findings.require(values.references.count == there.count, "read \(values.references.count)")
    for name in absent {
      findings.require(
        !values.contains(Self.reference(name, in: store)), "'\(name)' is there")
    }
    for (index, name) in there.enumerated() {
      let found = values.withValue(of: Self.reference(name, in: store)) { Array($0) }
      findings.require(
        found == Self.pattern(count: index + 1, seed: 7), "'\(name)' has another value")
    }
    let none = try store.read(absent.map { Self.reference($0, in: store) })
    findings.require(none.references.isEmpty, "absent secrets were read")
  }

  func readsRepeatedOnce(_ store: any SecretStore, _ findings: Findings) throws {
    let name = try Self.name("repeated")
    try Self.write([8, 9], as: name, to: store)
    let reference = Self.reference(name, in: store)
    let values = try store.read([reference, reference, reference])
    findings.require(values.references == [reference], "\(values.references.count) values")
    findings.require(values.withValue(of: reference) { Array($0) } == [8, 9], "another value")
  }

  func readsNothing(_ store: any SecretStore, _ findings: Findings) throws {
    findings.require(try store.read([]).references.isEmpty, "something was read")
  }

  func isSeenByOthers(_ store: any SecretStore, _ findings: Findings) throws {
    let name = try Self.name("shared")
    let other = try open()
    _ = try other.list()
    for round in UInt8(1)...3 {
      try Self.write([round], as: name, to: store)
      findings.require(try Self.read(name, from: other) == [round], "round \(round) was not seen")
    }
    try other.remove(name)
    findings.require(try Self.read(name, from: store) == nil, "the removal was not seen")
  }

  func refusesBeyondLimits(_ store: any SecretStore, _ findings: Findings) throws {
    let name = try Self.name("limits")
    let note = String(repeating: "n", count: SecretLimits.maximumNoteLength)
    try Self.write([1, 2, 3], as: name, to: store, note: note)
    findings.require(try Self.summary(name, in: store)?.note == note, "the longest note was lost")
    let tooMany = SecretLimits.maximumValueLength + 1
    let attempts: [(StoreError, [UInt8], String?)] = [
      (.emptyValue(name), [], nil),
      (.valueTooLarge(name, byteCount: tooMany), [UInt8](repeating: 1, count: tooMany), nil),
      (.noteTooLong(name, byteCount: note.utf8.count + 1), [4], note + "n"),
    ]
    for (expected, bytes, note) in attempts {
      do {
        try Self.write(bytes, as: name, to: store, note: note)
        findings.add("accepted what should be \(expected)")
      } catch let error as StoreError {
        findings.require(error == expected, "said \(error) for \(expected)")
      }
    }
    findings.require(
      try Self.read(name, from: store) == [1, 2, 3], "a refused write changed the value")
  }

  func keepsConcurrentWrites(_ store: any SecretStore, _ findings: Findings) throws {
    DispatchQueue.concurrentPerform(iterations: writerCount) { writer in
      do {
        let store = try open()
        for index in 0..<writesPerWriter {
          let name = try Self.name("writer-\(writer)/\(index)")
          try Self.write([UInt8(writer), UInt8(index % 256)], as: name, to: store)
        }
      } catch {
        findings.add("writer \(writer) threw \(error)")
      }
    }
    var references: [SecretReference] = []
    for writer in 0..<writerCount {
      for index in 0..<writesPerWriter {
        references.append(
          Self.reference(try Self.name("writer-\(writer)/\(index)"), in: store))
      }
    }
    let values = try store.read(references)
    var lost = 0
    for (position, reference) in references.enumerated() {
      let expected = [
        UInt8(position / writesPerWriter), UInt8(position % writesPerWriter % 256),
      ]
      if values.withValue(of: reference, { Array($0) }) != expected { lost += 1 }
    }
    findings.require(lost == 0, "\(lost) of \(references.count) writes are lost")
  }

  func keepsOneWholeValue(_ store: any SecretStore, _ findings: Findings) throws {
    let name = try Self.name("contended")
    DispatchQueue.concurrentPerform(iterations: writerCount) { writer in
      do {
        let store = try open()
        for _ in 0..<min(writesPerWriter, 10) {
          try Self.write(
            [UInt8](repeating: UInt8(writer), count: 1000 + writer), as: name, to: store)
        }
      } catch {
        findings.add("writer \(writer) threw \(error)")
      }
    }
    let found = try Self.read(name, from: store) ?? []
    let writer = found.first ?? 0
    findings.require(
      found == [UInt8](repeating: writer, count: 1000 + Int(writer)), "a mixture was read")
    let entries = try store.list().filter { $0.name == name }
    findings.require(entries.count == 1, "listed \(entries.count) times")
  }
}
