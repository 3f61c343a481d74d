internal import JSONText

/// One record as it was read; whether it is what a writer wrote is another question.
package struct AuditRecord: Equatable, Sendable {
  package private(set) var number: UInt64 = 0
  /// As in `2026-11-21T07:35:23.123Z`.
  package private(set) var time = ""
  /// The raw value of an ``AuditEvent/Kind``, or a later version's.
  package private(set) var event = ""
  package private(set) var server: String?
  package private(set) var secrets: [AuditEvent.Secret] = []
  package private(set) var command: String?
  package private(set) var processID: UInt64?
  package private(set) var host: String?
  package private(set) var outcome = ""
  package private(set) var exitCode: UInt64?
  package private(set) var detail: String?

  /// Bytes that are no record, or are missing.
  private(set) var byteCount: UInt64?
  /// Of a record that begins an epoch or a file.
  private(set) var chain: Chain?
  private(set) var previous: [UInt8] = []
  private var code: [UInt8] = []

  struct Chain: Equatable, Sendable {
    var logID: [UInt8] = []
    var vaultID: [UInt8] = []
    var rootID: [UInt8] = []
    var epochID: [UInt8] = []
    var epochStart: UInt64 = 0
    var segment: UInt64 = 0
    /// The oldest file that was kept.
    var firstSegment: UInt64 = 0

    fileprivate var isComplete: Bool {
      logID.count == 16 && vaultID.count == 16 && rootID.count == 16 && epochID.count == 16
        && epochStart > 0 && segment > 0 && firstSegment > 0
    }
  }

  /// `,"mac":"`, 64 digits, `"}`.
  private static let tailLength = 74

  /// Reads a line without its newline; `nil` for what is no record.
  package init?(_ line: UnsafeRawBufferPointer) {
    guard line.count <= AuditLine.maximumLength,
      line.suffix(Self.tailLength).starts(with: ",\"mac\":\"".utf8)
    else { return nil }
    let isRead = line.withMemoryRebound(to: UInt8.self) { bytes in
      var reader = MemberReader(bytes)
      do {
        try read(&reader)
        return true
      } catch { return false }
    }
    guard isRead, number > 0, !event.isEmpty, previous.count == 32, code.count == 32,
      chain?.isComplete ?? true
    else { return nil }
  }

  /// Whether the record's code is the one that a key makes of it.
  ///
  /// - Parameters:
  ///   - line: the one that the record was read from.
  ///   - key: 32 bytes.
  func isAuthentic(_ line: UnsafeRawBufferPointer, key: UnsafeRawBufferPointer) -> Bool {
    var expected = [UInt8](repeating: 0, count: 32)
    expected.withUnsafeMutableBytes {
      AuditHash.digest(.init(rebasing: line.dropLast(Self.tailLength)), key: key, into: $0)
    }
    return expected == code
  }

  private mutating func read(_ reader: inout MemberReader) throws {
    try reader.beginObject()
    while let name = try reader.nextName() {
      switch name {
      case "n": number = try reader.number()
      case "time": time = try reader.text()
      case "event": event = try reader.text()
      case "server": server = try reader.text()
      case "secrets": secrets = try Self.secrets(&reader)
      case "command": command = try reader.text()
      case "pid": processID = try reader.number()
      case "host": host = try reader.text()
      case "outcome": outcome = try reader.text()
      case "exit": exitCode = try reader.number()
      case "detail": detail = try reader.text()
      case "bytes": byteCount = try reader.number()
      case "prev": previous = try reader.hex(byteCount: 32)
      case "mac": code = try reader.hex(byteCount: 32)
      default: if try !readChain(name, &reader) { try reader.skip() }
      }
    }
    try reader.end()
  }

  /// - Returns: whether it is a member of ``Chain``.
  private mutating func readChain(_ name: String, _ reader: inout MemberReader) throws -> Bool {
    var chain = chain ?? Chain()
    switch name {
    case "log": chain.logID = try reader.hex(byteCount: 16)
    case "vault": chain.vaultID = try reader.hex(byteCount: 16)
    case "root": chain.rootID = try reader.hex(byteCount: 16)
    case "epoch": chain.epochID = try reader.hex(byteCount: 16)
    case "first": chain.epochStart = try reader.number()
    case "file": chain.segment = try reader.number()
    case "kept": chain.firstSegment = try reader.number()
    default: return false
    }
    self.chain = chain
    return true
  }

  private static func secrets(_ reader: inout MemberReader) throws -> [AuditEvent.Secret] {
    var secrets: [AuditEvent.Secret] = []
    try reader.beginArray()
    while try reader.nextObject() {
      var secret = AuditEvent.Secret("")
      while let name = try reader.nextName() {
        switch name {
        case "name": secret.reference = try reader.text()
        case "version": secret.version = UInt32(clamping: try reader.number())
        default: try reader.skip()
        }
      }
      secrets.append(secret)
    }
    return secrets
  }
}
