internal import ArgumentParser
internal import Audit
internal import Broker
internal import Keyring
internal import Secrets
internal import Vault

struct SetCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "set",
    abstract: "Store a secret, or a new value for one.",
    discussion: """
      On a terminal the value is asked for and not shown; otherwise standard input is read to its \
      end and one last newline is dropped. The first secret makes the vault.

      Examples:
        mcp-valet set github/token
        pass show github | mcp-valet set github/token --expires 2027-01-31
      """)

  enum Store: String, ExpressibleByArgument, CaseIterable {
    case vault, keyring
  }

  @Argument(
    help: "1 to 8 segments joined by '/'.", completion: CompletedNames.secrets,
    transform: parseName)
  var name: SecretName

  @Option(help: "Where to keep it.")
  var store: Store = .vault

  @Option(help: "A remark that 'list' shows.")
  var note: String?

  @Option(help: "When it expires, such as 2027-01-31.")
  var expires: DateText?

  @Flag(help: "Keep a last newline.")
  var raw = false

  func run() throws {
    let context = try Context.current()
    let details = SecretDetails(note: note, expires: expires?.seconds)
    switch store {
    case .keyring:
      let value = try readValue()
      try KeyringAudit(context).record(.stored, name) {
        try Keyrings.interactive().write(name, value: value, details: details)
      }
    case .vault:
      // Opened first: nobody should paste a key only to hear that there is no vault for it.
      let access = VaultAccess(context)
      let vault = try access.openOrCreate()
      try vault.write(name, value: try readValue(), details: details)
      access.noteGeneration(of: vault)
      try access.remind(about: vault)
    }
    Report.note("stored \(store == .vault ? "valet" : "keyring")://\(name)")
  }

  private func readValue() throws -> SecretBytes {
    let limit = SecretLimits.maximumValueLength
    if let terminal = Terminal.open() {
      return try terminal.readSecret(
        prompt: "Value of \(name): ", limit: limit, refusesMoreLines: true)
    }
    return try StandardInput.readSecret(limit: limit, raw: raw)
  }
}
