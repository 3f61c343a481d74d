internal import Files
internal import Platform

/// The audit log, open and locked for one process to add to it.
///
/// Three steps, so that the disk can be waited for while something else goes on:
/// ``open(in:identity:takesOver:wait:)``, ``write(_:)``, after which every other program finds the
/// records, and ``complete()``, after which a power failure does. Until then the log is locked.
///
/// A process that is killed anywhere in between leaves records that the next one takes over: they
/// carry the code that only the key in the key file makes.
package final class AuditLog {
  let folder: OwnedFolder
  let keyFile: LockedFile
  /// The present file.
  var log: Descriptor
  /// What will be in the key file when all is complete; what is in it now may be behind.
  var state: AuditState
  /// Length of the present file, with what is no record.
  var length: UInt64 = 0
  /// What is to be written before anything else: how the log was found.
  var marks: [(event: AuditEvent, members: AuditLine.ChainMembers)] = []
  /// The last byte of the present file is no newline.
  var isTorn = false
  var isComplete = false
  /// What a person should hear of at once.
  package internal(set) var warnings: [AuditWarning] = []

  /// Opens the log, waits for its lock, and takes over what a killed writer left.
  ///
  /// - Parameters:
  ///   - path: of the state folder.
  ///   - identity: what the vault knows; `nil` where there is no vault.
  ///   - takesOver: whether a log of another vault is gone on with, and one that is missing begun
  ///     anew: a person said so, or made or restored the vault.
  ///   - wait: for the lock; ten seconds as for the vault's.
  /// - Throws: ``AuditError``.
  package static func open(
    in path: String, identity: AuditIdentity?, takesOver: Bool = false,
    wait: Duration = .seconds(10)
  ) throws(AuditError) -> AuditLog {
    AuditHash.prepare()
    let folder = try onFiles { () throws(FileError) in try OwnedFolder.open(path, create: true) }
    let keyFile: LockedFile
    let log: Descriptor
    do throws(FileError) {
      keyFile = try LockedFile.open(AuditFiles.key, in: folder, wait: wait)
    } catch { throw .file(error) }
    let found = try state(in: keyFile, isNeeded: !takesOver)
    if let found { try check(found, identity, takesOver: takesOver, path: keyFile.path) }
    if found == nil, identity?.logID != nil, !takesOver { throw .keyMissing(path: keyFile.path) }
    do throws(FileError) {
      log = try folder.openForAppending(AuditFiles.log)
    } catch { throw .file(error) }
    let audit = AuditLog(
      folder: folder, keyFile: keyFile, log: log, state: found ?? AuditState())
    try audit.measure()
    if found == nil { try audit.findEnd(identity) } else { try audit.recover() }
    if found == nil || audit.wantsEpoch(identity, takesOver: takesOver) {
      try audit.begin(identity, isNew: found == nil || takesOver)
    }
    audit.skipToAnchor(identity?.anchor)
    try audit.rotate()
    return audit
  }

  private init(
    folder: consuming OwnedFolder, keyFile: consuming LockedFile, log: consuming Descriptor,
    state: AuditState
  ) {
    self.folder = folder
    self.keyFile = keyFile
    self.log = log
    self.state = state
  }

  /// `nil` for a file without a key, as it is when it was just made.
  private static func state(
    in keyFile: borrowing LockedFile, isNeeded: Bool
  ) throws(AuditError) -> AuditState? {
    let memory = KeyMemory()
    let count = try onFiles { () throws(FileError) in try keyFile.read(into: memory.bytes) }
    if AuditState.isBlank(UnsafeRawBufferPointer(rebasing: memory.bytes[..<count])) { return nil }
    do {
      return try AuditState(UnsafeRawBufferPointer(rebasing: memory.bytes[..<count]))
    } catch .version(let version) {
      throw .unsupportedVersion(path: keyFile.path, version: version)
    } catch {
      if isNeeded { throw .keyDamaged(path: keyFile.path) }
      return nil
    }
  }

  private static func check(
    _ state: AuditState, _ identity: AuditIdentity?, takesOver: Bool, path: String
  ) throws(AuditError) {
    guard let identity, !takesOver else { return }
    // A log without a vault may be gone on with by the first vault that there is.
    if state.vaultID != AuditState.noID, state.vaultID != identity.vaultID {
      throw .otherVault(path: path)
    }
    if let logID = identity.logID, logID != state.logID { throw .otherLog(path: path) }
  }

  /// Whether the vault is open whose keys the records should have, and they have not.
  private func wantsEpoch(_ identity: AuditIdentity?, takesOver: Bool) -> Bool {
    guard let identity, let withRoot = identity.withRoot else { return false }
    if state.vaultID != identity.vaultID { return true }
    if takesOver, identity.logID != nil, identity.logID != state.logID { return true }
    var isSame = false
    withRoot { isSame = AuditKey.rootID($0) == state.rootID }
    return !isSame
  }

  /// The last record as the vault keeps it.
  package var anchor: AuditAnchor {
    AuditAnchor(logID: state.logID, number: state.next - 1, digest: state.digest)
  }

  /// Absolute path of the key file, for messages.
  package var keyPath: String { keyFile.path }

  func measure() throws(AuditError) {
    let path = folder.path(of: AuditFiles.log)
    do {
      length = UInt64(try log.size(path: path))
    } catch { throw .file(error) }
  }
}

/// Something about the log that is in it as a record too.
package enum AuditWarning: Equatable, Sendable {
  /// Records were cut off; how many bytes, where that is known.
  case cut(byteCount: UInt64?)

  package var message: String {
    switch self {
    case .cut: "records are missing from the audit log: mcp-valet audit verify"
    }
  }
}
