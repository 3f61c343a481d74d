internal import ArgumentParser
internal import Broker
internal import Keyring
internal import Secrets
internal import Vault

struct ListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the secrets: names, stores, ages, expiries, notes; never values.")

  @Flag(help: "Print JSON: an array of {name, store, stored, expires, note}, times in RFC 3339.")
  var json = false

  func run() throws {
    let context = try Context.current()
    var rows: [Row] = []
    if VaultAccess(context).exists {
      rows += try VaultAccess(context).open().list().map { Row($0, store: "vault") }
    }
    do {
      rows += try Keyrings.ask(Keyrings.quiet()) { try $0.list() }.map { Row($0, store: "keyring") }
    } catch StoreError.unavailable {
      // No keyring on this machine: nothing of ours can be in it.
    } catch {
      Report.warning("the list lacks the keyring: \(Report.reportable(error).message)")
    }
    if json { return try JSONOutput.print(rows.map(\.record)) }
    if rows.isEmpty { return Report.note("no secrets yet; mcp-valet set NAME") }
    Report.output(Table(["NAME", "STORE", "AGE", "EXPIRES", "NOTE"], rows.map(\.cells)).text)
  }
}

/// One secret, ready to be shown.
private struct Row {
  /// What `--json` prints.
  struct Record: Encodable {
    var name: String
    var store: String
    var stored: String?
    var expires: String?
    var note: String
  }

  private let summary: SecretSummary
  private let store: String

  init(_ summary: SecretSummary, store: String) {
    self.summary = summary
    self.store = store
  }

  var record: Record {
    Record(
      name: summary.name.text, store: store, stored: summary.stored.map(DateText.describe),
      expires: summary.expires.map(DateText.describe), note: summary.note)
  }

  var cells: [String] {
    let age = summary.stored.map { DurationText.describe(seconds: Context.now - $0) } ?? "?"
    var expiry = summary.expires.map(DateText.describeDay) ?? "-"
    if let expires = summary.expires, expires <= Context.now { expiry += " (expired)" }
    return [summary.name.text, store, age, expiry, summary.note]
  }
}
