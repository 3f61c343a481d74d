internal import Platform
package import Secrets

/// What can be wrong with a file or folder of ours, or with one that somebody names.
package enum FileError: Error, Equatable, Sendable {
  case missing(path: String)
  case alreadyExists(path: String)
  case symbolicLink(path: String)
  /// Something else stands where one of ours belongs.
  case wrongKind(path: String, expected: String)
  /// Not one of ours: a person named it, or a host has it. Whoever it belongs to may need it there.
  case notAFile(path: String)
  case wrongOwner(path: String, uid: UInt32)
  /// `mode` holds the permission bits.
  case tooOpen(path: String, mode: UInt32)
  /// A folder in which others can exchange files; `mode` holds the permission bits.
  case sharedFolder(path: String, mode: UInt32)
  case tooLarge(path: String, limit: Int)
  /// Another process held the lock for the whole wait.
  case lockTimedOut(path: String, seconds: Int)
  case noHome
  case notAbsolute(variable: String, value: String)
  /// Anything else the system said.
  case system(operation: String, path: String, code: Int32)
}

extension FileError {
  /// Whether an `errno` of link(2) says that the file system has no hard links, or no more of them:
  /// FAT and exFAT answer EPERM, network file systems EOPNOTSUPP, file systems of user space ENOSYS.
  package static func meansNoLinks(_ code: Int32) -> Bool {
    [EPERM, EOPNOTSUPP, ENOTSUP, ENOSYS, EMLINK].contains(code)
  }
}

extension FileError: ReportableError {
  package var message: String {
    switch self {
    case .missing(let path): "\(path) does not exist"
    case .alreadyExists(let path): "\(path) exists already"
    case .symbolicLink(let path): "\(path) is a symbolic link"
    case .wrongKind(let path, let expected): "\(path) is not a \(expected)"
    case .notAFile(let path): "\(path) is not a regular file"
    case .wrongOwner(let path, let uid): "\(path) belongs to uid \(uid)"
    case .tooOpen(let path, let mode): "\(path) is open to other users (mode \(Self.octal(mode)))"
    case .tooLarge(let path, let limit): "\(path) is larger than \(limit) bytes"
    case .sharedFolder(let path, let mode):
      "other users can write to the folder \(path) (mode \(Self.octal(mode)))"
    case .lockTimedOut(let path, let seconds):
      "another process has held \(path) for \(seconds) s"
    case .noHome: "HOME is not set"
    case .notAbsolute(let variable, let value): "\(variable) is not an absolute path: '\(value)'"
    case .system(let operation, let path, let code):
      "cannot \(operation) \(path): \(Self.describe(code))"
    }
  }

  package var hint: String? {
    switch self {
    case .missing, .alreadyExists, .notAFile, .tooLarge: nil
    case .symbolicLink: "put the file itself there; links are refused"
    case .wrongKind: "move it out of the way"
    case .wrongOwner: "files of mcp-valet must belong to the user who runs it"
    case .tooOpen(let path, _):
      "chmod go-rwx '\(path)', and change what may have been read or altered"
    case .sharedFolder: "use a folder that only you can write to"
    case .lockTimedOut: "try again, or end the process that holds it"
    case .noHome: "set HOME, or MCP_VALET_HOME to a folder of yours"
    case .notAbsolute(let variable, _): "set \(variable) to a path that starts with /"
    case .system(_, _, ENOSPC): "free some space; nothing was changed"
    case .system(_, _, EDQUOT): "free some of your quota; nothing was changed"
    case .system(_, _, EROFS): "the file system is read-only"
    case .system: nil
    }
  }

  package var exitCode: ExitCode {
    switch self {
    case .lockTimedOut: .tryAgain
    case .noHome, .notAbsolute: .configuration
    case .missing, .alreadyExists, .symbolicLink, .wrongKind, .notAFile, .wrongOwner, .tooOpen,
      .sharedFolder, .tooLarge, .system:
      .inputOutput
    }
  }

  private static func octal(_ mode: UInt32) -> String {
    "0" + String(mode & 0o7777, radix: 8)
  }

  private static func describe(_ code: Int32) -> String { String(cString: strerror(code)) }
}
