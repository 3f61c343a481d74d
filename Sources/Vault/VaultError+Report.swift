internal import Files
package import Secrets

extension VaultError: ReportableError {
  package var message: String {
    switch self {
    case .missing(let path): "there is no vault at \(path)"
    case .alreadyExists(let path): "\(path) exists already"
    case .notAVault(let path): "\(path) is not a vault"
    case .unsupportedVersion(let version): "the vault has format version \(version)"
    case .unknownFlags(let flags):
      "the vault has flags unknown to this version (0x\(String(flags, radix: 16)))"
    case .truncated(let expected, let actual):
      "the vault is corrupt: cut off at byte \(actual) of \(expected)"
    case .appended(let expected, let actual):
      "the vault is corrupt: \(actual - expected) bytes too many at its end"
    case .corrupt(let part): "the vault is corrupt: \(part) is damaged"
    case .tampered(let part): "the vault was tampered with: \(part) was altered"
    case .malformed(let reason): "the vault makes no sense: \(reason)"
    case .wrongKey(let kind): "wrong \(kind.title)"
    case .noSlot(let kind): "the vault does not open with a \(kind.title)"
    case .staleKey: "the vault's key was changed"
    case .derivationOutOfRange(let operations, let memoryBytes):
      "the passphrase slot asks for \(operations) passes over \(memoryBytes) bytes, "
        + "which is out of range"
    case .notEnoughMemory(let byteCount): "not enough memory: \(byteCount) bytes were refused"
    case .tooManySlots: "the vault has all of its \(VaultLimits.maximumSlotCount) key slots in use"
    case .slotExists(let kind): "the vault has a \(kind.title) already"
    case .lastSlot: "the last key slot cannot be removed"
    case .slotsWouldBeLost(let kinds):
      "a new vault key would drop these key slots: "
        + kinds.map { $0?.title ?? "unknown kind" }.joined(separator: ", ")
    case .changedMeanwhile: "the vault was changed by another process meanwhile"
    case .indexTooLarge(let byteCount):
      "the index would have \(byteCount) bytes, \(VaultLimits.maximumIndexLength) are the limit"
    case .valuesTooLarge(let byteCount):
      "the values would have \(byteCount) bytes, \(VaultLimits.maximumValuesLength) are the limit"
    case .grantTooLarge(let serverName):
      "a grant for \(printable(serverName)) would have more than a mebibyte"
    case .readsBackDifferently(let path): "\(path) reads back differently than it was written"
    case .missingVersion(let name, let number): "secret \(name) has no version \(number)"
    case .noOlderVersion(let name): "secret \(name) has no older version"
    case .passphraseLength(let count):
      "a passphrase has 1 to \(VaultLimits.maximumPassphraseLength) bytes, not \(count)"
    case .recoveryKey(let flaw): "malformed recovery key: \(flaw.reason)"
    case .keyFileLength(let path, let byteCount):
      "\(path) has \(byteCount) bytes, a key file has \(VaultFormat.keyLength)"
    case .file(let error): error.message
    case .store(let error): error.message
    case .notRecorded(let message, _, _): message
    case .other(let path, let error): "\(path): \(error.message)"
    }
  }

  package var hint: String? {
    switch self {
    case .missing: "mcp-valet vault init"
    case .alreadyExists: "mcp-valet vault status"
    case .notAVault:
      "move the file out of the way, or restore a backup: mcp-valet vault restore FILE"
    case .unsupportedVersion, .unknownFlags: "a newer mcp-valet made it: update this one"
    case .truncated, .appended, .corrupt, .malformed, .derivationOutOfRange:
      "restore a backup, such as vault.bak.1 beside it: mcp-valet vault restore FILE"
    case .tampered:
      "find out who can write to your files, then mcp-valet vault restore FILE"
    case .wrongKey(.passphrase): "try again; mcp-valet vault status lists the other ways in"
    case .wrongKey(.keyring): "mcp-valet unlock, by another of the ways that vault status lists"
    case .wrongKey, .noSlot: "mcp-valet vault status lists what opens it"
    case .staleKey: "mcp-valet lock, then mcp-valet unlock"
    case .notEnoughMemory: "free some memory, or raise the limit of this session or container"
    case .tooManySlots, .slotExists: "mcp-valet vault slot list, then mcp-valet vault slot rm N"
    case .lastSlot: "add another first: mcp-valet vault slot add --passphrase"
    case .slotsWouldBeLost: "give their secrets as well, or say that they may be dropped"
    case .changedMeanwhile: "look at it again: mcp-valet vault status"
    case .indexTooLarge, .valuesTooLarge: "remove secrets that are not needed: mcp-valet rm NAME"
    case .grantTooLarge: "give it shorter arguments and variables"
    case .readsBackDifferently: "the disk may be failing; the vault was not changed"
    case .missingVersion(let name, _), .noOlderVersion(let name): "mcp-valet versions \(name)"
    case .passphraseLength: nil
    case .recoveryKey: "compare it with your copy, character by character"
    case .keyFileLength: "mcp-valet vault init --key-file FILE makes one"
    case .file(let error): error.hint
    case .store(let error): error.hint
    case .notRecorded(_, let hint, _): hint
    case .other(_, let error):
      switch error {
      case .truncated, .appended, .corrupt, .malformed, .derivationOutOfRange, .tampered,
        .notAVault:
        "try another backup; the vault was not changed"
      default: error.hint
      }
    }
  }

  package var exitCode: ExitCode {
    switch self {
    case .notAVault, .truncated, .appended, .corrupt, .tampered, .malformed, .derivationOutOfRange:
      .corruptData
    case .missing, .unsupportedVersion, .unknownFlags, .notEnoughMemory, .indexTooLarge,
      .valuesTooLarge:
      .storeUnavailable
    case .wrongKey, .noSlot, .staleKey: .denied
    case .alreadyExists, .tooManySlots, .slotExists, .lastSlot, .slotsWouldBeLost,
      .passphraseLength, .recoveryKey:
      .usage
    case .changedMeanwhile: .tryAgain
    case .readsBackDifferently: .inputOutput
    case .missingVersion, .noOlderVersion, .keyFileLength, .grantTooLarge: .configuration
    case .file(let error): error.exitCode
    case .store(let error): error.exitCode
    case .notRecorded(_, _, let code): code
    case .other(_, let error): error.exitCode
    }
  }
}

extension VaultError.Part: CustomStringConvertible {
  package var description: String {
    switch self {
    case .header: "its header"
    case .index: "its index"
    case .trailer: "its trailer"
    case .value(let name): "the value of \(name)"
    }
  }
}
