/// The name of an OAuth connection: one segment of a ``SecretName``.
///
/// A single one, since a connection is a login of one person at one place, and its name is typed
/// with every command about it.
package struct ConnectionName: Hashable, Comparable, Sendable, CustomStringConvertible {
  package let secretName: SecretName
  package var text: String { secretName.text }
  package var description: String { text }

  /// - Throws: ``SecretNameError``; ``SecretNameError/notASingleSegment`` for a text with `/`.
  package init(_ text: some StringProtocol) throws(SecretNameError) {
    try self.init(try SecretName(text))
  }

  /// - Throws: ``SecretNameError/notASingleSegment``.
  package init(_ name: SecretName) throws(SecretNameError) {
    if name.text.utf8.contains(UInt8(ascii: "/")) { throw .notASingleSegment }
    secretName = name
  }

  package static func < (left: ConnectionName, right: ConnectionName) -> Bool {
    left.text < right.text
  }
}
