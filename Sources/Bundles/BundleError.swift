package import Files
package import Secrets

/// What can be wrong with a bundle, or with what is to be done to it. `path` is for the message only.
package enum BundleError: Error, Equatable, Sendable {
  /// The file is no zip archive, or one that programs would not all read in the same way.
  case archive(path: String, ArchiveFault)
  /// There is no manifest, or it is not what its version asks for; at least one problem.
  case manifest(path: String, [ManifestProblem])
  /// A signature is to be dropped only where somebody says so.
  case signed(path: String)
  /// One of its platforms starts through mcp-valet.
  case alreadyWrapped(path: String)
  /// There is nothing that could be wrapped; the reason is a clause.
  case notWrappable(path: String, reason: String, hint: String?)
  /// A value for `user_config` that is missing or does not fit; never holds the value.
  case configuration(key: String, reason: String, hint: String?)
  /// libzip is not there.
  case libraryMissing(reason: String)
  /// What libzip could not do.
  case library(operation: String, path: String, reason: String)
  /// A file that could not be read or written.
  case file(FileError)
  /// What was written is not what was to be written; our own fault.
  case notWritten(path: String, reason: String)
  /// Another process runs this bundle.
  case busy(path: String)
}

extension BundleError: ReportableError {
  package var message: String {
    switch self {
    case .archive(let path, let fault): "\(path): \(fault.message)"
    case .manifest(let path, let problems):
      problems.prefix(Self.shownProblems).map { $0.message(path: path) }.joined(separator: "; ")
        + (problems.count > Self.shownProblems
          ? "; and \(problems.count - Self.shownProblems) more" : "")
    case .signed(let path): "\(path) is signed, and a change makes its signature worthless"
    case .alreadyWrapped(let path): "\(path) starts through mcp-valet already"
    case .notWrappable(let path, let reason, _): "\(path): \(reason)"
    case .configuration(let key, let reason, _): "user_config.\(printable(key)) \(reason)"
    case .libraryMissing(let reason): "libzip is needed for bundles and is not there: \(reason)"
    case .library(let operation, let path, let reason):
      "cannot \(operation) \(path): \(reason)"
    case .file(let error): error.message
    case .notWritten(let path, let reason): "\(path) was not written: \(reason)"
    case .busy(let path): "another process runs this bundle, from \(path)"
    }
  }

  package var hint: String? {
    switch self {
    case .archive(_, let fault): fault.hint
    case .manifest: "correct manifest.json there and pack the bundle again"
    case .signed: "--drop-signature wraps it without; then sign the result"
    case .alreadyWrapped: "wrap the original bundle"
    case .notWrappable(_, _, let hint), .configuration(_, _, let hint): hint
    case .libraryMissing:
      "install libzip: libzip5, libzip4t64 or libzip4 on Debian and Ubuntu, as the release calls it"
    case .library, .notWritten: nil
    case .file(let error): error.hint
    case .busy: "end that one first"
    }
  }

  package var exitCode: ExitCode {
    switch self {
    case .archive, .manifest: .corruptData
    case .signed, .alreadyWrapped, .notWrappable, .configuration: .configuration
    case .libraryMissing: .storeUnavailable
    case .library: .inputOutput
    case .file(let error): error.exitCode
    case .notWritten: .software
    case .busy: .tryAgain
    }
  }

  /// A person mends a handful at once.
  private static let shownProblems = 5
}
