internal import HostConfigs
package import Hosts
internal import Secrets

/// What to paste into a host's file, in its format.
package struct HostSnippet {
  /// A local server as it is to stand in the file.
  package struct Server: Sendable {
    /// Any text: it is quoted where the format asks for that.
    package let name: String
    /// The program to start.
    package let command: String
    /// Those behind the command.
    package let arguments: [String]
    /// In the order in which they are to be written. Values with references, never secrets.
    package let environment: [(name: String, value: String)]

    /// Takes all as it is to be written; nothing is looked up.
    package init(
      name: String, command: String, arguments: [String],
      environment: [(name: String, value: String)]
    ) {
      self.name = name
      self.command = command
      self.arguments = arguments
      self.environment = environment
    }
  }

  /// The section around a server, such as `mcpServers`, with the server in it.
  ///
  /// - Throws: `HostError`, which no such text leads to.
  package static func text(_ server: Server, for host: Host) throws(HostError) -> String {
    guard let place = host.places.first, let section = place.sections.first else { return "" }
    switch place.format {
    case .yaml: return yaml(server, host)
    case .toml: return try edited("", .toml, section, server)
    case .json, .commentedJSON: return try edited("{}\n", place.format, section, server)
    }
  }

  private static func edited(
    _ start: String, _ format: HostFormat, _ section: ServerSection, _ server: Server
  ) throws(HostError) -> String {
    var document = try HostDocument(parsing: Array(start.utf8), format: format, path: "snippet")
    guard format != .toml else { return toml(section, server) }
    var path = ValuePath()
    for case .member(let name) in section.steps { path = path / name }
    path = path / server.name
    let members = section.members
    func strings(_ texts: [String]) -> JSONValue { .array(texts.map { .string($0) }) }
    if members.commandIsArray {
      try document.set(.object([.init("type", .string("local"))]), at: path)
      try document.set(strings([server.command] + server.arguments), at: path / members.command)
    } else {
      try document.set(.object([.init("command", .string(server.command))]), at: path)
      try document.set(strings(server.arguments), at: path / members.arguments)
    }
    for variable in server.environment {
      try document.set(.string(variable.value), at: path / members.environment / variable.name)
    }
    return String(decoding: document.bytes, as: UTF8.self)
  }

  private static func toml(_ section: ServerSection, _ server: Server) -> String {
    var steps: [String] = []
    for case .member(let name) in section.steps { steps.append(name) }
    let table = (steps + [key(server.name)]).joined(separator: ".")
    var text = "[\(table)]\ncommand = \(quoted(server.command))\n"
    text += "args = [\(server.arguments.map(quoted).joined(separator: ", "))]\n"
    if !server.environment.isEmpty {
      text += "\n[\(table).env]\n"
      for variable in server.environment {
        text += "\(key(variable.name)) = \(quoted(variable.value))\n"
      }
    }
    return text
  }

  /// A string in quotes is written as in TOML (YAML 1.2, section 5.7).
  private static func yaml(_ server: Server, _ host: Host) -> String {
    let isGoose = host.id == "goose"
    let margin = "    "
    let name = quoted(server.name)
    var text = isGoose ? "extensions:\n  \(name):\n" : "mcpServers:\n  - name: \(name)\n"
    if isGoose { text += "    name: \(name)\n    type: stdio\n    enabled: true\n" }
    text += "\(margin)\(isGoose ? "cmd" : "command"): \(quoted(server.command))\n\(margin)args:\n"
    for argument in server.arguments { text += "\(margin)  - \(quoted(argument))\n" }
    if !server.environment.isEmpty {
      text += "\(margin)\(isGoose ? "envs" : "env"):\n"
      for variable in server.environment {
        text += "\(margin)  \(yamlKey(variable.name)): \(quoted(variable.value))\n"
      }
    }
    return text
  }

  private static func key(_ name: String) -> String {
    SecretBook.isBareKey(name) ? name : quoted(name)
  }

  /// YAML takes short words and what begins with a digit for truth values and numbers.
  private static func yamlKey(_ name: String) -> String {
    let startsWithLetter = name.utf8.first.map { $0 > UInt8(ascii: "9") } ?? false
    return startsWithLetter && name.utf8.count > 5 ? key(name) : quoted(name)
  }

  /// Also what a terminal would take for an order is written as an escape.
  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case _ where isUnprintable(scalar) || scalar.value == 0xFEFF:
        result += escape(scalar)
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  /// Eight digits above U+FFFF, as TOML and YAML have it: these texts are not JSON.
  static func escape(_ scalar: Unicode.Scalar) -> String {
    let digits = String(scalar.value, radix: 16)
    let (letter, length) = digits.count <= 4 ? ("u", 4) : ("U", 8)
    return "\\\(letter)" + String(repeating: "0", count: length - digits.count) + digits
  }

  /// For a host whose file is not written: how to move a server by hand.
  ///
  /// - Parameters:
  ///   - name: behind `run`.
  ///   - book: gets the names of the secrets.
  /// - Returns: `nil` for a server without secrets that can be moved.
  /// - Throws: ``LeftAlone``.
  package static func advice(
    _ server: HostServer, as name: String, _ surroundings: ServerSurroundings,
    _ book: inout SecretBook
  ) throws(LeftAlone) -> String? {
    guard let rewrite = try ServerRewriter.plan(server, as: name, surroundings, &book),
      let text = try? Self.text(rewrite.written, for: surroundings.host)
    else { return nil }
    let steps = rewrite.secrets.map { "mcp-valet set \($0)" }
    let lines = steps + ["mcp-valet allow --last   # after the first start"]
    return text + lines.map { "# \($0)" }.joined(separator: "\n")
  }
}

extension SecretBook {
  static func isBareKey(_ name: String) -> Bool {
    !name.isEmpty
      && name.utf8.allSatisfy {
        isVariableByte($0) || UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 || $0 == UInt8(ascii: "_")
          || $0 == UInt8(ascii: "-")
      }
  }
}
