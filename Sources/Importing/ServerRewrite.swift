package import Hosts
internal import Scanning
package import Secrets

/// How one server of a host's file is to be started from now on.
package struct ServerRewrite: Sendable {
  package enum Folder: Equatable, Sendable {
    /// That of its kind; see `GrantProposal`.
    case usual
    case any
    case at(String)
  }

  package let server: HostServer
  /// Behind `run`.
  package let name: String
  /// What becomes of the file.
  package let edits: [SlotEdit]
  /// From `run` on, with the host's own placeholders replaced as the host will.
  package let words: [String]
  /// What the host sets, replaced likewise.
  package let environment: [Variable]
  package let folder: Folder
  package let secrets: [SecretName]
  /// Secrets whose values every user of the machine can read while the server runs.
  package let inArguments: [SecretName]
  /// Variables that say where its secrets are sent.
  package let destinations: [String]

  package struct Variable: Equatable, Sendable {
    package let name: String
    package let value: String

    package init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }
}

/// Why a server is left as it is: a clause.
package struct LeftAlone: Error, Equatable, Sendable {
  package let reason: String
  package init(_ reason: String) { self.reason = reason }
}

/// Where a server is found, as far as it decides what is written.
package struct ServerSurroundings {
  package let host: Host
  package let scope: HostPlace.Scope
  /// The project's folder, where there is one.
  package let project: String?
  /// What the file is to call us.
  package let program: String
  package let home: String
  package let variable: (String) -> String?
  /// Whether a person is there to be asked for a value.
  package var canAsk = true

  package init(
    host: Host, scope: HostPlace.Scope, project: String?, program: String, home: String,
    variable: @escaping (String) -> String?
  ) {
    self.host = host
    self.scope = scope
    self.project = project
    self.program = program
    self.home = home
    self.variable = variable
  }

  /// A text of the file as the server is to have it; `nil` when only the host knows.
  ///
  /// Claude Code, Cursor, VS Code and Gemini CLI replace `${NAME}`, `${NAME:-text}`, `${env:NAME}`,
  /// `${workspaceFolder}` and `${userHome}`; a host that replaces nothing has no use for such a text.
  ///
  /// - Parameter own: names that stay as they are.
  func expanded(_ text: String, except own: [String]) -> String? {
    var result = ""
    var rest = text[...]
    while let start = rest.range(ofBytes: "${") {
      result += rest[..<start.lowerBound]
      let inside = rest[start.upperBound...]
      guard let end = inside.firstIndex(of: "}") else { return nil }
      if own.contains(String(inside[..<end])) {
        result += rest[start.lowerBound...end]
      } else {
        guard let value = value(of: inside[..<end]) else { return nil }
        result += value
      }
      rest = inside[inside.index(after: end)...]
    }
    return result + rest
  }

  private func value(of expression: Substring) -> String? {
    var name = expression
    var fallback: String?
    if let separator = name.range(ofBytes: ":-") {
      fallback = String(name[separator.upperBound...])
      name = name[..<separator.lowerBound]
    }
    if name.hasPrefix("env:") { name = name.dropFirst(4) }
    switch name {
    case "workspaceFolder": return project
    case "userHome": return home
    default: return variable(String(name)) ?? fallback
    }
  }
}

extension StringProtocol {
  /// The first place of an ASCII text.
  func range(ofBytes text: String) -> Range<Index>? {
    var index = startIndex
    while index < endIndex {
      if utf8[index...].starts(with: text.utf8) {
        return index..<utf8.index(index, offsetBy: text.utf8.count)
      }
      utf8.formIndex(after: &index)
    }
    return nil
  }
}
