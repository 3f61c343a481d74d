internal import ArgumentParser
internal import Broker
internal import Secrets
internal import Vault

struct VersionsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "versions",
    abstract: "The versions of a secret that the vault keeps, the present one first.",
    discussion: """
      MARK tells values apart: the same mark, almost certainly the same value. It is computed \
      under the vault's key and so short that many values share one: nobody can check a guess \
      against it.

      Example:
        mcp-valet versions github/token
      """)

  @Argument(
    help: "A name in the vault.", completion: CompletedNames.secrets, transform: parseReference)
  var secret: SecretReference

  @Flag(help: "Print JSON: an array of {version, stored, bytes, mark, isPresent}.")
  var json = false

  private struct Record: Encodable {
    var version: UInt32
    var stored: String
    var bytes: Int
    var mark: String
    var isPresent: Bool
  }

  /// - Throws: ``CommandError/configuration(_:hint:)`` for a secret that is not in the vault.
  static func vaultName(_ secret: SecretReference) throws(CommandError) -> SecretName {
    switch secret {
    case .vault(let name): return name
    case .keyring, .keyringItem:
      throw .configuration(
        "the OS keyring keeps no older values", hint: "keep the secret in the vault: valet://NAME")
    case .oauth: throw .configuration("\(secret) has no versions", hint: nil)
    }
  }

  func run() throws {
    let name = try Self.vaultName(secret)
    let vault = try VaultAccess(try Context.current()).open()
    let versions = try vault.versions(of: name)
    let marks = try vault.fingerprints(of: name)
    let first = versions.first?.number
    if json {
      return try JSONOutput.print(
        zip(versions, marks).map {
          Record(
            version: $0.number, stored: DateText.describe($0.created), bytes: $0.byteCount,
            mark: $1, isPresent: $0.number == first)
        })
    }
    let rows = zip(versions, marks).map { version, mark in
      [
        "\(version.number)", DateText.describe(version.created),
        DurationText.describe(seconds: Context.now - version.created), mark,
        version.number == first ? "present" : "kept",
      ]
    }
    Report.output(Table(["VERSION", "STORED", "AGE", "MARK", ""], rows).text)
  }
}
