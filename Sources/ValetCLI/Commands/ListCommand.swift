internal import ArgumentParser
internal import Broker
internal import Keyring
internal import Secrets
internal import Vault

struct ListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the secrets: names, stores, ages, expiries, notes; never values.",
    discussion: """
      A value is marked as expired, and as old after a year or the time of --stale.

      With --stale only those are listed, and the exit code is 0 when there is none and 1 when \
      there is one.

      Example:
        mcp-valet list --stale 90d || echo "time to rotate"
      """)

  @Flag(
    help: """
      Print JSON: an array of {name, store, stored, expires, note, isExpired, isOld}, times in \
      RFC 3339.
      """)
  var json = false

  @Option(help: "Only values that are expired, or older than this, such as 90d.")
  var stale: DurationText?

  /// A year, in seconds: what the shortest of common rules for rotation agree to be too long.
  private static let oldAge: Int64 = 365 * 86_400

  func run() throws {
    let context = try Context.current()
    var rows: [Row] = []
    let age = stale?.seconds ?? Self.oldAge
    if VaultAccess(context).exists {
      rows += try VaultAccess(context).open().list().map {
        Row($0, store: "vault", oldAge: age)
      }
    }
    do {
      rows += try Keyrings.ask(Keyrings.quiet()) { try $0.list() }.map {
        Row($0, store: "keyring", oldAge: age)
      }
    } catch StoreError.unavailable {
      // No keyring on this machine: nothing of ours can be in it.
    } catch {
      Report.warning("the list lacks the keyring: \(Report.reportable(error).message)")
    }
    if stale != nil { rows = rows.filter { $0.isExpired || $0.isOld } }
    if json {
      try JSONOutput.print(rows.map(\.record))
    } else if rows.isEmpty {
      Report.note(stale == nil ? "no secrets yet; mcp-valet set NAME" : "nothing is stale")
    } else {
      Report.output(Table(["NAME", "STORE", "AGE", "EXPIRES", "NOTE"], rows.map(\.cells)).text)
    }
    if stale != nil, !rows.isEmpty { throw ArgumentParser.ExitCode.failure }
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
    var isExpired: Bool
    /// `nil` where nobody knows when it was stored.
    var isOld: Bool?
  }

  private let summary: SecretSummary
  private let store: String
  private let age: Int64?
  let isExpired: Bool
  let isOld: Bool

  /// - Parameter oldAge: in seconds.
  init(_ summary: SecretSummary, store: String, oldAge: Int64) {
    self.summary = summary
    self.store = store
    age = summary.stored.map { Context.now - $0 }
    isExpired = summary.expires.map { $0 <= Context.now } ?? false
    isOld = age.map { $0 >= oldAge } ?? false
  }

  var record: Record {
    Record(
      name: summary.name.text, store: store, stored: summary.stored.map(DateText.describe),
      expires: summary.expires.map(DateText.describe), note: summary.note, isExpired: isExpired,
      isOld: age == nil ? nil : isOld)
  }

  var cells: [String] {
    var age = age.map { DurationText.describe(seconds: $0) } ?? "?"
    if isOld { age += " (old)" }
    var expiry = summary.expires.map(DateText.describeDay) ?? "-"
    if isExpired { expiry += " (expired)" }
    return [summary.name.text, store, age, expiry, summary.note]
  }
}
