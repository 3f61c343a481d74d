internal import Broker
internal import Platform
internal import Secrets
internal import Vault

/// Asks a person before a value is shown, because a host's own agent often has a shell.
enum Consent {
  /// - Parameters:
  ///   - question: what is about to happen, as a question.
  ///   - vault: the opened vault, which may be unattended: then nobody is asked. `nil` where there
  ///     is none.
  /// - Throws: ``CommandError/refused(_:hint:)`` when the answer is no or nobody can be asked.
  static func require(_ question: String, _ context: Context, vault: VaultStore?) throws {
    if let vault, try vault.settings().isUnattended { return }
    if let terminal = Terminal.open() {
      guard terminal.confirm(question) else {
        throw CommandError.refused("not confirmed", hint: nil)
      }
      return
    }
    guard let pinentry = Pinentry.find(context.locations) else {
      throw CommandError.refused(
        "nobody to ask for consent", hint: "at a terminal: mcp-valet vault unattended on")
    }
    guard try pinentry.confirm(question) else {
      throw CommandError.refused("not confirmed", hint: nil)
    }
  }
}
