package import JSONText
internal import Secrets

/// One thing that is wrong with a manifest.
package struct ManifestProblem: Error, Equatable, Sendable {
  /// `nil` where the file as a whole is at fault: it is not there, or too large.
  package let position: TextPosition?
  /// A clause, without values of the file.
  package let reason: String

  /// - Parameters:
  ///   - reason: a clause, without values of the file.
  ///   - position: where the reader should look; `nil` where there is no such place.
  package init(_ reason: String, at position: TextPosition?) {
    self.reason = reason
    self.position = position
  }

  /// - Parameter path: of the bundle.
  func message(path: String) -> String {
    let place = position.map { ":\($0.line):\($0.column)" } ?? ""
    return "\(path): manifest.json\(place): \(reason)"
  }
}
