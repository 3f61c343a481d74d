internal import Broker
internal import Grants
internal import Secrets
internal import Vault

/// Shows grants to a person, asks, and records them.
struct GrantConsent {
  private let context: Context
  private let store: VaultStore

  init(_ context: Context, _ store: VaultStore) {
    self.context = context
    self.store = store
  }

  /// Assuan lines have at most 1,000 bytes (libassuan manual, "Line based protocol"), and escaping
  /// triples some: what is longer would be cut, and nobody must approve half a command.
  private static let promptLimit = 600

  /// - Parameter withoutAsking: only where the vault is unattended.
  /// - Throws: ``CommandError/refused(_:hint:)`` when the answer is no or nobody can be asked;
  ///   `VaultError`.
  func record(_ grants: [Grant], withoutAsking: Bool) throws {
    let question = GrantQuestion(grants, earlier: try earlier(than: grants))
    if withoutAsking {
      guard try store.settings().isUnattended else {
        throw CommandError.refused(
          "--yes works where the vault is unattended", hint: "leave it away, and look at it")
      }
    } else {
      try ask(question)
    }
    if try GrantGate(context, store).record(grants) {
      for grant in grants { Report.note("allowed \(printable(grant.terms.serverName))") }
    } else {
      Report.note("that is allowed already")
    }
    noteMissing(grants)
    try noteOthers(grants)
  }

  /// Whoever allows a narrower folder may take the wider one for gone.
  private func noteOthers(_ grants: [Grant]) throws {
    let present = try store.grants()
    for grant in grants {
      let others = present.filter {
        $0.terms.serverName == grant.terms.serverName && !$0.isReplaced(by: grant)
      }
      guard !others.isEmpty else { continue }
      let name = printable(grant.terms.serverName)
      Report.note("for other folders '\(name)' stays allowed: mcp-valet grants '\(name)'")
    }
  }

  /// For each server the grant of the same folder, else the one that was recorded last.
  private func earlier(than grants: [Grant]) throws -> [Grant] {
    let present = try store.grants()
    return grants.compactMap { grant in
      let own = present.filter { $0.terms.serverName == grant.terms.serverName }
      return own.last { $0.folder == grant.folder } ?? own.last
    }
  }

  private func ask(_ question: GrantQuestion) throws {
    let sentence = "Allow this, now and whenever it is started like this?"
    if let terminal = Terminal.open() {
      terminal.show(question.text)
      guard terminal.confirm(sentence) else {
        throw CommandError.refused("not allowed", hint: nil)
      }
      return
    }
    guard let pinentry = Pinentry.find(context.locations) else {
      throw CommandError.refused(
        "nobody to ask for consent", hint: "at a terminal, the same command")
    }
    guard question.text.utf8.count <= Self.promptLimit else {
      throw CommandError.refused(
        "this is too long to be shown whole in a prompt", hint: "at a terminal, the same command")
    }
    guard try pinentry.confirm(question.text + sentence) else {
      throw CommandError.refused("not allowed", hint: nil)
    }
  }

  /// What is allowed and not there would fail the next launch.
  private func noteMissing(_ grants: [Grant]) {
    for case .vault(let name) in grants.flatMap(\.references)
    where (try? store.versions(of: name)) == nil {
      Report.note("not stored yet: mcp-valet set \(name)")
    }
  }
}
