package import Secrets

/// A folder, all or some of whose files were not looked at.
package struct SkippedFolder: Sendable {
  /// Why; the first reason that was met.
  package enum Reason: Sendable {
    /// The system refused; the error names the folder.
    case unreadable(any ReportableError)
    /// It has more entries than are looked at.
    case tooMany
    /// It lies deeper than is looked at.
    case tooDeep
  }

  /// Absolute, or below the folder that was given.
  package let path: String
  /// See ``message``.
  package let reason: Reason

  /// A clause that begins with the path.
  package var message: String {
    switch reason {
    case .unreadable(let error): error.message
    case .tooMany: "\(printable(path)) has more files than are looked at"
    case .tooDeep: "\(printable(path)) lies deeper than is looked at"
    }
  }
}
