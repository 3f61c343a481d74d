internal import ArgumentParser
internal import Broker
internal import Platform
internal import Secrets
internal import Vault

struct LeaveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "leave",
    abstract: "Move out: undo hosts, revoke logins, remove everything of mcp-valet.",
    discussion: """
      Shows all that goes, and asks once. Hosts get their keys back first, in plain text, while the \
      vault is still there; when one cannot, nothing is removed. Then logins are revoked, and the \
      vault, its backups, items in the OS keyring, the kernel's copy of the key and all files are \
      removed. What stays is named, with what to do about it. One that was interrupted can be run \
      again.

      What may hold the last copy of a key keeps it from doing anything: a vault that does not open, \
      the record of an import or a host's file that cannot be read, a keyring that does not answer, a \
      host that runs and would write its file back. It says what to type; --force goes on all the \
      same, and says before what is lost.

      To take secrets along: mcp-valet vault export --help

      Examples:
        mcp-valet leave --dry-run
        mcp-valet leave --stop
      """)

  @Flag(help: "Only show what would go; asks nothing, so of a locked vault not what is in it.")
  var dryRun = false

  @Flag(help: "End the servers that run, once hosts have their keys back.")
  var stop = false

  @Flag(help: "Go on whatever is in the way: what is lost by that is said before.")
  var force = false

  @Flag(
    help: """
      Do not ask; only where the vault is unattended. Stops where keys of imported servers, or what \
      they were changed to since, would go with the vault, unless --force is given.
      """)
  var yes = false

  @Flag(
    help: """
      With --dry-run, print JSON: {vault, vaultId, secrets, grants, hostFiles: [{host, path, \
      servers}], goneServers: [{host, path, servers}], otherServers: [{host, path, server}], \
      unreadableFiles: [{host, path, problem}], onlyHere, connections, running, keyringSecrets, \
      keyringHoldsKey, keyringProblem, keyringAbsence, otherVaults, files, keyFiles, problems, \
      obstacles: [{message, next, loss, path}]}.
      """)
  var json = false

  func validate() throws {
    if json, !dryRun { throw ValidationError("--json goes with --dry-run") }
  }

  func run() throws {
    let context = try Context.current()
    let marker = LeaveMarker.read(context)
    let (store, problem) = try openedVault(context)
    let contents = try store.map { try VaultContents(context, $0) }
    var inventory = LeaveInventory(
      context, contents, marker, keyring: dryRun ? Keyrings.quiet() : Keyrings.interactive(),
      keyringIsUsed: KeyringContents.isUsed(context, store), isUnattended: yes)
    if let problem { inventory.addUnopened(problem, context) }
    if json { return try JSONOutput.print(inventory) }
    if inventory.isEmpty {
      if !dryRun { OwnFiles(context.locations).removeEmptyFolders() }
      return Report.note("there is nothing of mcp-valet here")
    }
    for problem in inventory.problems { Report.warning(problem) }
    if dryRun { return show(inventory) }
    try stopAtObstacles(inventory)
    try ask(inventory, store, marker)
    if yes, !inventory.onlyHere.isEmpty {
      let names = inventory.onlyHere.map { printable($0) }.joined(separator: ", ")
      Report.warning("goes with the vault, and no host's file gets it back: \(names)")
    }
    var departure = Departure(
      context, inventory, store, contents, isForced: force, isUnattended: yes)
    try departure.run(stopsServers: stop)
    for line in inventory.rest { Report.note("stays: \(line)") }
    try finish(departure.left)
  }

  private func show(_ inventory: LeaveInventory) {
    Report.output(inventory.lines.joined(separator: "\n"))
    for line in inventory.rest { Report.note("stays: \(line)") }
    for obstacle in inventory.obstacles {
      Report.warning("in the way: \(obstacle.message); \(obstacle.next)")
    }
  }

  private func openedVault(
    _ context: Context
  ) throws -> (VaultStore?, problem: (any ReportableError)?) {
    let access = VaultAccess(context)
    guard access.exists else { return (nil, nil) }
    do {
      guard dryRun else { return (try access.open(.none), nil) }
      // Without a question, and without a write.
      if let vault = try QuietVault.open(Examination(context)) { return (vault.store, nil) }
      return (nil, CommandError.refused("the vault is locked", hint: "mcp-valet unlock"))
    } catch {
      guard force || dryRun else {
        Report.error(error)
        throw CommandError.refused(
          "the vault does not open, and keys of hosts may be in it",
          hint: "mcp-valet leave --force removes it all the same")
      }
      return (nil, Report.reportable(error))
    }
  }

  // MARK: Before

  private func stopAtObstacles(_ inventory: LeaveInventory) throws {
    if inventory.obstacles.isEmpty { return }
    guard force else {
      for obstacle in inventory.obstacles {
        Report.warning("in the way: \(obstacle.message); \(obstacle.next)")
      }
      throw CommandError.failed(
        "keys may be lost, so nothing is removed",
        hint: "see to what is named above, then: mcp-valet leave; "
          + "or mcp-valet leave --force, which says what is lost")
    }
    for loss in inventory.losses { Report.warning("lost by --force: \(loss)") }
  }

  private func ask(
    _ inventory: LeaveInventory, _ store: VaultStore?, _ marker: LeaveMarker?
  ) throws {
    let lines =
      inventory.lines + inventory.rest.map { "Stays: \($0)" }
      + inventory.losses.map { "Lost by --force: \($0)" }
    let isAgreed = try ImportConsent.ask(
      lines.map { printable($0, limit: .max) },
      "Remove all of this? There is no way back but an export.", withoutAsking: yes
    ) {
      // Of a vault that is gone, the one before has said so.
      try store?.settings().isUnattended
        ?? (inventory.vault == nil && marker?.isUnattended == true)
    }
    guard isAgreed else { throw CommandError.refused("nothing was changed", hint: nil) }
  }

  // MARK: After

  private func finish(_ left: [Departure.Rest]) throws {
    for item in left { Report.warning("left: \(item.text)") }
    Report.note("packaging/uninstall.sh, or your package manager, removes the programs")
    if left.isEmpty { return }
    throw CommandError.failed(
      "not everything is gone",
      hint: left.contains(where: \.isForAnotherRun)
        ? "see to what is named above, then: mcp-valet leave" : "see to what is named above")
  }
}
