package import Secrets

/// One server of a `servers.json`: what to start, and what to hand over to it.
package struct ServerDefinition: Equatable, Sendable {
  /// See ``ServerName``.
  package var name: String
  /// Not empty; a path or a name to look up in `PATH`.
  package var command: String
  package var arguments: [String]
  /// In the order of the file; names differ.
  package var environment: [Variable]
  package var options: Options

  /// A variable as it is written: the value may hold references and is not resolved.
  package struct Variable: Equatable, Sendable {
    package var name: String
    package var value: String
    /// Where in the file the value begins, in bytes; 0 for one that is not from a file.
    var offset = 0

    package init(name: String, value: String) {
      self.name = name
      self.value = value
    }

    package static func == (left: Variable, right: Variable) -> Bool {
      left.name == right.name && left.value == right.value
    }
  }

  /// What stands under `valet`.
  package struct Options: Equatable, Sendable {
    /// Inherited variables that the server receives beside those of the definition.
    package var keep: [String]
    /// Variables that hold the path of a file with the secret. In the order of the file.
    package var files: [FileVariable]
    /// Whether the server replaces the broker instead of being supervised by it.
    package var exec: Bool
    /// Whether references in arguments are replaced, although other users can read arguments.
    package var inArgv: Bool
    /// Which values the server may print for its host to see.
    package var unredacted = Unredacted.none
    /// How the server is replaced when a secret of it changes; `nil` where it is not said.
    package var swap: Swap?
    /// How long requests in flight may take then, in seconds; `nil` where it is not said.
    package var drainSeconds: Int?

    package init(
      keep: [String] = [], files: [FileVariable] = [], exec: Bool = false, inArgv: Bool = false
    ) {
      self.keep = keep
      self.files = files
      self.exec = exec
      self.inArgv = inArgv
    }
  }

  package enum Unredacted: Equatable, Sendable {
    case none
    case all
    /// References, or names in the vault, as they are written.
    case named([String])
  }

  /// As `RelaySession` has it.
  package enum Swap: String, CaseIterable, Sendable {
    case overlap
    case stopFirst = "stop-first"
    case never
  }

  package struct FileVariable: Equatable, Sendable {
    package var name: String
    package var reference: SecretReference

    package init(name: String, reference: SecretReference) {
      self.name = name
      self.reference = reference
    }
  }

  package init(
    name: String, command: String, arguments: [String] = [], environment: [Variable] = [],
    options: Options = Options()
  ) {
    self.name = name
    self.command = command
    self.arguments = arguments
    self.environment = environment
    self.options = options
  }
}
