/// How a host writes its file.
package enum HostFormat: String, Sendable {
  /// As RFC 8259 has it.
  case json
  /// With comments and trailing commas.
  case commentedJSON
  /// 1.0.
  case toml
  /// Read, never written.
  case yaml

  /// Whether edits can be made in place. Of YAML a person gets a snippet to paste.
  package var isEditable: Bool { self != .yaml }
}
