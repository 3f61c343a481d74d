internal import ArgumentParser
internal import Audit
internal import Broker
internal import Files
internal import Keyring
internal import Secrets
internal import Vault

struct RemoveSecretCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rm",
    abstract: "Remove a secret with all its versions.",
    discussion: """
      Examples:
        mcp-valet rm github/token
        mcp-valet rm --purge github/token
      """)

  @Argument(
    help: "A name in the vault, or keyring://NAME.", completion: CompletedNames.secrets,
    transform: parseReference)
  var secret: SecretReference

  @Flag(
    help: """
      Also remove the local backups of the vault, and what 'undo' keeps of hosts' files, which \
      still hold the value.
      """)
  var purge = false

  func run() throws {
    let context = try Context.current()
    switch secret {
    case .vault(let name):
      let access = VaultAccess(context)
      let store = try access.open()
      let undo = UndoStore(context, store)
      if purge {
        // Before the backups, in which the records lie as well.
        let lock = try ImportLock.acquire(context)
        try undo.forget(name)
        try store.remove(name, purge: true)
        lock.release()
      } else {
        try store.remove(name)
      }
      access.noteGeneration(of: store)
      Report.note("removed valet://\(name)")
      if !purge, try undo.keeps(name) {
        Report.note("'undo' keeps its value in a file that was imported; rm --purge does not")
      }
      Report.note(
        purge
          ? "local backups are removed too; copies made elsewhere still hold it"
          : "local backups still hold it until they are replaced; --purge removes them")
    case .keyring(let name):
      try KeyringAudit(context).record(.removed, name) {
        try Keyrings.interactive().remove(name)
      }
      Report.note("removed keyring://\(name)")
    case .keyringItem, .oauth:
      throw CommandError.usage("\(secret) is not ours to remove", hint: nil)
    }
  }
}
