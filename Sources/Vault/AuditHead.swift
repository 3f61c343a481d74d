internal import Secrets

/// What the vault knows of its audit log: which one it is, and one of its records.
package struct AuditHead: Equatable, Sendable {
  /// Of the log, 16 bytes, not all zero.
  package let logID: [UInt8]
  /// Of the record.
  package let number: UInt64
  /// Of the record's line, 32 bytes.
  package let digest: [UInt8]

  package init(logID: [UInt8], number: UInt64, digest: [UInt8]) {
    precondition(logID.count == RandomID.byteCount && digest.count == VaultFormat.digestLength)
    self.logID = logID
    self.number = number
    self.digest = digest
  }
}

/// The record of an ``AuditHead``, and the roots that the log's keys were made from before.
struct AuditHeadRecord {
  /// `nil` for a vault that got a new key before it heard of a log.
  private(set) var head: AuditHead?
  /// In secret memory: whoever has a root can write the records of its time. The newest first.
  private var roots: AuditRoots?
  private var rest: [UInt8] = []

  private static let fixedLength = 64
  /// One for each new vault key. More are given up, with the means to check records that are older
  /// than sixteen keys.
  static let maximumRootCount = 16

  init() {}

  /// - Throws: ``VaultError/malformed(_:)``, ``VaultError/notEnoughMemory(byteCount:)``.
  init(_ payload: UnsafeRawBufferPointer) throws(VaultError) {
    guard payload.count >= Self.fixedLength else {
      throw .malformed("the audit log's record is too short")
    }
    let count = Int(payload.integer(at: 56, as: UInt16.self))
    let length = count * VaultFormat.keyLength
    guard count <= Self.maximumRootCount, payload.count - Self.fixedLength >= length else {
      throw .malformed("the audit log's record is too short for its keys")
    }
    guard !payload.part(58, 6).contains(where: { $0 != 0 }) else {
      throw .malformed("a reserved field of the audit log's record is set")
    }
    let logID = Array(payload.part(0, 16))
    if logID.contains(where: { $0 != 0 }) {
      head = AuditHead(
        logID: logID, number: payload.integer(at: 16), digest: Array(payload.part(24, 32)))
    }
    if count > 0 { roots = try AuditRoots(payload.part(Self.fixedLength, length)) }
    rest = Array(payload.dropFirst(Self.fixedLength + length))
  }

  mutating func note(_ head: AuditHead) { self.head = head }

  /// Keeps the root of a vault key that is about to be replaced.
  mutating func add(root: UnsafeRawBufferPointer) throws(VaultError) {
    let kept = min((roots?.count ?? 0) + 1, Self.maximumRootCount) * VaultFormat.keyLength
    let joined = try WipedBuffer(count: kept)
    joined.mutableBytes.part(0, root.count).copyMemory(from: root)
    roots?.withBytes { old in
      joined.mutableBytes.part(root.count, kept - root.count)
        .copyMemory(from: old.part(0, kept - root.count))
    }
    roots = try AuditRoots(joined.bytes)
  }

  func forEachRoot(_ body: (UnsafeRawBufferPointer) -> Void) {
    roots?.withBytes { bytes in
      for offset in stride(from: 0, to: bytes.count, by: VaultFormat.keyLength) {
        body(bytes.part(offset, VaultFormat.keyLength))
      }
    }
  }

  var encodedLength: Int {
    Self.fixedLength + (roots?.count ?? 0) * VaultFormat.keyLength + rest.count
  }

  func encode(into writer: inout ByteWriter) {
    writer.write(head?.logID ?? [UInt8](repeating: 0, count: 16))
    writer.write(head?.number ?? 0)
    writer.write(head?.digest ?? [UInt8](repeating: 0, count: 32))
    writer.write(UInt16(roots?.count ?? 0))
    writer.write([UInt8](repeating: 0, count: 6))
    roots?.withBytes { writer.write($0) }
    writer.write(rest)
  }
}

/// Roots one behind another.
private final class AuditRoots {
  private let bytes: SecretBytes

  init(_ bytes: UnsafeRawBufferPointer) throws(VaultError) {
    self.bytes = try inMemory { () throws(SecretMemoryError) in try SecretBytes(copying: bytes) }
  }

  var count: Int { bytes.count / VaultFormat.keyLength }

  func withBytes(_ body: (UnsafeRawBufferPointer) -> Void) { bytes.withUnsafeBytes(body) }
}
