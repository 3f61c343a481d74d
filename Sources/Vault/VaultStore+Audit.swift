package import Secrets

/// What a write changes, for the audit log.
package enum VaultChange: Equatable, Sendable {
  /// A value, and the number of its version.
  case stored(SecretName, UInt32)
  case removed(SecretName)
  /// What a server may have from now on.
  case granted(serverName: String, [SecretReference])
  /// A server has no grant any more.
  case denied(serverName: String)
  /// Something else, in words.
  case other(String)
}

/// Records each write of a vault before it is done.
package protocol VaultAuditor: AnyObject {
  /// - Returns: the record that the vault is to keep; `nil` for none.
  /// - Throws: ``VaultError/notRecorded(message:hint:_:)``: then nothing is written.
  func willWrite(_ changes: [VaultChange]) throws(VaultError) -> AuditHead?
  /// The write was recorded and failed.
  func didFail(_ changes: [VaultChange])
}

extension VaultStore {
  /// What the present generation says of the audit log.
  package func auditHead() throws(VaultError) -> AuditHead? { try auditRecord()?.head }

  /// Calls `body` with the 32 bytes that the keys of the log's present epoch are made from.
  package func withAuditRoot(_ body: (UnsafeRawBufferPointer) -> Void) {
    sharedKey.withAuditRoot(body)
  }

  /// As ``withAuditRoot(_:)``, with those of earlier keys of the vault too; the present one first.
  ///
  /// - Throws: ``VaultError``.
  package func forEachAuditRoot(_ body: (UnsafeRawBufferPointer) -> Void) throws(VaultError) {
    withAuditRoot(body)
    try auditRecord()?.forEachRoot(body)
  }

  private func auditRecord() throws(VaultError) -> AuditHeadRecord? {
    try snapshot.withIndex { (index) throws(VaultError) in
      var cursor = IndexCursor(index)
      while let record = try cursor.next() {
        if record.type == VaultFormat.RecordType.auditHead {
          return try AuditHeadRecord(record.payload)
        }
      }
      return nil
    }
  }

  /// Writes the vault as it is, so that it keeps the audit log's last record.
  package func noteAuditHead() throws(VaultError) {
    let session = try begin()
    session.changes = [.other("the audit log's place")]
    try commit(session)
  }
}

extension SharedKey {
  func withAuditRoot(_ body: (UnsafeRawBufferPointer) -> Void) {
    withUnsafeTemporaryAllocation(byteCount: VaultFormat.keyLength, alignment: 16) { root in
      defer { wipe(root) }
      key.withBytes { Blake2b.deriveSubkey(Self.auditSubkey, of: $0, into: root) }
      body(UnsafeRawBufferPointer(root))
    }
  }

  /// The number of the subkey in `crypto_kdf_derive_from_key`.
  private static let auditSubkey: UInt64 = 5
}
