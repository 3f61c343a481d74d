internal import ArgumentParser
internal import Broker
internal import Control
internal import HostConfigs
internal import Hosts
internal import Scanning
internal import Secrets

struct WhereCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "where",
    abstract: "Find out who holds or names a secret.",
    discussion: """
      Looks at the servers that run, at servers.json, and at the configurations of the hosts: \
      those of the user, and those of the working folder and the folders above it. A host's file \
      is searched for the reference itself, and for 'mcp-valet run SERVER' of a server in \
      servers.json that names it.

      Example:
        mcp-valet where github/token
      """)

  @Argument(help: "A name, in whichever store, or a whole reference.")
  var secret: String

  @Flag(help: "Print JSON: an array of {kind, who, path, lines, version}.")
  var json = false

  /// One place, and what `--json` prints of it.
  private struct Finding: Encodable {
    enum Kind: String, Encodable { case running, definition, host }
    var kind: Kind
    var who: String
    /// Of a file.
    var path: String?
    var lines: [Int]?
    /// That a running server holds.
    var version: UInt32?

    var cells: [String] {
      let place = path.map { path in
        lines.map { "\(path):\($0.map { "\($0)" }.joined(separator: ","))" } ?? path
      }
      return [kind.rawValue, who, place ?? version.map { "version \($0)" } ?? "-"]
    }
  }

  private func references() throws -> [SecretReference] {
    let reference = try parseReference(secret)
    guard !secret.utf8.contains(UInt8(ascii: ":")), let name = reference.name else {
      return [reference]
    }
    return [.vault(name), .keyring(name)]
  }

  func validate() throws { _ = try references() }

  func run() throws {
    let context = try Context.current()
    let references = try references()
    var findings: [Finding] = []
    for server in try LiveServers(context).servers {
      for held in server.secrets where references.contains(held.reference) {
        findings.append(
          Finding(kind: .running, who: server.title, version: held.version))
      }
    }
    let users = try addDefinitions(naming: references, context, to: &findings)
    for target in hostFiles() {
      guard let file = try? HostFile.read(target.path, limit: TextSearch.maximumLength) else {
        continue
      }
      let search = TextSearch(file.bytes)
      var lines = search.lines(naming: references)
      for server in users { lines += search.lines(running: server) }
      if lines.isEmpty { continue }
      findings.append(
        Finding(
          kind: .host, who: target.host.name, path: target.path, lines: Set(lines).sorted()))
    }
    if json { return try JSONOutput.print(findings) }
    if findings.isEmpty { return Report.note("nobody holds or names \(secret)") }
    Report.output(Table(["KIND", "WHO", "WHERE"], findings.map(\.cells)).text)
  }

  /// - Returns: the names of the servers that name the secret.
  private func addDefinitions(
    naming references: [SecretReference], _ context: Context, to findings: inout [Finding]
  ) throws -> [String] {
    let store = ServersStore(context)
    let file = try store.read()
    var users: [String] = []
    for name in file.names {
      // One that is wrong is said by whoever wants to run it.
      guard let definition = try? file.definition(named: name),
        definition.references.contains(where: references.contains)
      else { continue }
      users.append(name)
      let lines = TextSearch(file.bytes).lines(naming: references)
      findings.append(Finding(kind: .definition, who: name, path: file.path, lines: lines))
    }
    return users
  }

  /// What the hosts of this user read, and what they read in the folders from here upwards.
  private func hostFiles() -> [ScanTarget] {
    var targets = ScanTargets()
    if let home = Context.variable("HOME"), home.utf8.first == UInt8(ascii: "/") {
      targets.addUser(HostSurroundings(home: home, variable: Context.variable), copies: false)
    }
    for folder in ProjectFolders.upwards() { targets.addProject(folder) }
    return targets.targets
  }
}

extension ServerDefinition {
  /// Everything that it names, wherever that stands.
  fileprivate var references: [SecretReference] {
    let texts = environment.map(\.value) + arguments
    return options.files.map(\.reference)
      + texts.flatMap { (try? Template($0))?.references ?? [] }
  }
}
