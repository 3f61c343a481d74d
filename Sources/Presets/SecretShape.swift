/// A kind of key that its first bytes give away, and where its owner ends its validity.
///
/// Only what was looked up stands here: a page that is not there any more costs somebody minutes
/// in which the old key still works.
package struct SecretShape: Equatable, Sendable {
  /// What a value of this kind begins with.
  package let prefix: String
  package let provider: String
  /// The page where the key is revoked, or that says where it is.
  package let revocationPage: String
  /// Where the page was found.
  package let source: String
  /// When, as RFC 3339 writes a day.
  package let checked: String

  /// The shape of a value; `nil` for one of no known shape.
  ///
  /// - Parameter value: only its first bytes are looked at.
  package static func of(_ value: UnsafeRawBufferPointer) -> SecretShape? {
    all.filter { value.starts(with: $0.prefix.utf8) }.max {
      $0.prefix.utf8.count < $1.prefix.utf8.count
    }
  }
}
