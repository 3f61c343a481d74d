package import Files
package import Secrets

/// What can be wrong with a vault, its keys, or a change to it.
///
/// *Corrupt* (bytes changed by accident), *tampered* (changed on purpose, all unkeyed checksums in
/// order), *wrong key* and *not enough memory* are always told apart.
package enum VaultError: Error, Equatable, Sendable {
  /// The part of a vault that an error is about.
  package enum Part: Equatable, Sendable {
    case header, index, trailer
    case value(SecretName)
  }

  /// There is no vault yet.
  case missing(path: String)
  case alreadyExists(path: String)
  /// The file does not begin with the magic of a vault.
  case notAVault(path: String)
  case unsupportedVersion(UInt16)
  case unknownFlags(UInt16)
  /// The file is shorter than its header says, or ends within the header (`expected` is then the
  /// shortest length there could be). Lengths in bytes.
  case truncated(expected: Int, actual: Int)
  /// The file is longer than its header says. Lengths in bytes.
  case appended(expected: Int, actual: Int)
  case corrupt(Part)
  case tampered(Part)
  /// Intact, and yet not what any writer of this format makes; the text says in what.
  case malformed(String)
  /// A slot of that kind is there and does not open with what was given.
  case wrongKey(KeySlot.Kind)
  /// There is no slot of that kind.
  case noSlot(KeySlot.Kind)
  /// A key that did not come from a slot of this very file does not fit it: the vault key was
  /// changed since, or the key belongs to another vault.
  case staleKey
  /// A passphrase slot asks for a derivation outside the accepted range; nothing was derived.
  case derivationOutOfRange(operations: UInt32, memoryBytes: UInt64)
  case notEnoughMemory(byteCount: Int)
  case tooManySlots
  /// There can be only one slot of that kind.
  case slotExists(KeySlot.Kind)
  case lastSlot
  /// A new vault key would leave these slots behind; `nil` stands for a kind that is not known.
  case slotsWouldBeLost([KeySlot.Kind?])
  /// What was to be changed is not there any more.
  case changedMeanwhile
  case indexTooLarge(byteCount: Int)
  case valuesTooLarge(byteCount: Int)
  /// A grant of more than 1 MiB.
  case grantTooLarge(serverName: String)
  /// What was written is not what the disk gives back; the vault was not changed.
  case readsBackDifferently(path: String)
  case missingVersion(SecretName, UInt32)
  /// There is no version before the present one.
  case noOlderVersion(SecretName)
  case passphraseLength(Int)
  case recoveryKey(RecoveryKey.Flaw)
  /// A key file holds exactly 32 bytes.
  case keyFileLength(path: String, byteCount: Int)
  case file(FileError)
  case store(StoreError)
  /// The write could not be recorded, so it was not done.
  case notRecorded(message: String, hint: String?, ExitCode)
  /// Something is wrong with a file that is not the vault itself, such as the backup to restore.
  indirect case other(path: String, VaultError)
}

extension VaultError {
  init(_ error: SecretMemoryError) {
    switch error {
    case .outOfMemory(let byteCount): self = .notEnoughMemory(byteCount: byteCount)
    }
  }
}

/// Runs file operations of which a failure is a failure of the vault.
func onFiles<Result: ~Copyable>(
  _ body: () throws(FileError) -> Result
) throws(VaultError) -> Result {
  do { return try body() } catch { throw .file(error) }
}

/// Takes secret memory of which a lack is a failure of the vault.
func inMemory<Result: ~Copyable>(
  _ body: () throws(SecretMemoryError) -> Result
) throws(VaultError) -> Result {
  do { return try body() } catch { throw VaultError(error) }
}
