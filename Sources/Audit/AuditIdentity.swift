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
}
