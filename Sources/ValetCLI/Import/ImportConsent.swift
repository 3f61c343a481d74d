internal import Broker
internal import Vault

/// Asks a person about a change of hosts' files. Never through a prompt of a few lines: nobody must
/// approve what was not shown.
enum ImportConsent {
  /// - Parameters:
  ///   - withoutAsking: only where the vault is unattended.
  /// - Throws: ``CommandError/refused(_:hint:)`` where nobody can be asked; `VaultError`.
  /// - Returns: whether the answer was yes.
  static func ask(
    _ lines: [String], _ question: String, _ store: VaultStore, withoutAsking: Bool
  ) throws -> Bool {
    if withoutAsking {
      guard try store.settings().isUnattended else {
        throw CommandError.refused(
          "--yes works where the vault is unattended", hint: "leave it away, and look at it")
      }
      return true
    }
    guard let terminal = Terminal.open() else {
      throw CommandError.refused(
        "nobody to ask for consent", hint: "at a terminal, the same command; or --dry-run")
    }
    terminal.show(lines.joined(separator: "\n") + "\n")
    return terminal.confirm(question)
  }
}
