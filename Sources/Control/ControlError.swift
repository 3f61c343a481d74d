package import Files
internal import Platform
package import Secrets

/// What can go wrong between a relay and the command that asks it.
package enum ControlError: Error, Equatable, Sendable {
  case file(FileError)
  case memory(SecretMemoryError)
  /// Anything else the system said.
  case system(operation: String, code: Int32)
  /// The name of the socket does not fit an address and cannot be shortened here.
  case pathTooLong(String)
  /// Somebody else's process is behind the socket.
  case foreignPeer(uid: UInt32)
  /// The other side speaks another version of the format.
  case otherVersion(UInt8)
  /// Bytes that are no message; the text says in what.
  case malformed(String)
  /// No process is behind the socket any more.
  case gone
  /// The process did not answer in time.
  case silent(milliseconds: Int64)
  /// The process ended the connection before it answered.
  case closed
}

extension ControlError: ReportableError {
  package var message: String {
    switch self {
    case .file(let error): error.message
    case .memory(let error): error.message
    case .system(let operation, let code):
      "cannot \(operation): \(String(cString: strerror(code)))"
    case .pathTooLong(let path): "the path of the socket is too long: \(path)"
    case .foreignPeer(let uid): "the process behind the socket belongs to uid \(uid)"
    case .otherVersion(let version): "it speaks another version of the protocol (\(version))"
    case .malformed(let reason): "its message makes no sense: \(reason)"
    case .gone: "its process has ended"
    case .silent(let milliseconds): "it did not answer within \(milliseconds / 1000) s"
    case .closed: "it ended before it answered"
    }
  }

  package var hint: String? {
    switch self {
    case .file(let error): error.hint
    case .memory(let error): error.hint
    case .pathTooLong: "set MCP_VALET_HOME to a shorter path"
    case .otherVersion, .malformed: "restart the server in its host"
    case .silent: "mcp-valet stop SERVER --force ends a server that hangs"
    case .system, .foreignPeer, .gone, .closed: nil
    }
  }

  package var exitCode: ExitCode {
    switch self {
    case .file(let error): error.exitCode
    case .memory(let error): error.exitCode
    case .system: .inputOutput
    case .pathTooLong: .configuration
    case .foreignPeer: .denied
    case .otherVersion, .malformed: .software
    case .gone, .silent, .closed: .storeUnavailable
    }
  }
}
