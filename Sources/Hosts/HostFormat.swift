/// How a host writes its file.
package enum HostFormat: String, Sendable {
  case json
  /// With comments and trailing commas.
  case commentedJSON
  case toml
  /// Read, never written.
  case yaml

  package var isEditable: Bool { self != .yaml }
}
