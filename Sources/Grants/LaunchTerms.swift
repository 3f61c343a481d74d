/// Everything of a launch that decides who gets its secrets and where they may go from there.
///
/// Made from a launch's plan and what was found on disk; compared by ``GrantDecision``.
package struct LaunchTerms: Equatable, Sendable {
  /// As the launch was named, or its command where it was not.
  package var serverName: String
  package var program: Program
  /// Behind the command, as they were written: references are not replaced.
  package var arguments: [[UInt8]]
  /// `HOME`, where runners look for settings that name their registries; `nil` when unset.
  package var home: [UInt8]?
  /// What the server gets beside the baseline; names differ.
  package var variables: [Variable]
  /// Where programs may be found along an inherited `PATH`, beside root's folders: the interpreters
  /// that scripts name, and package runners. Absolute, without links; all that lies below counts.
  package var places: [[UInt8]] = []
  package var options: Options

  package init(
    serverName: String, program: Program, arguments: [[UInt8]], home: [UInt8]?,
    variables: [Variable], places: [[UInt8]] = [], options: Options
  ) {
    self.serverName = serverName
    self.program = program
    self.arguments = arguments
    self.home = home
    self.variables = variables
    self.places = places
    self.options = options
  }

  /// Whether `PATH` is one of the variables, by its value.
  package var namesSearchPath: Bool { variables.contains { $0.name.elementsEqual("PATH".utf8) } }

  package enum Program: Equatable, Sendable {
    /// The file that is run; absolute.
    case file([UInt8])
    /// A package runner, wherever `PATH` has it: version managers give it another path in every
    /// shell, and what it runs is in the arguments.
    case runner(PackageRunner)
  }

  package struct Variable: Equatable, Sendable {
    package var name: [UInt8]
    package var content: Content

    package enum Content: Equatable, Sendable {
      /// The value itself.
      case plain([UInt8])
      /// A text with references, as it is written.
      case template(String)

      /// Byte for byte: to `String`, a Kelvin sign is a K.
      package static func == (one: Content, other: Content) -> Bool {
        switch (one, other) {
        case (.plain(let one), .plain(let other)): one == other
        case (.template(let one), .template(let other)): one.utf8.elementsEqual(other.utf8)
        case (.plain, _), (.template, _): false
        }
      }
    }

    package init(_ name: [UInt8], _ content: Content) {
      self.name = name
      self.content = content
    }
  }

  /// What may be told mcp-valet to do with the secrets.
  package struct Options: Equatable, Sendable {
    /// `--exec`: nobody redacts what the server prints.
    package var executesInPlace = false
    /// `--in-argv`: other users can read values.
    package var allowsValuesInArguments = false
    /// `--no-redact`
    package var passesSecrets = false
    /// The secrets that a definition lets its server print, sorted.
    package var unredacted: [String] = []
    /// Names of `--keep`, sorted.
    package var kept: [String] = []

    package init() {}
  }

  /// How a package runner is bound: by kind when its name is looked up, else by its path.
  ///
  /// - Parameters:
  ///   - written: the command as it was written.
  ///   - found: the file that was found for it; absolute.
  package static func program(
    written: [UInt8], found: [UInt8], arguments: [[UInt8]]
  ) -> Program {
    if !written.contains(UInt8(ascii: "/")),
      let runner = PackageRunner(command: written, arguments: arguments)
    {
      return .runner(runner)
    }
    return .file(found)
  }
}
