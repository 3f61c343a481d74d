internal import JSONText
internal import Platform

/// Writes records as lines; `AuditFormat.md` has the table.
enum AuditLine {
  /// 1 MiB with its newline: a thousand secrets of one server with the longest names. A reader can
  /// hold any line.
  static let maximumLength = 1 << 20
  /// Text from elsewhere is cut at 4 KiB, the length of the longest path.
  private static let maximumText = 4096

  /// What a record says beside its event.
  struct Place {
    var number: UInt64
    /// Of the line before, 32 bytes.
    var previous: [UInt8]
    /// 32 bytes.
    var key: UnsafeRawBufferPointer
  }

  /// Members that only the log's own records have.
  struct ChainMembers {
    /// For a first record: the state that it begins or goes on with.
    var state: AuditState?
    /// The number of the oldest file that is kept.
    var firstSegment: UInt64?
    /// For bytes that are no record.
    var byteCount: UInt64?
  }

  /// Appends a record's line with its newline.
  ///
  /// - Returns: the digest of the line without its newline, 32 bytes.
  static func append(
    _ event: AuditEvent, _ members: ChainMembers = ChainMembers(), at place: Place,
    to output: inout [UInt8]
  ) -> [UInt8] {
    let start = output.count
    appendRaw("{\"n\":", to: &output)
    append(place.number, to: &output)
    appendRaw(",\"time\":\"", to: &output)
    AuditClock.appendNow(to: &output)
    appendRaw("\"", to: &output)
    append("event", event.kind.rawValue, to: &output)
    append(event, to: &output)
    append(members, to: &output)
    appendRaw(",\"prev\":\"", to: &output)
    appendHex(place.previous, to: &output)
    appendRaw("\"", to: &output)
    let mac = output.withUnsafeBytes { bytes in
      [UInt8](unsafeUninitializedCapacity: 32) { buffer, count in
        AuditHash.digest(
          UnsafeRawBufferPointer(rebasing: bytes[start...]), key: place.key,
          into: UnsafeMutableRawBufferPointer(start: buffer.baseAddress, count: 32))
        count = 32
      }
    }
    appendRaw(",\"mac\":\"", to: &output)
    appendHex(mac, to: &output)
    appendRaw("\"}", to: &output)
    let digest = output.withUnsafeBytes { bytes in
      AuditHash.digest(UnsafeRawBufferPointer(rebasing: bytes[start...]))
    }
    output.append(UInt8(ascii: "\n"))
    return digest
  }

  private static func append(_ event: AuditEvent, to output: inout [UInt8]) {
    if let server = event.server { append("server", server, to: &output) }
    if !event.secrets.isEmpty {
      appendRaw(",\"secrets\":[", to: &output)
      for (index, secret) in event.secrets.enumerated() {
        appendRaw(index == 0 ? "{\"name\":" : ",{\"name\":", to: &output)
        JSONString.append(secret.reference, to: &output)
        if let version = secret.version {
          appendRaw(",\"version\":", to: &output)
          append(UInt64(version), to: &output)
        }
        appendRaw("}", to: &output)
      }
      appendRaw("]", to: &output)
    }
    if let command = event.command { append("command", command, to: &output) }
    appendRaw(",\"pid\":", to: &output)
    append(UInt64(UInt32(bitPattern: getpid())), to: &output)
    if let host = ParentProgram.path {
      appendRaw(",\"host\":", to: &output)
      host.withUnsafeBufferPointer { JSONString.append($0, to: &output) }
    }
    append("outcome", event.outcome.rawValue, to: &output)
    if let code = event.exitCode {
      appendRaw(",\"exit\":", to: &output)
      append(UInt64(UInt32(bitPattern: max(code, 0))), to: &output)
    }
    if let detail = event.detail { append("detail", detail, to: &output) }
  }

  private static func append(_ members: ChainMembers, to output: inout [UInt8]) {
    if let byteCount = members.byteCount {
      appendRaw(",\"bytes\":", to: &output)
      append(byteCount, to: &output)
    }
    guard let state = members.state else { return }
    for (name, id) in [
      (",\"log\":\"", state.logID), (",\"vault\":\"", state.vaultID),
      (",\"root\":\"", state.rootID),
      (",\"epoch\":\"", state.epochID),
    ] as [(StaticString, [UInt8])] {
      appendRaw(name, to: &output)
      appendHex(id, to: &output)
      appendRaw("\"", to: &output)
    }
    appendRaw(",\"first\":", to: &output)
    append(state.epochStart, to: &output)
    appendRaw(",\"file\":", to: &output)
    append(state.segment, to: &output)
    appendRaw(",\"kept\":", to: &output)
    append(members.firstSegment ?? 1, to: &output)
  }

  private static func append(_ name: StaticString, _ text: String, to output: inout [UInt8]) {
    appendRaw(",\"", to: &output)
    appendRaw(name, to: &output)
    appendRaw("\":", to: &output)
    var text = text
    text.withUTF8 { bytes in
      // A character that is cut in two becomes U+FFFD.
      JSONString.append(UnsafeBufferPointer(rebasing: bytes.prefix(maximumText)), to: &output)
    }
  }

  private static func appendRaw(_ text: StaticString, to output: inout [UInt8]) {
    output.append(
      contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  /// Appends a decimal number.
  static func append(_ number: UInt64, to output: inout [UInt8]) {
    if number >= 10 { append(number / 10, to: &output) }
    output.append(UInt8(ascii: "0") + UInt8(number % 10))
  }

  static func appendHex(_ bytes: [UInt8], to output: inout [UInt8]) {
    for byte in bytes {
      output.append(hexDigit(byte >> 4))
      output.append(hexDigit(byte & 15))
    }
  }

  private static func hexDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
  }
}
