/// What a vault knows of its audit log.
package struct AuditIdentity {
  /// 16 bytes.
  package var vaultID: [UInt8]
  /// Which log is its own, 16 bytes; `nil` before the vault has been told.
  package var logID: [UInt8]?
  /// The record that the vault has last heard of; `nil` for none, and where the vault is locked.
  package var anchor: AuditAnchor?
  /// Lends the 32 bytes from which the keys of new epochs are made; `nil` while the vault is locked.
  package var withRoot: (((UnsafeRawBufferPointer) -> Void) -> Void)?

  /// A vault that is locked.
  package init(vaultID: [UInt8]) { self.vaultID = vaultID }

  /// - Parameter withRoot: calls its argument once.
  package init(
    vaultID: [UInt8], anchor: AuditAnchor?,
    withRoot: @escaping ((UnsafeRawBufferPointer) -> Void) -> Void
  ) {
    self.vaultID = vaultID
    logID = anchor?.logID
    self.anchor = anchor
    self.withRoot = withRoot
  }
}

/// One record of one log, kept elsewhere: what is cut off below it is missed.
package struct AuditAnchor: Equatable, Sendable {
  /// 16 bytes.
  package var logID: [UInt8]
  package var number: UInt64
  /// Of the record's line, 32 bytes.
  package var digest: [UInt8]

  package init(logID: [UInt8], number: UInt64, digest: [UInt8]) {
    self.logID = logID
    self.number = number
    self.digest = digest
  }

  /// Log id, number and digest with spaces between them, the bytes in hexadecimal digits: as a
  /// keyring keeps it.
  package var text: String {
    var text: [UInt8] = []
    AuditLine.appendHex(logID, to: &text)
    text.append(UInt8(ascii: " "))
    AuditLine.append(number, to: &text)
    text.append(UInt8(ascii: " "))
    AuditLine.appendHex(digest, to: &text)
    return String(decoding: text, as: UTF8.self)
  }

  /// Reads what ``text`` gives; `nil` for anything else.
  package init?(text: String) {
    let parts = text.split(separator: " ", omittingEmptySubsequences: false)
    guard parts.count == 3, let logID = Self.bytes(parts[0]), logID.count == 16,
      let number = UInt64(parts[1]), number < 1 << 62, let digest = Self.bytes(parts[2]),
      digest.count == 32
    else { return nil }
    self.init(logID: logID, number: number, digest: digest)
  }

  private static func bytes(_ digits: Substring) -> [UInt8]? {
    guard digits.utf8.count % 2 == 0 else { return nil }
    var bytes: [UInt8] = []
    var rest = digits[...]
    while !rest.isEmpty {
      guard let byte = UInt8(rest.prefix(2), radix: 16) else { return nil }
      bytes.append(byte)
      rest = rest.dropFirst(2)
    }
    return bytes
  }
}
