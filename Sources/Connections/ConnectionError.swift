package import Secrets

/// What can be wrong with a connection's record, or with a message about one.
package enum ConnectionError: Error, Equatable, Sendable {
  /// The record was written in another version of the format.
  case unsupportedVersion(UInt16)
  /// A field that must be understood is unknown to this version.
  case unknownField(UInt16)
  /// Bytes that no writer of the format makes; the text says in what.
  case malformed(String)
  /// Larger than the format allows. Both in bytes.
  case tooLarge(byteCount: Int, limit: Int)
  case memory(SecretMemoryError)
}

extension ConnectionError: ReportableError {
  package var message: String {
    switch self {
    case .unsupportedVersion(let version): "the connection has format version \(version)"
    case .unknownField(let type): "the connection has a field of the unknown type \(type)"
    case .malformed(let reason): "the connection makes no sense: \(reason)"
    case .tooLarge(let byteCount, let limit):
      "the connection has \(byteCount) bytes, \(limit) are the limit"
    case .memory(let error): error.message
    }
  }

  package var hint: String? {
    switch self {
    case .unsupportedVersion, .unknownField: "a newer mcp-valet made it: update this one"
    case .malformed, .tooLarge: "log in again: mcp-valet login NAME"
    case .memory(let error): error.hint
    }
  }

  package var exitCode: ExitCode {
    switch self {
    case .unsupportedVersion, .unknownField: .storeUnavailable
    case .malformed, .tooLarge: .corruptData
    case .memory(let error): error.exitCode
    }
  }
}

/// Takes secret memory of which a lack is a failure of the connection.
func inMemory<Result: ~Copyable>(
  _ body: () throws(SecretMemoryError) -> Result
) throws(ConnectionError) -> Result {
  do { return try body() } catch { throw .memory(error) }
}
