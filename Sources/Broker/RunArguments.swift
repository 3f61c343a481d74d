package import HostConfigs
internal import Secrets

/// The words of `mcp-valet run`, read by hand: a launch must not wait for an argument parser.
///
/// `run [OPTION…] NAME`, `run [OPTION…] NAME -- CMD…`, `run [OPTION…] -- CMD…`; options may also
/// stand behind NAME. An option's value stands behind it as the next word or behind `=`.
package struct RunArguments: Equatable {
  /// A `VAR=TEXT` of the command line.
  package struct Assignment: Equatable {
    /// What stands before the first `=`.
    package var name: String
    /// What stands behind it.
    package var text: String

    package init(name: String, text: String) {
      self.name = name
      self.text = text
    }
  }

  package var serverName: String?
  /// Everything behind `--`; `nil` when there is no `--`.
  package var command: [String]?
  package var environment: [Assignment] = []
  package var files: [Assignment] = []
  package var kept: [String] = []
  package var executesInPlace = false
  package var allowsInArguments = false
  package var passesSecrets = false
  /// `nil` where it is not said.
  package var swap: ServerDefinition.Swap?
  /// `--help` stands before `--`: whoever reads this shows the help.
  var wantsHelp = false

  /// Those of another command that takes the same words.
  package init() {}

  /// - Parameter words: what stands behind `run`.
  package init(_ words: ArraySlice<String>) throws(CommandError) {
    var rest = words
    while let word = rest.popFirst() {
      if word == "--" {
        command = Array(rest)
        break
      }
      guard word.utf8.first == UInt8(ascii: "-"), word != "-" else {
        guard serverName == nil else {
          throw Self.usage("unexpected argument '\(printable(word))'")
        }
        serverName = word
        continue
      }
      try take(word, &rest)
    }
    if serverName == nil, command == nil, !wantsHelp {
      throw Self.usage("neither a server name nor a command")
    }
  }

  private mutating func take(
    _ word: String, _ rest: inout ArraySlice<String>
  ) throws(CommandError) {
    // Bytes: as a `Character`, the sign swallows a combining mark behind it.
    let parts = word.utf8.split(
      separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
    let option = String(Substring(parts[0]))
    var attached = parts.count == 2 ? String(Substring(parts[1])) : nil
    func value() throws(CommandError) -> String {
      if let text = attached {
        attached = nil
        return text
      }
      guard let next = rest.popFirst(), next != "--" else {
        throw Self.usage("\(option) wants a value")
      }
      return next
    }
    switch option {
    case "--env": environment.append(try Self.assignment(try value(), of: option))
    case "--file": files.append(try Self.assignment(try value(), of: option))
    case "--keep": kept.append(try value())
    case "--exec": executesInPlace = true
    case "--in-argv": allowsInArguments = true
    case "--no-redact": passesSecrets = true
    case "--swap": swap = try Self.swap(try value())
    case "--help", "-h": wantsHelp = true
    default: throw Self.usage("unknown option '\(printable(option))'")
    }
    if attached != nil { throw Self.usage("\(option) takes no value") }
  }

  /// Splits `VAR=TEXT`.
  package static func assignment(
    _ text: String, of option: String
  ) throws(CommandError) -> Assignment {
    guard let equals = text.utf8.firstIndex(of: UInt8(ascii: "=")), equals > text.startIndex else {
      throw usage("\(option) wants VAR=…")
    }
    return Assignment(
      name: String(text[..<equals]), text: String(text[text.utf8.index(after: equals)...]))
  }

  /// What `--swap` says.
  package static func swap(_ text: String) throws(CommandError) -> ServerDefinition.Swap {
    guard let mode = ServerDefinition.Swap(rawValue: text) else {
      throw usage("--swap wants overlap, stop-first or never, not '\(printable(text))'")
    }
    return mode
  }

  private static func usage(_ text: String) -> CommandError {
    .usage(text, hint: "mcp-valet run NAME [-- COMMAND…]; see mcp-valet run --help")
  }
}
