internal import ArgumentParser
internal import Audit
internal import Broker
internal import Files
internal import Keyring
internal import Platform
internal import Secrets
internal import Vault

struct AuditCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit",
    abstract: "Show what was done with secrets, and check that nobody altered the record of it.",
    discussion: """
      Needs no key to show; 'verify' checks the codes of all records when the vault is unlocked.

      Examples:
        mcp-valet audit --since 7d --secret github/token
        mcp-valet audit verify
      """,
    subcommands: [AuditShowCommand.self, AuditVerifyCommand.self, AuditBeginCommand.self],
    defaultSubcommand: AuditShowCommand.self)
}

struct AuditShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "List what was recorded, the oldest first.",
    discussion: """
      Examples:
        mcp-valet audit --since 7d
        mcp-valet audit --server github --json | jq '.[].event'
      """)

  @Option(help: "Only what is newer: 2026-01-31, 2026-01-31T08:00:00Z, or an age such as 7d.")
  var since: Since?

  @Option(
    help: "Only what has to do with a server of this name.", completion: CompletedNames.servers)
  var server: String?

  @Option(help: "Only what has to do with this secret.", completion: CompletedNames.secrets)
  var secret: String?

  @Flag(
    help: """
      Print JSON: an array of {n, time, event, server, secrets: [{name, version}], command, pid, \
      host, outcome, exit, detail}, as in AuditFormat.md; what a record has not is left out.
      """)
  var json = false

  func run() throws {
    let context = try Context.current()
    let records = try AuditSnapshot.read(in: context.locations.state).records.filter(isWanted)
    if json { return try JSONOutput.print(records.map(RecordJSON.init)) }
    if records.isEmpty { return Report.note("nothing is recorded") }
    let rows = records.map { record in
      [
        shortTime(record.time), record.event, record.server ?? "-",
        record.secrets.map(Self.text).joined(separator: " "), record.outcome, Self.remark(record),
      ]
    }
    Report.output(Table(["TIME", "EVENT", "SERVER", "SECRETS", "OUTCOME", "REMARK"], rows).text)
  }

  private func isWanted(_ record: AuditRecord) -> Bool {
    // Times have one form, so that they sort as text.
    if let since, record.time < since.text { return false }
    if let server, record.server != server { return false }
    if let secret {
      return record.secrets.contains {
        $0.reference == secret || $0.reference == "valet://\(secret)"
      }
    }
    return true
  }

  /// Without its milliseconds.
  private func shortTime(_ time: String) -> String { "\(time.prefix(19))Z" }

  private static func text(_ secret: AuditEvent.Secret) -> String {
    let prefix = "valet://"
    let name =
      secret.reference.hasPrefix(prefix)
      ? String(secret.reference.dropFirst(prefix.count)) : secret.reference
    return secret.version.map { "\(name) v\($0)" } ?? name
  }

  private static func remark(_ record: AuditRecord) -> String {
    var words: [String] = []
    if let code = record.exitCode { words.append("exit code \(code)") }
    if let detail = record.detail { words.append(detail) }
    if let command = record.command { words.append(command) }
    if let host = record.host { words.append("by \(host)") }
    return words.joined(separator: ", ")
  }
}

/// A moment, or an age.
struct Since: ExpressibleByArgument {
  /// As the log writes times.
  let text: String

  init?(argument: String) {
    if let date = DateText(argument: argument) {
      text = DateText.describe(date.seconds)
    } else if let age = DurationText(argument: argument) {
      text = DateText.describe(Context.now - age.seconds)
    } else {
      return nil
    }
  }
}

/// A record as scripts read it.
private struct RecordJSON: Encodable {
  struct Secret: Encodable {
    let name: String
    let version: UInt32?
  }

  let n: UInt64
  let time: String
  let event: String
  let server: String?
  let secrets: [Secret]
  let command: String?
  let pid: UInt64?
  let host: String?
  let outcome: String
  let exit: UInt64?
  let detail: String?

  init(_ record: AuditRecord) {
    n = record.number
    time = record.time
    event = record.event
    server = record.server
    secrets = record.secrets.map { Secret(name: $0.reference, version: $0.version) }
    command = record.command
    pid = record.processID
    host = record.host
    outcome = record.outcome
    exit = record.exitCode
    detail = record.detail
  }
}

struct AuditVerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Check every record: which one was changed, is missing, or stands elsewhere.",
    discussion: """
      Ends with 65 when something is wrong.

      Example:
        mcp-valet audit verify
      """)

  @Flag(help: "Print JSON: {records, findings, notes}, the latter two arrays of sentences.")
  var json = false

  /// What `--json` prints.
  private struct Record: Encodable {
    var records: Int
    var findings: [String]
    var notes: [String]
  }

  func run() throws {
    let context = try Context.current()
    let access = VaultAccess(context)
    let vault = access.exists ? try access.openUnlockedOrNot() : nil
    let snapshot = try AuditSnapshot.read(in: context.locations.state)
    var anchors: [(AuditAnchor, AuditVerification.Witness)] = []
    if let anchor = try vault?.auditHead()?.anchor { anchors.append((anchor, .vault)) }
    if let anchor = Self.keyringAnchor(vault) { anchors.append((anchor, .keyring)) }
    let work = SlowWork("checking the records")
    var failure: VaultError?
    let result = AuditVerifier(
      snapshot, anchors: anchors,
      withRoots: vault.map { vault in
        { body in
          do throws(VaultError) { try vault.forEachAuditRoot(body) } catch { failure = error }
        }
      }
    ).run()
    work.end()
    if let failure { throw failure }
    if json {
      try JSONOutput.print(
        Record(
          records: result.recordCount, findings: result.findings.map(\.message),
          notes: result.notes.map(\.message)))
    } else {
      for note in result.notes { Report.note(note.message) }
      for finding in result.findings { Report.output(finding.message) }
    }
    guard result.findings.isEmpty else { throw AuditFindings(count: result.findings.count) }
    if !json { Report.output("\(result.recordCount) records, nothing is wrong") }
  }
}

extension AuditVerifyCommand {
  /// What the keyring knows, where the vault's key is in it and it answers.
  private static func keyringAnchor(_ vault: VaultStore?) -> AuditAnchor? {
    guard let header = vault?.header, header.slots.contains(where: { $0.kind == .keyring }),
      let item = try? Keyrings.quiet().readVaultKey(vaultID: header.vaultID.description),
      let text = item.auditAnchor
    else { return nil }
    return AuditAnchor(text: text)
  }
}

/// The log is not what was written.
private struct AuditFindings: ReportableError {
  let count: Int
  var message: String {
    "the audit log was altered: \(count) \(count == 1 ? "finding" : "findings")"
  }
  var hint: String? { "keep a copy of it, and find out who did that" }
  var exitCode: Secrets.ExitCode { .corruptData }
}

struct AuditBeginCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "begin",
    abstract: "Begin a new log where the vault's own is lost.",
    discussion: """
      What is left of an old log stays; 'verify' tells where the new one begins.

      Example:
        mcp-valet audit begin
      """)

  func run() throws {
    let context = try Context.current()
    let store = try VaultAccess(context).open()
    try Consent.require(
      "Begin a new audit log in \(context.locations.state)?", context, vault: store)
    store.auditor = StoreAuditor(store, context, takesOver: true)
    try store.noteAuditHead()
    VaultAccess(context).noteGeneration(of: store)
    Report.note("the vault's audit log is \(context.locations.state)/audit.log")
  }
}
