package import Files
internal import Platform
package import Secrets

/// Why a server was not started, or what became of its guardian.
package enum LaunchError: Error, Equatable, Sendable {
  /// At least one problem; all that could be found at once.
  case invalid([LaunchProblem])
  /// No such program along the search path, or no such file.
  case commandNotFound(String)
  case cannotExecute(path: String, reason: CannotExecute)
  /// Somebody else can change the program that would get secrets, or exchange it.
  case untrusted(path: String, reason: TrustedPath.Problem)
  /// There are things in every folder of ours that should be empty; the first of them.
  case noEmptyFolder(String)
  /// No file system in memory for the files of values; one reason for each place looked at.
  case noMemoryFolder([String])
  case file(FileError)
  case memory(SecretMemoryError)
  /// The kernel refused something that a start needs.
  case system(operation: String, code: Int32)
  /// The guardian ended before the server; somebody killed it.
  case guardianLost
  /// A start could not be recorded in the audit log, so there was none.
  case notRecorded(message: String, hint: String?, ExitCode)

  package enum CannotExecute: Equatable, Sendable {
    case isFolder
    case permission
    /// Neither a program nor a script that names its interpreter.
    case unknownFormat
    /// The interpreter that a script names, or the loader of a program, is missing.
    case interpreterMissing
    /// Arguments and environment together are more than the kernel takes.
    case tooLarge
    case system(code: Int32)
  }

  /// What `execve` said about a file that was there a moment ago.
  init(execError code: Int32, path: String) {
    let reason: CannotExecute =
      switch code {
      case ENOENT: .interpreterMissing
      case EACCES, EPERM: .permission
      case EISDIR: .isFolder
      case ENOEXEC: .unknownFormat
      case E2BIG: .tooLarge
      default: .system(code: code)
      }
    self = .cannotExecute(path: path, reason: reason)
  }
}

extension LaunchError: ReportableError {
  package var message: String {
    switch self {
    case .invalid(let problems): problems.map(\.message).joined(separator: "; ")
    case .commandNotFound(let name): "command not found: \(name)"
    case .cannotExecute(let path, let reason):
      switch reason {
      case .isFolder: "\(path) is a folder"
      case .permission: "\(path) is not executable"
      case .unknownFormat: "\(path) is neither a program nor a script with a '#!' line"
      case .interpreterMissing: "the interpreter or loader that \(path) names does not exist"
      case .tooLarge: "environment and arguments are over the kernel's limit"
      case .system(let code): "cannot execute \(path): \(Self.describe(code))"
      }
    case .untrusted(let path, .missing): "\(path) is not there any more"
    case .untrusted(let path, .wrongOwner(let uid)):
      "\(path) belongs to neither you nor root, but to uid \(uid): it gets no secrets"
    case .untrusted(let path, .writableByOthers(let mode)):
      "\(path) can be changed by others (mode \(String(mode, radix: 8))): it gets no secrets"
    case .noEmptyFolder(let path): "\(path) is not empty, and neither are the others like it"
    case .noMemoryFolder(let reasons):
      "there is no file system in memory to put values into: \(reasons.joined(separator: "; "))"
    case .file(let error): error.message
    case .memory(let error): error.message
    case .system(let operation, let code): "cannot \(operation): \(Self.describe(code))"
    case .guardianLost: "the guardian process of the server was killed"
    case .notRecorded(let message, _, _): message
    }
  }

  package var hint: String? {
    switch self {
    case .invalid(let problems): problems.first?.hint
    case .commandNotFound(let name):
      name.utf8.contains(UInt8(ascii: "/"))
        ? "check the path" : "install it, or write its absolute path: a host's PATH is often short"
    case .cannotExecute(let path, let reason):
      switch reason {
      case .isFolder: "name the program in it"
      case .permission: "chmod +x '\(path)'"
      case .unknownFormat: "put its interpreter first, as in: python3 '\(path)'"
      case .interpreterMissing: "look at its first line: head -n 1 '\(path)'"
      case .tooLarge: "hand large values over with --file, and --keep fewer variables"
      case .system: nil
      }
    case .untrusted(_, .missing): nil
    case .untrusted(_, .wrongOwner): "install a copy of your own"
    case .untrusted(let path, .writableByOthers): "chmod go-w '\(path)'"
    case .noEmptyFolder(let path): "remove what is in it: ls -lA '\(path)'"
    case .noMemoryFolder: "log in to a session that has /run/user, or mount a tmpfs on /dev/shm"
    case .file(let error): error.hint
    case .memory(let error): error.hint
    case .system: nil
    case .guardianLost: "start the server again"
    case .notRecorded(_, let hint, _): hint
    }
  }

  package var exitCode: ExitCode {
    switch self {
    // One malformed word is a matter of usage; where a definition or a store is wrong too, that
    // is what has to be mended.
    case .invalid(let problems):
      problems.allSatisfy { $0.exitCode == .usage } ? .usage : .configuration
    case .commandNotFound: .commandNotFound
    case .cannotExecute: .cannotExecute
    case .untrusted: .denied
    case .noEmptyFolder: .configuration
    case .noMemoryFolder: .storeUnavailable
    case .file(let error): error.exitCode
    case .memory(let error): error.exitCode
    case .system: .inputOutput
    case .guardianLost: .software
    case .notRecorded(_, _, let code): code
    }
  }

  private static func describe(_ code: Int32) -> String { String(cString: strerror(code)) }
}
