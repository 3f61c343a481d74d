package import Hosts
internal import Scanning
package import Secrets

/// How one server of a host's file is to be started from now on.
package struct ServerRewrite: Sendable {
  /// The working folder that its grant is to name.
  package enum Folder: Equatable, Sendable {
    /// That of its kind; see `GrantProposal`.
    case usual
    /// The empty one: nothing that it is started by depends on another.
    case empty
    /// An absolute path.
    case at(String)
  }

  /// As the file has it before.
  package let server: HostServer
  /// Behind `run`.
  package let name: String
  /// What becomes of the file.
  package let edits: [SlotEdit]
  /// From `run` on, with the host's own placeholders replaced as the host will.
  package let words: [String]
  /// What the host sets, replaced likewise.
  package let environment: [Variable]
  /// Both as the file says them from now on.
  package let written: HostSnippet.Server
  /// What to propose for its grant.
  package let folder: Folder
  /// Those that its new definition names, each once.
  package let secrets: [SecretName]
  /// Secrets whose values every user of the machine can read while the server runs.
  package let inArguments: [SecretName]
  /// Variables that say where its secrets are sent.
  package let destinations: [String]

  /// A variable that the server is started with.
  package struct Variable: Equatable, Sendable {
    /// Not empty, without `=` and NUL.
    package let name: String
    /// With references in the place of secrets, and the host's placeholders replaced.
    package let value: String

    /// Checks nothing: a plan has done so.
    package init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }
}

/// Why a server is left as it is: a clause.
package struct LeftAlone: Error, Equatable, Sendable {
  /// Without secrets, for a message that names the server.
  package let reason: String
  /// The text of the server that it is about, where it is about one.
  package let slot: HostSlot?

  /// - Parameters:
  ///   - reason: a clause, without secrets.
  ///   - slot: the text that it is about.
  package init(_ reason: String, at slot: HostSlot? = nil) {
    self.reason = reason
    self.slot = slot
  }
}

/// Where a server is found, as far as it decides what is written.
package struct ServerSurroundings {
  /// Whose file it is, and whose placeholders stand in it.
  package let host: Host
  /// Of the file.
  package let path: String
  /// Whether others write the file: then it may take nothing out of this user's environment.
  package let scope: HostPlace.Scope
  /// The project's folder, where there is one.
  package let project: String?
  /// What the file is to call us.
  package let program: String
  /// The user's home, absolute: what `${userHome}` stands for.
  package let home: String
  /// Looks up a variable of this user's environment, which stands for the host's.
  package let variable: (String) -> String?
  /// Whether a person is there to be asked for a value.
  package var canAsk = true

  /// - Parameters:
  ///   - path: of the file.
  ///   - program: what the file is to call us: a name, or an absolute path.
  ///   - variable: looks up an environment variable.
  package init(
    host: Host, path: String, scope: HostPlace.Scope, project: String?, program: String,
    home: String, variable: @escaping (String) -> String?
  ) {
    self.host = host
    self.path = path
    self.scope = scope
    self.project = project
    self.program = program
    self.home = home
    self.variable = variable
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
