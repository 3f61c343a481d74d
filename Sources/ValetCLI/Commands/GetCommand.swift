internal import ArgumentParser
internal import Audit
internal import Broker
internal import Keyring
internal import Platform
internal import Secrets
internal import Vault

struct GetCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "get",
    abstract: "Print a value.",
    discussion: """
      Asks first, on the terminal or through pinentry, since a host's own agent often has a \
      shell; a vault that is unattended does not ask.
      """)

  @Argument(
    help: "A name in the vault, or a reference such as keyring://NAME.", transform: parseReference)
  var secret: SecretReference

  func run() throws {
    let context = try Context.current()
    let access = VaultAccess(context)
    let vault = access.exists ? try access.open() : nil
    let values = try read(vault, context)
    // Asked last: nobody should have to agree to what cannot be.
    guard values.contains(secret) else { throw StoreError.missing(secret) }
    let read = [(secret, values.version(of: secret))]
    do {
      try Consent.require("Print the value of \(secret)?", context, vault: vouching(vault))
    } catch {
      AuditTrail(context).note(
        AuditEvent(.read, .refused, read, detail: Report.reportable(error).message), vault)
      throw error
    }
    try AuditTrail(context).record(AuditEvent(.read, .ok, read), vault)
    try values.withValue(of: secret) { (value) throws(CommandError) in
      try StandardOutput.write(value)
    }
    // A value in front of the next prompt is hard to read; in a pipe every byte counts.
    if isatty(STDOUT_FILENO) == 1 { Report.output("") }
  }

  /// The vault, where it may say that nobody is to be asked: for the keyring's items only one that
  /// the keyring knows, since anybody can make a vault.
  private func vouching(_ vault: VaultStore?) -> VaultStore? {
    guard let vault, secret.scheme == .keyring else { return vault }
    let id = vault.header.vaultID.description
    let isKnown = try? Keyrings.ask(Keyrings.quiet()) { try $0.isAnchored(id) }
    return isKnown == true ? vault : nil
  }

  private func read(_ vault: VaultStore?, _ context: Context) throws -> SecretValues {
    switch secret.scheme {
    case .valet:
      guard let vault else {
        throw VaultError.missing(path: VaultAccess(context).location.vaultPath)
      }
      return try vault.read([secret])
    case .keyring: return try Keyrings.interactive().read([secret])
    case .oauth: throw StoreError.missing(secret)
    }
  }
}
