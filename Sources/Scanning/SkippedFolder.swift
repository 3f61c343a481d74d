package import Secrets

/// A folder, all or some of whose files were not looked at.
package struct SkippedFolder: Sendable {
  package enum Reason: Sendable {
    case unreadable(any ReportableError)
    /// It has more entries than are looked at.
    case tooMany
    /// It lies deeper than is looked at.
    case tooDeep
  }

  package let path: String
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
