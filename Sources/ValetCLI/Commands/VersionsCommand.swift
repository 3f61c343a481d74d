internal import ArgumentParser
internal import Broker
internal import Secrets
internal import Vault

struct VersionsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "versions",
    abstract: "The versions of a secret that the vault keeps, the present one first.")

  @Argument(help: "A name in the vault.", transform: parseName)
  var name: SecretName

  func run() throws {
    let versions = try VaultAccess(try Context.current()).open().versions(of: name)
    let rows = versions.enumerated().map { index, version in
      [
        "\(version.number)", DateText.describe(version.created),
        DurationText.describe(seconds: Context.now - version.created),
        index == 0 ? "present" : "kept",
      ]
    }
    Report.output(Table(["VERSION", "STORED", "AGE", ""], rows).text)
  }
}
