internal import Grants
internal import Hosts
internal import Scanning
internal import Secrets

extension ServerRewriter {
  /// Whether the server can be started through us at all, and hands us nothing that its file's author
  /// must not hand us: projects' files are written by strangers.
  ///
  /// - Throws: ``LeftAlone``.
  static func check(
    _ server: HostServer, _ secrets: [ServerSecret], _ surroundings: ServerSurroundings
  ) throws(LeftAlone) {
    if secrets.contains(where: { $0.spot == .command }) {
      throw LeftAlone("its command is a line for a shell, with a key in it", at: server.command)
    }
    if let file = server.others.first(where: { $0.name == "envFile" }) {
      throw LeftAlone(
        "its variables come from an envFile, which only the host reads", at: file.slot)
    }
    let argumentsMember = server.members.arguments.joined(separator: ".")
    if let other = server.others.first(where: { $0.name == argumentsMember }) {
      throw LeftAlone("its arguments are no list", at: other.slot)
    }
    if let argument = server.arguments.first(where: { !$0.isString }) {
      throw LeftAlone("one of its arguments is no string", at: argument)
    }
    for variable in server.environment { try check(variable, surroundings) }
    // A grant of ours would give the server what the author of the file wants of the vault.
    let slots =
      [server.command].compactMap { $0 } + server.environment.map(\.slot) + server.arguments
    for slot in slots where namesSecret(slot.text) {
      throw LeftAlone(
        "it names a secret of the vault already, and nobody has allowed it that: mcp-valet allow",
        at: slot)
    }
  }

  private static func check(
    _ variable: HostVariable, _ surroundings: ServerSurroundings
  ) throws(LeftAlone) {
    let name = variable.name
    if name.isEmpty || name.utf8.contains(where: { $0 == UInt8(ascii: "=") || $0 == 0 }) {
      throw LeftAlone(
        "one of its variables has a name that no variable can have", at: variable.slot)
    }
    // They would point mcp-valet at another vault, or load code into it.
    if BrokerSteering.isPossible(through: Array(name.utf8)) {
      throw LeftAlone(
        "it sets \(printable(name)), which would move or steer mcp-valet itself", at: variable.slot)
    }
    if surroundings.scope == .project, name == "PATH" {
      throw LeftAlone(
        "a project's file sets PATH, along which mcp-valet looks for programs", at: variable.slot)
    }
  }

  static func namesSecret(_ text: String) -> Bool {
    (try? Template(text))?.references.isEmpty == false
  }

  /// What the host puts in comes out of the reader's environment, and a grant would hold it.
  static func check(
    _ taken: (name: String, value: String), for variable: String, at slot: HostSlot?,
    _ scope: HostPlace.Scope
  ) throws(LeftAlone) {
    if isBaseline(taken.name) || taken.name == "HOME" || taken.value.isEmpty { return }
    let name = printable(taken.name)
    if scope == .project {
      throw LeftAlone(
        "a project's file takes \(name) out of the environment of whoever opens it", at: slot)
    }
    let isSecret = [taken.name, variable].contains {
      SecretDetector.isSecretName($0) || !SecretDetector.hits(in: taken.value, named: $0).isEmpty
    }
    if isSecret {
      throw LeftAlone(
        "it takes \(name) out of the environment, which looks like a key: 'mcp-valet set' takes it "
          + "too, and a reference its place", at: slot)
    }
  }

  /// What a server has without being named, as `LaunchPlan.isBaseline` says.
  static func isBaseline(_ name: String) -> Bool {
    name.hasPrefix("LC_") || baseline.contains(name)
  }

  private static let baseline = [
    "LOGNAME", "PATH", "SHELL", "TERM", "USER", "LANG", "LANGUAGE", "TZ", "TMPDIR",
  ]
}
