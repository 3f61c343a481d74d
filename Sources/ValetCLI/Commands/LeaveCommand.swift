internal import ArgumentParser
internal import Broker
internal import Files
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

      To take secrets along: mcp-valet vault export --help

      Examples:
        mcp-valet leave --dry-run
        mcp-valet leave --stop
      """)

  @Flag(help: "Only show what would go.")
  var dryRun = false

  @Flag(help: "End the servers that run.")
  var stop = false

  @Flag(
    help: """
      Also where the vault does not open, or a host's file cannot be undone: keys that are only in \
      the vault are lost then.
      """)
  var force = false

  @Flag(help: "Do not ask; only where the vault is unattended.")
  var yes = false

  @Flag(
    help: """
      With --dry-run, print JSON: {vault, vaultId, secrets, grants, hostFiles: [{host, path, \
      servers}], otherServers: [{host, path, server}], connections, running, keyringSecrets, \
      keyringHoldsKey, keyringProblem, otherVaults, files, keyFiles, problems}.
      """)
  var json = false

  func validate() throws {
    if json, !dryRun { throw ValidationError("--json goes with --dry-run") }
  }

  func run() throws {
    let context = try Context.current()
    let access = VaultAccess(context)
    let store = try openedVault(access)
    let inventory = LeaveInventory(context, store, vaultID: vaultID(access, context))
    if json { return try JSONOutput.print(inventory) }
    if inventory.isEmpty { return Report.note("there is nothing of mcp-valet here") }
    for problem in inventory.problems { Report.warning(problem) }
    if dryRun {
      Report.output(inventory.lines.joined(separator: "\n"))
      for line in inventory.rest { Report.note("stays: \(line)") }
      return
    }
    try ask(inventory, store)
    var departure = Departure(context, inventory, store, isForced: force)
    try departure.run(stopsServers: stop)
    for line in inventory.rest { Report.note("stays: \(line)") }
    for title in inventory.running where !stop { Report.warning("still runs: \(title)") }
    for line in departure.left { Report.warning("left: \(line)") }
    Report.note("packaging/uninstall.sh, or your package manager, removes the programs")
    if !departure.left.isEmpty {
      throw CommandError.failed("not everything is gone", hint: "see above; then mcp-valet leave")
    }
  }

  private func openedVault(_ access: VaultAccess) throws -> VaultStore? {
    guard access.exists else { return nil }
    do {
      return dryRun ? try access.openUnlockedOrNot() : try access.open(.none)
    } catch {
      guard force || dryRun else {
        Report.error(error)
        throw CommandError.refused(
          "the vault does not open, and keys of hosts may be in it",
          hint: "mcp-valet leave --force removes it all the same")
      }
      Report.warning("the vault does not open: \(Report.reportable(error).message)")
      return nil
    }
  }

  /// Of the vault, or of the one that was removed by a `leave` that did not come to its end.
  private func vaultID(_ access: VaultAccess, _ context: Context) -> String? {
    if let header = try? VaultStore.peek(access.location).header {
      return header.vaultID.description
    }
    guard let folder = try? OwnedFolder.open(context.locations.state, create: false),
      let bytes = try? folder.readFile(OwnFiles.marker, limit: 128)
    else { return nil }
    let id = String(decoding: bytes, as: UTF8.self).prefix { $0.isHexDigit }
    return id.isEmpty ? nil : String(id)
  }

  private func ask(_ inventory: LeaveInventory, _ store: VaultStore?) throws {
    if yes {
      guard let store, try store.settings().isUnattended else {
        throw CommandError.refused(
          "--yes works where the vault is unattended", hint: "leave it away, and look at it")
      }
      return
    }
    // Never through a prompt of a few lines: nobody must approve what was not shown.
    guard let terminal = Terminal.open() else {
      throw CommandError.refused(
        "nobody to ask for consent", hint: "at a terminal, the same command; or --dry-run")
    }
    terminal.show(
      (inventory.lines + inventory.rest.map { "Stays: \(printable($0, limit: .max))" })
        .joined(separator: "\n") + "\n")
    guard terminal.confirm("Remove all of this? There is no way back but an export.") else {
      throw CommandError.refused("nothing was changed", hint: nil)
    }
  }
}
