internal import Grants
package import Hosts
package import Presets
package import Scanning
internal import Secrets

/// Works out how one server is to be started through us.
package struct ServerRewriter {
  private let server: HostServer
  private let surroundings: ServerSurroundings
  /// The server's name behind `run`, and the first segment of its secrets' names.
  private let name: String
  private var book: SecretBook
  private var used: [SecretName] = []
  private var edits: [SlotEdit] = []
  /// Variables as the host will set them.
  private var variables: [(name: String, text: String)] = []
  private var plain: [String] = []
  var inArguments: [SecretName] = []

  /// Plans a server that holds secrets; `nil` for one that has none, or is behind us already.
  ///
  /// - Parameter book: gets the secrets, where the server can be rewritten.
  /// - Throws: ``LeftAlone``.
  package static func plan(
    _ server: HostServer, as name: String, _ surroundings: ServerSurroundings,
    _ book: inout SecretBook
  ) throws(LeftAlone) -> ServerRewrite? {
    guard let command = server.command, !ServerScan.isBehindValet(server) else { return nil }
    var rewriter = ServerRewriter(server, surroundings, name, book)
    let rewrite = try rewriter.rewrite(command)
    if rewrite != nil { book = rewriter.book }
    return rewrite
  }

  private init(
    _ server: HostServer, _ surroundings: ServerSurroundings, _ name: String, _ book: SecretBook
  ) {
    self.server = server
    self.surroundings = surroundings
    self.name = name
    self.book = book
  }

  private mutating func rewrite(_ command: HostSlot) throws(LeftAlone) -> ServerRewrite? {
    let secrets = KnownSecrets.all(in: server)
    let inputs = (server.environment.map(\.slot) + server.arguments).filter {
      Self.input(in: $0.text) != nil
    }
    let isMovable = secrets.contains { $0.spot.isMovable } || !inputs.isEmpty
    guard isMovable else { return nil }
    try check(command, secrets)
    var moves = ArgumentMoves(server, command.text)
    for variable in server.environment {
      try take(variable, secrets.filter { $0.slot == variable.slot })
    }
    for (index, slot) in server.arguments.enumerated() {
      let found = secrets.filter { $0.slot == slot }
      if found.isEmpty, Self.input(in: slot.text) == nil { continue }
      let name = moves.name(of: index)
      if !found.isEmpty, moves.fileMark(of: index) != nil {
        let text = try fileTemplate(slot, moves.value(of: index), found[0], name)
        try moves.take(index, text, restoring: text)
      } else {
        let text = try template(slot, found, variable: name)
        try moves.take(index, text, restoring: found.isEmpty ? slot.text : text)
      }
    }
    for moved in moves.variables {
      guard !variables.contains(where: { $0.name == moved.name }) else {
        throw LeftAlone("\(moved.name) is set, and an argument says the same in another way")
      }
      variables.append((moved.name, moved.new))
      edits.append(
        SlotEdit(
          path: server.path / server.members.environment / moved.name, old: .absent,
          new: .text(moved.new)))
    }
    inArguments = moves.exposed.flatMap(Self.names)
    return try finish(command, moves)
  }

  private func check(_ command: HostSlot, _ secrets: [ServerSecret]) throws(LeftAlone) {
    if secrets.contains(where: { $0.spot == .command }) {
      throw LeftAlone("its command is a line for a shell, with a key in it")
    }
    if server.others.contains(where: { $0.name == "envFile" }) {
      throw LeftAlone("its variables come from an envFile, which only the host reads")
    }
    let argumentsMember = server.members.arguments.joined(separator: ".")
    if server.others.contains(where: { $0.name == argumentsMember }) {
      throw LeftAlone("its arguments are no list")
    }
    if server.arguments.contains(where: { !$0.isString }) {
      throw LeftAlone("one of its arguments is no string")
    }
    for variable in server.environment {
      let name = variable.name
      // They would point mcp-valet at another vault.
      if name == "HOME" || name.hasPrefix("MCP_VALET_") || name.hasPrefix("XDG_") {
        throw LeftAlone("it sets \(printable(name)), which would move mcp-valet's own files")
      }
      if name.isEmpty || name.utf8.contains(where: { $0 == UInt8(ascii: "=") || $0 == 0 }) {
        throw LeftAlone("one of its variables has a name that no variable can have")
      }
    }
  }

  private mutating func take(
    _ variable: HostVariable, _ found: [ServerSecret]
  ) throws(LeftAlone) {
    let slot = variable.slot
    guard !found.isEmpty || Self.input(in: slot.text) != nil else {
      plain.append(variable.name)
      variables.append((variable.name, slot.text))
      return
    }
    let text = try template(slot, found, variable: variable.name)
    variables.append((variable.name, text))
    // What the host asks for comes back as the question; a key comes back as it is then.
    let old = Self.input(in: slot.text) == nil ? text : slot.text
    edits.append(SlotEdit(path: slot.path, old: .text(old), new: .text(text)))
  }

  // MARK: - Secrets

  /// The text with a reference in the place of each secret.
  private mutating func template(
    _ slot: HostSlot, _ found: [ServerSecret], variable: String
  ) throws(LeftAlone) -> String {
    if let input = Self.input(in: slot.text) {
      guard surroundings.canAsk else {
        throw LeftAlone("the host asks for \(printable(variable)), and so would this at a terminal")
      }
      guard found.isEmpty else {
        throw LeftAlone("\(printable(variable)) holds a key and a value that the host asks for")
      }
      let id = String(slot.text[input.id])
      let name = try take(.input(id), variable, shape: nil, masked: "${input:\(id)}")
      return try Self.text(
        before: slot.text[..<input.whole.lowerBound], name, slot.text[input.whole.upperBound...])
    }
    if slot.text.range(ofBytes: "${") != nil {
      throw LeftAlone("\(printable(variable)) holds a key beside a placeholder of the host")
    }
    var parts: [Template.Part] = [.text(slot.text)]
    // The longest first: one may be a part of another.
    for secret in found.sorted(by: { $0.value.utf8.count > $1.value.utf8.count }) {
      let isThere = slot.text.range(ofBytes: secret.value) != nil
      let value = isThere ? secret.value : slot.text
      let name = try take(
        .text(value), variable, shape: secret.shape, masked: secret.masked)
      parts = parts.flatMap { Self.split($0, at: value, into: .value(.vault(name))) }
      if !isThere { break }
    }
    let text = Template(parts: parts).description
    guard let read = try? Template(text), Self.merged(read.parts) == Self.merged(parts) else {
      throw LeftAlone("\(printable(variable)) holds text that a reference cannot stand beside")
    }
    return text
  }

  /// The whole value of an argument, which a file is to hold.
  private mutating func fileTemplate(
    _ slot: HostSlot, _ value: String, _ secret: ServerSecret, _ variable: String
  ) throws(LeftAlone) -> String {
    let name = try take(.text(value), variable, shape: secret.shape, masked: secret.masked)
    return slot.text.dropLast(value.count) + Template(parts: [.value(.vault(name))]).description
  }

  private mutating func take(
    _ source: ImportSecret.Source, _ variable: String, shape: SecretShape?, masked: String
  ) throws(LeftAlone) -> SecretName {
    guard
      let name = book.name(
        source, server: name, variable: variable, shape: shape, masked: masked)
    else { throw LeftAlone("no name is left for the secret in \(printable(variable))") }
    if !used.contains(name) { used.append(name) }
    return name
  }

  private static func split(
    _ part: Template.Part, at value: String, into reference: Template.Part
  ) -> [Template.Part] {
    guard case .text(let text) = part else { return [part] }
    var parts: [Template.Part] = []
    var rest = text[...]
    while let range = rest.range(ofBytes: value) {
      if range.lowerBound > rest.startIndex {
        parts.append(.text(String(rest[..<range.lowerBound])))
      }
      parts.append(reference)
      rest = rest[range.upperBound...]
    }
    if !rest.isEmpty { parts.append(.text(String(rest))) }
    return parts
  }

  private static func text(
    before: Substring, _ name: SecretName, _ behind: Substring
  ) throws(LeftAlone) -> String {
    var parts: [Template.Part] = [.value(.vault(name))]
    if !before.isEmpty { parts.insert(.text(String(before)), at: 0) }
    if !behind.isEmpty { parts.append(.text(String(behind))) }
    let text = Template(parts: parts).description
    guard let read = try? Template(text), merged(read.parts) == parts else {
      throw LeftAlone("a value that the host asks for stands beside another placeholder")
    }
    return text
  }

  private static func merged(_ parts: [Template.Part]) -> [Template.Part] {
    var merged: [Template.Part] = []
    for part in parts {
      if case .text(let more) = part, case .text(let text)? = merged.last {
        merged[merged.count - 1] = .text(text + more)
      } else {
        merged.append(part)
      }
    }
    return merged
  }

  /// The first `${input:ID}` of VS Code.
  static func input(in text: String) -> (whole: Range<String.Index>, id: Range<String.Index>)? {
    guard let start = text.range(ofBytes: "${input:"),
      let end = text[start.upperBound...].firstIndex(of: "}"), end > start.upperBound
    else { return nil }
    return (start.lowerBound..<text.index(after: end), start.upperBound..<end)
  }

  static func names(in text: String) -> [SecretName] {
    ((try? Template(text))?.references ?? []).compactMap(\.name)
  }

  // MARK: - The command

  private mutating func finish(
    _ command: HostSlot, _ moves: ArgumentMoves
  ) throws(LeftAlone) -> ServerRewrite {
    var options = try kept().flatMap { ["--keep", $0] }
    if !moves.exposed.isEmpty { options.append("--in-argv") }
    let launch = ["run", name] + options + ["--", command.text]
    let old = [command.text] + moves.restorable
    if server.members.commandIsArray {
      edits.append(
        SlotEdit(
          path: server.path / server.members.command, old: .list(old),
          new: .list([surroundings.program] + launch + moves.arguments)))
    } else {
      edits.append(
        SlotEdit(path: command.path, old: .text(command.text), new: .text(surroundings.program)))
      let path = server.path / server.members.arguments
      // An array that is there and empty is no absent one; either way the file gets its bytes back.
      edits.append(
        SlotEdit(
          path: path, old: .list(moves.restorable), new: .list(launch + moves.arguments)))
    }
    var words: [String] = []
    for word in launch + moves.arguments { words.append(try expanded(word)) }
    var environment: [ServerRewrite.Variable] = []
    for variable in variables {
      environment.append(.init(name: variable.name, value: try expanded(variable.text)))
    }
    return ServerRewrite(
      server: server, name: name, edits: edits, words: words, environment: environment,
      folder: try folder(command.text), secrets: used, inArguments: inArguments,
      destinations: plain.filter { moves.package?.destinations.contains($0) == true })
  }

  /// A server with secrets gets no variable that is not named.
  private func kept() throws(LeftAlone) -> [String] {
    var names = plain.filter { !Self.baseline.contains($0) && !$0.hasPrefix("LC_") }
    // Codex: variables of its own that the server gets.
    for other in server.others where other.name.hasPrefix("env_vars.") {
      let name = other.slot.text
      if surroundings.variable(name) != nil, !names.contains(name) { names.append(name) }
    }
    return names
  }

  /// What a server has without being named, as `LaunchPlan.isBaseline` says.
  private static let baseline = [
    "LOGNAME", "PATH", "SHELL", "TERM", "USER", "LANG", "LANGUAGE", "TZ", "TMPDIR",
  ]

  private func expanded(_ text: String) throws(LeftAlone) -> String {
    // What the server itself replaces, as `mcp-remote` does in its headers: no host has a value.
    let own = variables.map(\.name)
    guard let expanded = surroundings.expanded(text, except: own) else {
      throw LeftAlone("only the host can fill in the placeholder in '\(printable(text))'")
    }
    return expanded
  }

  private func folder(_ command: String) throws(LeftAlone) -> ServerRewrite.Folder {
    let project = server.project ?? surroundings.project
    if let folder = server.others.first(where: { $0.name == "cwd" }) {
      return .at(try expanded(folder.slot.text))
    }
    let words = server.arguments.map { Array($0.text.utf8) }
    let isRunner = PackageRunner(command: Array(command.utf8), arguments: words) != nil
    let isRelative = server.arguments.contains { slot in
      slot.text == "." || slot.text.hasPrefix("./") || slot.text.hasPrefix("../")
    }
    if isRunner, !isRelative { return .usual }
    if let project { return .at(project) }
    // Hosts look for it where they are.
    guard !command.contains("/") || command.hasPrefix("/") else {
      throw LeftAlone("its command lies in a folder that only the host knows")
    }
    return .any
  }
}

extension Finding.Spot {
  /// Whether we can stand between the value and the server.
  var isMovable: Bool {
    switch self {
    case .environment, .argument, .command: true
    case .header, .url, .member, .text: false
    }
  }
}

extension ServerSecret {
  /// The kind of key, where its form shows it.
  package var shape: SecretShape? { if case .shape(let shape) = reason { shape } else { nil } }
}

/// What a scan finds in a server, and what the authors of known ones say is a secret: a short
/// password has no look of its own.
enum KnownSecrets {
  static func all(in server: HostServer) -> [ServerSecret] {
    let found = ServerScan.secrets(in: server)
    let words = [server.command?.text ?? ""] + server.arguments.map(\.text)
    guard let package = ServerPackage.of(words) else { return found }
    return found
      + server.environment.compactMap { variable in
        guard package.secrets.contains(variable.name),
          !found.contains(where: { $0.slot == variable.slot })
        else { return nil }
        return ServerSecret(known: variable)
      }
  }
}
