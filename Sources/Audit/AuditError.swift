package import Files
package import Secrets

/// Why an event cannot be recorded, or the log not be read. Where nothing can be recorded, nothing
/// is released.
package enum AuditError: Error, Equatable, Sendable {
  case file(FileError)
  /// The log is another vault's.
  case otherVault(path: String)
  /// The vault names another log than the one that lies here.
  case otherLog(path: String)
  /// The vault names a log, and here is none.
  case keyMissing(path: String)
  /// The key file is no key file, or not whole.
  case keyDamaged(path: String)
  /// Made by a later version.
  case unsupportedVersion(path: String, version: UInt16)
  /// What is to be recorded does not fit into one record.
  case tooLong(byteCount: Int)
  case notEnoughMemory
}

extension AuditError: ReportableError {
  package var message: String {
    switch self {
    case .file(let error): "nothing can be recorded in the audit log: \(error.message)"
    case .otherVault(let path): "\(path) belongs to the audit log of another vault"
    case .otherLog(let path): "\(path) belongs to another audit log than the one of this vault"
    case .keyMissing(let path): "the audit log of this vault is not here: \(path) is missing"
    case .keyDamaged(let path): "\(path) is damaged"
    case .unsupportedVersion(let path, let version):
      "\(path) has the version \(version), which this program does not know"
    case .tooLong(let byteCount): "a record of \(byteCount) bytes is too long for the audit log"
    case .notEnoughMemory: "not enough memory to read the audit log"
    }
  }

  package var hint: String? {
    switch self {
    case .file(let error): error.hint
    case .otherVault, .otherLog, .keyMissing, .keyDamaged:
      "was a folder variable changed (XDG_STATE_HOME, MCP_VALET_HOME)? "
        + "If the log is lost: mcp-valet audit begin"
    case .unsupportedVersion: "use the newer mcp-valet"
    case .tooLong: "give one server fewer secrets"
    case .notEnoughMemory: nil
    }
  }

  package var exitCode: ExitCode {
    switch self {
    case .file(let error): error.exitCode
    case .otherVault, .otherLog, .keyMissing: .denied
    case .keyDamaged, .unsupportedVersion: .corruptData
    case .tooLong: .configuration
    case .notEnoughMemory: .storeUnavailable
    }
  }
}
