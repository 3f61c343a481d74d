internal import Broker

/// Asks a person about a change of hosts' files, or their removal. Never through a prompt of a few lines: nobody must
/// approve what was not shown.
enum ImportConsent {
  /// - Parameters:
  ///   - withoutAsking: `--yes`, only where the vault is unattended.
  ///   - isUnattended: asked only then.
  /// - Throws: ``CommandError/refused(_:hint:)`` where nobody can be asked; what `isUnattended` throws.
  /// - Returns: whether the answer was yes.
  static func ask(
    _ lines: [String], _ question: String, withoutAsking: Bool, isUnattended: () throws -> Bool
  ) throws -> Bool {
    if withoutAsking {
      guard try isUnattended() else {
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
