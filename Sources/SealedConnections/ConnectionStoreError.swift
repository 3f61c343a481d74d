package import Connections
package import Files
package import Secrets
package import Vault

/// What can be wrong with a connection's file.
package enum ConnectionStoreError: Error, Sendable {
  /// The vault names the connection, and its file is not there.
  case missing(path: String)
  /// A connection of that id is there already.
  case alreadyExists(path: String)
  /// The bytes are not those that were written; or it is no connection at all.
  case corrupt(path: String)
  case unsupportedVersion(path: String, UInt16)
  case unknownFlags(path: String, UInt16)
  /// Intact, and yet not what any writer makes; the text says in what.
  case malformed(path: String, String)
  /// Intact, and does not open with the key that the vault has for it.
  case tampered(path: String)
  /// What lies sealed in it makes no sense.
  case record(ConnectionError)
  case file(FileError)
  case memory(SecretMemoryError)
  case vault(VaultError)
}

extension ConnectionStoreError: ReportableError {
  package var message: String {
    switch self {
    case .missing(let path): "the connection's file \(path) is gone"
    case .alreadyExists(let path): "\(path) exists already"
    case .corrupt(let path): "the connection's file \(path) is corrupt"
    case .unsupportedVersion(let path, let version):
      "the connection's file \(path) has format version \(version)"
    case .unknownFlags(let path, let flags):
      "\(path) has flags unknown to this version (0x\(String(flags, radix: 16)))"
    case .malformed(let path, let reason): "\(path) makes no sense: \(reason)"
    case .tampered(let path):
      "\(path) does not open with the connection's key: it was altered, or exchanged"
    case .record(let error): error.message
    case .file(let error): error.message
    case .memory(let error): error.message
    case .vault(let error): error.message
    }
  }

  package var hint: String? {
    switch self {
    case .missing, .corrupt, .malformed, .tampered: "log in again: mcp-valet login NAME"
    case .alreadyExists: nil
    case .unsupportedVersion, .unknownFlags: "a newer mcp-valet made it: update this one"
    case .record(let error): error.hint
    case .file(let error): error.hint
    case .memory(let error): error.hint
    case .vault(let error): error.hint
    }
  }

  package var exitCode: ExitCode {
    switch self {
    case .missing: .configuration
    case .alreadyExists: .inputOutput
    case .corrupt, .malformed, .tampered: .corruptData
    case .unsupportedVersion, .unknownFlags: .storeUnavailable
    case .record(let error): error.exitCode
    case .file(let error): error.exitCode
    case .memory(let error): error.exitCode
    case .vault(let error): error.exitCode
    }
  }
}

/// Runs file operations of which a failure is a failure of the store.
func onFiles<Result: ~Copyable>(
  _ body: () throws(FileError) -> Result
) throws(ConnectionStoreError) -> Result {
  do { return try body() } catch { throw .file(error) }
}

/// The same for a connection's own file.
func onFile<Result: ~Copyable>(
  _ path: String, _ body: () throws(FileError) -> Result
) throws(ConnectionStoreError) -> Result {
  do {
    return try body()
  } catch {
    if case .missing = error { throw .missing(path: path) }
    throw .file(error)
  }
}

/// Takes secret memory, of which a lack is a failure of the store.
func secretMemory(count: Int) throws(ConnectionStoreError) -> SecretBytes {
  do { return try SecretBytes(count: count) } catch { throw .memory(error) }
}
