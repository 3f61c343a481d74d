import Secrets

@testable import Audit

/// What libFuzzer calls with each input. The first byte chooses: bytes as a line, as a key file, or
/// as changes of a log that is whole.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ data: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
  guard count > 1 else { return 0 }
  AuditHash.prepare()
  let bytes = Array(UnsafeBufferPointer(start: data + 1, count: count - 1))
  switch data[0] & 3 {
  case 0: readLine(bytes)
  case 1: readKeyFile(bytes)
  default: readLog(Changes(bytes).applied(to: whole.bytes))
  }
  return 0
}

private func readLine(_ bytes: [UInt8]) {
  bytes.withUnsafeBytes { line in
    guard let record = AuditRecord(line) else { return }
    require(record.number > 0 && record.previous.count == 32, "a record without its members")
    var key: UInt64 = 0
    withUnsafeBytes(of: &key) { _ = record.isAuthentic(line, key: $0) }
  }
  // In front of its code, which no input guesses the form of.
  let tail = Array(",\"mac\":\"\(String(repeating: "0", count: 64))\"}".utf8)
  (bytes + tail).withUnsafeBytes { _ = AuditRecord($0) }
}

private func readKeyFile(_ bytes: [UInt8]) {
  let memory = KeyMemory()
  for (index, byte) in bytes.prefix(AuditState.byteCount).enumerated() {
    memory.bytes[index] = byte
  }
  if let state = try? AuditState(UnsafeRawBufferPointer(memory.bytes)) {
    let before = Array(memory.bytes)
    state.write(around: memory.bytes)
    require(before.elementsEqual(memory.bytes), "a key file that is written otherwise")
  }
}

private func readLog(_ bytes: [UInt8]) {
  let half = bytes.count / 2
  let files = [
    AuditSnapshot.File(name: "audit.log", segment: nil, bytes: bytes)
  ]
  let snapshot = AuditSnapshot(files, state: whole.state, whole.memory, hasKeyFile: true)
  let result = AuditVerifier(snapshot, anchors: [], withRoots: withRoot).run()
  if result.findings.isEmpty {
    require(bytes.starts(with: whole.bytes), "a change that is not found")
  } else {
    require(bytes != whole.bytes, "a finding in a whole log: \(result.findings)")
  }
  // In two files, and while the vault is locked: nothing may end the reader.
  let split = [
    AuditSnapshot.File(name: "audit.log.1", segment: 1, bytes: Array(bytes[..<half])),
    AuditSnapshot.File(name: "audit.log", segment: nil, bytes: Array(bytes[half...])),
  ]
  let other = AuditSnapshot(split, state: nil, KeyMemory(), hasKeyFile: false)
  _ = AuditVerifier(other, anchors: [], withRoots: nil).run()
  _ = other.records
}

private func withRoot(_ body: (UnsafeRawBufferPointer) -> Void) {
  [UInt8](repeating: 9, count: 32).withUnsafeBytes(body)
}

/// Five records, the first of which begins the log.
private struct WholeLog: @unchecked Sendable {
  // Sendable: made once, and the fuzzer has one thread.
  var bytes: [UInt8] = []
  var state = AuditState()
  let memory = KeyMemory()

  init() {
    state.logID = Array(repeating: 1, count: 16)
    state.vaultID = Array(repeating: 2, count: 16)
    state.epochID = Array(repeating: 3, count: 16)
    withRoot { root in
      state.rootID = AuditKey.rootID(root)
      AuditKey.first(root: root, logID: state.logID, epochID: state.epochID, into: memory.key)
    }
    add(AuditEvent(.begun), .init(state: state, firstSegment: 1))
    for number in 1...4 {
      var event = AuditEvent(.released)
      event.server = "server \(number)"
      event.secrets = [.init("valet://a/b", version: 2), .init("keyring://c")]
      event.detail = "quoted \" and \\ and \u{1}"
      add(event, .init())
    }
    state.offset = UInt64(bytes.count)
    state.write(around: memory.bytes)
  }

  private mutating func add(_ event: AuditEvent, _ members: AuditLine.ChainMembers) {
    let place = AuditLine.Place(
      number: state.next, previous: state.digest, key: UnsafeRawBufferPointer(memory.key))
    state.digest = AuditLine.append(event, members, at: place, to: &bytes)
    state.next += 1
    memory.advance(by: 1)
  }
}

private let whole = WholeLog()

/// Changes of bytes and of whole lines, four bytes of input each.
private struct Changes {
  private let input: [UInt8]

  init(_ input: [UInt8]) { self.input = input }

  func applied(to original: [UInt8]) -> [UInt8] {
    var bytes = original
    for start in stride(from: 0, to: input.count - 3, by: 4) where !bytes.isEmpty {
      let place = (Int(input[start + 1]) << 8 | Int(input[start + 2])) % bytes.count
      let value = input[start + 3]
      switch input[start] % 8 {
      case 0: bytes[place] ^= value
      case 1: bytes.remove(at: place)
      case 2: bytes.insert(value, at: place)
      case 3: bytes.removeSubrange(place..<min(place + Int(value), bytes.count))
      case 4: bytes.append(value)
      default:
        var lines = bytes.split(separator: 10, omittingEmptySubsequences: false).map(Array.init)
        let (one, other) = (place % lines.count, Int(value) % lines.count)
        switch input[start] % 8 {
        case 5: lines.swapAt(one, other)
        case 6: lines.remove(at: one)
        default: lines.insert(lines[one], at: other)
        }
        bytes = Array(lines.joined(separator: [10]))
      }
    }
    return bytes
  }
}
