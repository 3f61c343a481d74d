internal import ArgumentParser
internal import Audit
internal import Broker
internal import Control
internal import Secrets
internal import Vault

struct RollbackCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rollback",
    abstract: "Put an older value of a secret back, in the vault and in running servers.",
    discussion: """
      The value before the present one becomes the newest version; the present one is kept, so \
      that a second rollback takes the first one back. 'versions' shows what there is.

      Examples:
        mcp-valet rollback github/token
        mcp-valet rollback github/token --to 3
      """)

  @Argument(
    help: "A name in the vault.", completion: CompletedNames.secrets, transform: parseReference)
  var secret: SecretReference

  @Option(help: "The version to put back, as 'versions' numbers them.")
  var to: UInt32?

  @Option(help: "How many older values the vault keeps.")
  var keep = VaultLimits.keptOldVersions

  @Flag(help: "Print JSON: an array of {server, pid, host, outcome, abandoned, message, hint}.")
  var json = false

  func validate() throws {
    if !(0...VaultLimits.maximumOldVersions).contains(keep) {
      throw ValidationError("--keep wants 0 to \(VaultLimits.maximumOldVersions)")
    }
  }

  func run() throws {
    let name = try VersionsCommand.vaultName(secret)
    let rotation = Rotation(context: try Context.current(), reference: secret)
    let access = VaultAccess(rotation.context)
    let vault = try access.open()
    vault.auditor = StoreAuditor(vault, rotation.context, storing: .restored)
    try rotation.alone {
      let (old, new) = try vault.putBack(name, version: to, keepingOldVersions: keep)
      access.noteGeneration(of: vault)
      Report.note("version \(old) of \(secret) is back, as version \(new)")
      var report = OutcomeReport(json: json)
      let value = try vault.read(name, version: new)
      try rotation.distribute(value, version: new, report: &report)
      try rotation.finish(report, canRollBack: false)
    }
  }
}
