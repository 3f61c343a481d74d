internal import Grants
package import Hosts
internal import Presets
internal import Scanning
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

  /// More than any server has; each is compared with each.
  private static let slotLimit = 1_000

  /// How many logs npm keeps, the present one among them (npm's "config" page).
  private static let npmLogs = "npm_config_logs_max"

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
    guard server.environment.count + server.arguments.count <= Self.slotLimit else {
      throw LeftAlone("it has more than \(Self.slotLimit) variables and arguments")
    }
    let secrets = KnownSecrets.everywhere(in: server)
    let inputs = (server.environment.map(\.slot) + server.arguments).filter {
      SecretTexts.input(in: $0.text) != nil
    }
    let isMovable = secrets.contains { $0.spot.isMovable } || !inputs.isEmpty
    guard isMovable else { return nil }
    try Self.check(server, secrets, surroundings)
    var moves = ArgumentMoves(server, command.text, HostPlaceholders(of: surroundings.host))
    for variable in server.environment {
      try take(variable, secrets.filter { $0.slot == variable.slot })
    }
    for (index, slot) in server.arguments.enumerated() {
      let found = secrets.filter { $0.slot == slot }
      if found.isEmpty, SecretTexts.input(in: slot.text) == nil { continue }
      let name = moves.name(of: index)
      if !found.isEmpty, moves.fileMark(of: index) != nil {
        let text = try fileTemplate(slot, moves.value(of: index), found[0], name)
        moves.take(index, text, restoring: text)
      } else {
        let text = try template(slot, found, variable: name)
        moves.take(index, text, restoring: found.isEmpty ? slot.text : text)
      }
    }
    var moved = moves.variables
    let isLogged =
      !moves.exposed.isEmpty && ArgumentMoves.isLogged([command.text] + moves.arguments)
    // npm reads it in small and in capital letters.
    if isLogged, !variables.contains(where: { $0.name.lowercased() == Self.npmLogs }) {
      moved.append((Self.npmLogs, "0"))
      plain.append(Self.npmLogs)
    }
    for moved in moved {
      guard !variables.contains(where: { $0.name == moved.name }) else {
        throw LeftAlone(
          "\(printable(moved.name)) is set, and an argument says the same in another way")
      }
      variables.append((moved.name, moved.new))
      edits.append(
        SlotEdit(
          path: server.path / server.members.environment / moved.name, old: .absent,
          new: .text(moved.new)))
    }
    return try finish(command, moves)
  }

  private mutating func take(
    _ variable: HostVariable, _ found: [ServerSecret]
  ) throws(LeftAlone) {
    let slot = variable.slot
    guard !found.isEmpty || SecretTexts.input(in: slot.text) != nil else {
      plain.append(variable.name)
      variables.append((variable.name, slot.text))
      return
    }
    let text = try template(slot, found, variable: variable.name)
    variables.append((variable.name, text))
    // What the host asks for comes back as the question; a key comes back as it is then.
    let old = SecretTexts.input(in: slot.text) == nil ? text : slot.text
    edits.append(SlotEdit(path: slot.path, old: .text(old), new: .text(text)))
  }

  // MARK: - Secrets

  /// The text with a reference in the place of each secret.
  private mutating func template(
    _ slot: HostSlot, _ found: [ServerSecret], variable: String
  ) throws(LeftAlone) -> String {
    if let input = SecretTexts.input(in: slot.text) {
      return try template(slot, input, found, variable)
    }
    guard let filled = surroundings.filled(slot.text, except: []), filled.taken.isEmpty,
      filled.text.utf8.elementsEqual(slot.text.utf8)
    else {
      throw LeftAlone(
        "\(printable(variable)) holds a key beside a placeholder of the host", at: slot)
    }
    var parts: [Template.Part] = [.text(slot.text)]
    // The longest first: one may be a part of another.
    for secret in found.sorted(by: { $0.value.utf8.count > $1.value.utf8.count }) {
      let isThere = slot.text.range(ofBytes: secret.value) != nil
      let value = isThere ? secret.value : slot.text
      let name = try take(
        .text(value), variable, shape: secret.shape, masked: secret.masked)
      parts = parts.flatMap { SecretTexts.split($0, at: value, into: .value(.vault(name))) }
      if !isThere { break }
    }
    let text = Template(parts: parts).description
    guard let read = try? Template(text),
      SecretTexts.merged(read.parts) == SecretTexts.merged(parts)
    else {
      throw LeftAlone(
        "\(printable(variable)) holds text that a reference cannot stand beside", at: slot)
    }
    return text
  }

  /// The text with a reference in the place of what the host asks for.
  private mutating func template(
    _ slot: HostSlot, _ input: (whole: Range<String.Index>, id: Range<String.Index>),
    _ found: [ServerSecret], _ variable: String
  ) throws(LeftAlone) -> String {
    guard surroundings.canAsk else {
      throw LeftAlone(
        "the host asks for \(printable(variable)), and so would this at a terminal", at: slot)
    }
    guard found.isEmpty else {
      throw LeftAlone(
        "\(printable(variable)) holds a key and a value that the host asks for", at: slot)
    }
    let id = String(slot.text[input.id])
    let name = try take(
      .input(id, file: surroundings.path), variable, shape: nil, masked: "${input:\(id)}")
    guard
      let text = SecretTexts.text(
        before: slot.text[..<input.whole.lowerBound], name, slot.text[input.whole.upperBound...])
    else {
      throw LeftAlone(
        "a value that the host asks for stands beside another placeholder", at: slot)
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

  // MARK: - The command

  private mutating func finish(
    _ command: HostSlot, _ moves: ArgumentMoves
  ) throws(LeftAlone) -> ServerRewrite {
    var options = try kept().flatMap { ["--keep", $0] }
    if !moves.exposed.isEmpty { options.append("--in-argv") }
    if let swap = moves.swap { options += ["--swap", swap.rawValue] }
    let launch = ["run", name] + options + ["--", command.text]
    let arguments = launch + moves.arguments
    edit(command, [command.text] + moves.restorable, arguments)
    var words: [String] = []
    for word in arguments { words.append(try filled(word, nil)) }
    var environment: [ServerRewrite.Variable] = []
    for variable in variables {
      environment.append(
        .init(name: variable.name, value: try filled(variable.text, variable.name)))
    }
    return ServerRewrite(
      server: server, name: name, edits: edits, words: words, environment: environment,
      written: HostSnippet.Server(
        name: server.name, command: surroundings.program, arguments: arguments,
        environment: variables.map { ($0.name, $0.text) }),
      folder: try folder(command, moves.arguments), secrets: used,
      inArguments: moves.exposed.flatMap(SecretTexts.names),
      destinations: plain.filter { moves.package?.destinations.contains($0) == true })
  }

  /// - Parameters:
  ///   - old: the command, and the arguments as an undo puts them back.
  ///   - arguments: the new ones.
  private mutating func edit(_ command: HostSlot, _ old: [String], _ arguments: [String]) {
    if server.members.commandIsArray {
      edits.append(
        SlotEdit(
          path: server.path / server.members.command, old: .list(old),
          new: .list([surroundings.program] + arguments)))
    } else {
      edits.append(
        SlotEdit(path: command.path, old: .text(command.text), new: .text(surroundings.program)))
      // An array that is there and empty is no absent one; either way the file gets its bytes back.
      edits.append(
        SlotEdit(
          path: server.path / server.members.arguments, old: .list(Array(old.dropFirst())),
          new: .list(arguments)))
    }
  }

  /// A server with secrets gets no variable that is not named.
  private func kept() throws(LeftAlone) -> [String] {
    var names = plain.filter { !Self.isBaseline($0) }
    guard surroundings.host.id == "codex" else { return names }
    // Variables of its own that the server gets: names, or tables with one.
    for other in server.others where other.name.hasPrefix("env_vars.") {
      let isName = !other.name.dropFirst("env_vars.".count).contains(".")
      let name = other.slot.text
      guard isName || other.name.hasSuffix(".name"), !Self.isBaseline(name), !names.contains(name),
        let value = surroundings.variable(name)
      else { continue }
      try Self.check((name, value), for: name, at: other.slot, surroundings.scope)
      names.append(name)
    }
    return names
  }

  /// A text as the server is to have it.
  ///
  /// - Parameter variable: whose value it is.
  private func filled(_ text: String, _ variable: String?) throws(LeftAlone) -> String {
    let slots = server.environment.filter { $0.name == variable }.map(\.slot) + server.arguments
    let slot = slots.first { $0.text.utf8.elementsEqual(text.utf8) }
    // What the server itself replaces: no host has a value.
    guard let filled = surroundings.filled(text, except: variables.map(\.name)) else {
      throw LeftAlone("only the host can fill in a placeholder of it", at: slot)
    }
    for taken in filled.taken {
      try Self.check(taken, for: variable ?? "", at: slot, surroundings.scope)
    }
    // `${NAME:-valet://…}`, and values of the host that name a secret.
    let named = (try? Template(filled.text))?.references ?? []
    guard named.allSatisfy({ reference in used.contains { .vault($0) == reference } }) else {
      throw LeftAlone(
        "with the host's values in it, it names a secret that nobody has allowed it", at: slot)
    }
    return filled.text
  }

  /// A server of the user's starts in an empty folder unless it says where: what its host has open
  /// can be a stranger's, and interpreters, what they load, and servers themselves read settings
  /// (`.env`, `bunfig.toml`) from where they are, which tell them what to run and where to send keys.
  ///
  /// - Parameter arguments: as the file says them from now on, behind the command.
  private func folder(
    _ command: HostSlot, _ arguments: [String]
  ) throws(LeftAlone) -> ServerRewrite.Folder {
    let project = server.project ?? surroundings.project
    if let folder = server.others.first(where: { $0.name == "cwd" }) {
      return try toldFolder(folder.slot, project)
    }
    let words = arguments.map { Array($0.utf8) }
    let isRunner = PackageRunner(command: Array(command.text.utf8), arguments: words) != nil
    let isRelative = arguments.contains { RelativeStart.namesHere($0) }
    if isRunner, !isRelative { return .usual }
    if let project { return .at(project) }
    // Hosts look for it where they are.
    let path = try filled(command.text, nil)
    guard !path.contains("/") || path.hasPrefix("/") else {
      throw LeftAlone("its command lies in a folder that only the host knows", at: command)
    }
    var whole: [String] = []
    for argument in arguments { whole.append(try filled(argument, nil)) }
    guard !isRunner, !RelativeStart.isPossible(path, whole) else {
      throw LeftAlone(
        "what it starts may depend on the folder that its host is in, which can be a stranger's: "
          + "give it whole paths or a \"cwd\", or allow it yourself: "
          + "mcp-valet allow --help", at: command)
    }
    return .empty
  }

  /// - Parameter project: what a `cwd` is meant from.
  private func toldFolder(
    _ slot: HostSlot, _ project: String?
  ) throws(LeftAlone) -> ServerRewrite.Folder {
    let path = try filled(slot.text, nil)
    if path.hasPrefix("/") { return .at(path) }
    guard let project, !path.isEmpty else {
      throw LeftAlone("its \"cwd\" is a folder that only the host knows", at: slot)
    }
    return .at("\(project)/\(path)")
  }
}
