package import JSONText
package import Presets

/// A plain-text secret, without the secret.
package struct Finding: Sendable {
  /// Where in a server's definition.
  package enum Spot: Equatable, Sendable {
    case environment(String)
    case header(String)
    /// From 1, and the flag or variable that stands there or before it.
    case argument(Int, name: String?)
    case command
    /// The member, and what of the address it is: `password`, `path`, or a parameter's name.
    case url(String, part: String)
    /// Another member of the server.
    case member(String)
    /// Between what the file says.
    case comment
    /// Somewhere in a file that could not be understood.
    case text
  }

  /// Why it is taken for a secret.
  package enum Reason: Equatable, Sendable {
    case shape(SecretShape)
    case name
    case entropy
  }

  package let server: String?
  package let project: String?
  package let spot: Spot
  package let reason: Reason
  /// As ``MaskedValue`` shows it.
  package let masked: String
  package let position: TextPosition
}

/// A value as it may be shown: its beginning and its end.
package enum MaskedValue {
  /// At most four characters and three, and never more than a third of a value.
  package static func text(_ value: String) -> String {
    let characters = Array(value)
    let shown = min(7, characters.count / 3)
    let tail = min(3, shown / 2)
    let head = min(4, shown - tail)
    return String(characters.prefix(head)) + "…" + String(characters.suffix(tail))
  }
}
