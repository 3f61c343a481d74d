package import JSONText
package import Presets

/// A plain-text secret, without the secret.
package struct Finding: Sendable {
  /// Where in a server's definition.
  package enum Spot: Equatable, Sendable {
    /// The variable's name.
    case environment(String)
    /// The header's name.
    case header(String)
    /// From 1, and the flag or variable that stands there or before it.
    case argument(Int, name: String?)
    /// In a command that is a line for a shell.
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
    /// It looks as a known kind of key does.
    case shape(SecretShape)
    /// What it belongs to is called as secrets are.
    case name
    /// It looks random.
    case entropy
  }

  /// The server's name; `nil` in a file that could not be understood.
  package let server: String?
  /// The project's folder, for hosts that keep several projects in one file; else `nil`.
  package let project: String?
  /// Where it stands in the server.
  package let spot: Spot
  /// The strongest sign that was seen.
  package let reason: Reason
  /// As ``MaskedValue`` shows it.
  package let masked: String
  /// Where the text begins that holds it, for an editor.
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
