internal import Age
internal import ArgumentParser
internal import Audit
internal import Broker
internal import Hosts
internal import Platform
internal import Secrets
internal import Vault

struct VaultExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write secrets out: encrypted for age, or plain into a pipe.",
    discussion: """
      Writes what is in the vault, and what mcp-valet has stored in the OS keyring. Asks first. A \
      plain export asks also where the vault is unattended, and goes into a pipe only. Everything \
      that is exported is recorded in the audit log before it leaves. Connections are not exported: \
      log in again where you go; nor are older values of a secret.

      Formats: 'json', {version, secrets: [{name, store, value, base64, note, expires, stored}]} \
      where store is vault or keyring, with base64 in the place of value where that is no text; \
      'dotenv', which a shell, python-dotenv and docker compose read alike; 'sh' for a shell alone; \
      'docker' for 'docker run --env-file'. A value that a format cannot hold is named, and nothing \
      is written.

      Examples:
        mcp-valet vault export --recipient age1… --output secrets.age
        mcp-valet vault export --passphrase --format json | ssh host 'cat > secrets.age'
        mcp-valet vault export --plain --format dotenv github/ keyring://db | other-program
      """)

  @Argument(
    help: """
      Names of secrets, and beginnings of names that end with '/'; keyring://NAME for those in the \
      OS keyring; none: all of both.
      """,
    completion: CompletedNames.secrets)
  var names: [String] = []

  @Option(help: "Encrypt to this recipient of age, age1…; may be given several times.")
  var recipient: [String] = []

  @Option(help: "Encrypt to the recipients in this file, one a line.", completion: .file())
  var recipientsFile: String?

  @Flag(help: "Encrypt with a passphrase, asked for at the terminal.")
  var passphrase = false

  @Flag(help: "Encrypt with a passphrase, read from standard input.")
  var passphraseStdin = false

  @Flag(help: "Do not encrypt.")
  var plain = false

  @Option(help: "How secrets are written: json, dotenv, sh or docker.")
  var format = ExportFormat.json

  @Option(help: "Write a new file, with mode 0600.", completion: .file())
  var output: String?

  @Flag(help: "Leave out what is in the OS keyring.")
  var noKeyring = false

  private var isToRecipients: Bool { !recipient.isEmpty || recipientsFile != nil }

  func validate() throws {
    let ways = [isToRecipients, passphrase, passphraseStdin, plain].count { $0 }
    guard ways == 1 else {
      throw ValidationError("name one of --recipient, --passphrase, --passphrase-stdin and --plain")
    }
    if plain, output != nil {
      throw ValidationError(
        "--plain goes into a pipe, to a program that needs it; files are encrypted")
    }
  }

  func run() throws {
    let context = try Context.current()
    let destination = try output.map { ExportDestination.file(try absolutePath($0)) }
    let target = destination ?? .standardOutput
    try target.check(isPlain: plain)
    let recipients = try recipients()
    let access = VaultAccess(context)
    let store = access.exists ? try access.open() : nil
    let selection = try ExportSelection(names, context, store, asksKeyring: !noKeyring)
    if store == nil, selection.secrets.isEmpty {
      throw VaultError.missing(path: access.location.vaultPath)
    }
    let values = try selection.read(store)
    let text = try write(selection.secrets, values)
    var encryption: AgeEncryption?
    if isToRecipients { encryption = try AgeEncryption(to: recipients) }
    if passphrase || passphraseStdin {
      let passphrase = try newPassphrase()
      let work = SlowWork(SlowWork.derivation)
      defer { work.end() }
      encryption = try AgeEncryption(passphrase: passphrase)
    }
    // Asked last: nobody should have to agree to what cannot be.
    try consent(selection, values, context, store)
    try target.write { write in
      try text.withUnsafeBytes { text in
        if let encryption = encryption.take() {
          try encryption.encrypt(text, write: write)
        } else if plain {
          try write(text)
        }
      }
    }
    let count = selection.secrets.count
    Report.note("exported \(count) \(count == 1 ? "secret" : "secrets")")
    for line in selection.leftOut { Report.warning("not exported: \(line)") }
    if let store, try !store.connections().isEmpty {
      Report.note("connections are not among them: mcp-valet login NAME URL, where you go")
    }
  }

  private func write(
    _ secrets: [ExportSelection.Secret], _ values: borrowing ExportValues
  ) throws -> SecretBuffer {
    var buffer = try SecretBuffer()
    let variables = format == .json ? [:] : try ExportVariable.names(of: secrets.map(\.reference))
    var faults: [String] = []
    for (number, secret) in secrets.enumerated() {
      let fault = try values.withValue(of: secret.reference) { value -> String? in
        if format == .json {
          try ExportJSON.append(secret, value, isFirst: number == 0, to: &buffer)
          return nil
        }
        if let fault = format.fault(of: value) { return "\(secret.title): \(fault)" }
        try format.append(variables[secret.reference] ?? "", value, to: &buffer)
        return nil
      }
      // The store was changed between two looks.
      guard let fault else { throw StoreError.missing(secret.reference) }
      if let fault { faults.append(fault) }
    }
    guard faults.isEmpty else {
      throw CommandError.refused(
        "\(format.rawValue) cannot hold \(faults.joined(separator: "; "))",
        hint: "--format json holds everything" + (format == .sh ? "" : ", --format sh more"))
    }
    if format == .json { try ExportJSON.end(isEmpty: secrets.isEmpty, &buffer) }
    return buffer
  }

  // MARK: Whom to

  private func recipients() throws -> [AgeRecipient] {
    var recipients = try recipient.map { try AgeRecipient($0) }
    guard let recipientsFile else { return recipients }
    let text = String(decoding: try HostFile.read(recipientsFile).bytes, as: UTF8.self)
    for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
      .enumerated()
    {
      let words = line.split { $0.isWhitespace }
      guard let first = words.first, !first.hasPrefix("#") else { continue }
      do throws(AgeError) {
        // A key of SSH has several words; to be named as such, not as one too many.
        recipients.append(try AgeRecipient(words.joined(separator: " ")))
      } catch {
        throw CommandError.usage(
          "\(printable(recipientsFile)):\(index + 1): \(error.message)", hint: error.hint)
      }
    }
    if recipients.isEmpty { throw AgeError.noRecipients }
    return recipients
  }

  private func newPassphrase() throws -> SecretBytes {
    guard passphraseStdin else { return try VaultAccess.askForNewPassphrase() }
    let secret = try StandardInput.readSecret(limit: Terminal.maximumPassphraseLength, raw: false)
    try Terminal.checkPassphrase(secret)
    return secret
  }

  // MARK: Consent

  private func consent(
    _ selection: ExportSelection, _ values: borrowing ExportValues, _ context: Context,
    _ store: VaultStore?
  ) throws {
    let read = selection.secrets.map { secret in
      (secret.reference, values.version(of: secret.reference))
    }
    let count = read.count == 1 ? "1 secret" : "\(read.count) secrets"
    let place = output.map { "into \(printable($0))" } ?? "into a pipe"
    let question =
      plain
      ? "Write the values of \(count) \(place), readable for whoever gets them?"
      : "Write the values of \(count) \(place), encrypted?"
    let detail = "exported \(place), \(plain ? "plain" : "encrypted")"
    do {
      // Plain values of everything at once: no setting answers for a person.
      if plain, Terminal.open() == nil, Pinentry.find(context.locations) == nil {
        throw CommandError.refused(
          "nobody to ask for consent",
          hint: "at a terminal, the same command; or encrypted, with --recipient")
      }
      try Consent.require(question, context, vault: plain ? nil : selection.vouching(store))
    } catch {
      AuditTrail(context).note(
        AuditEvent(.read, .refused, read, detail: Report.reportable(error).message), store)
      throw error
    }
    // A record holds at most a mebibyte; a hundred names have a tenth of it.
    let log = try AuditTrail(context).open(store)
    try log.record(
      stride(from: 0, to: read.count, by: 100).map { start in
        AuditEvent(
          .read, .ok, Array(read[start..<min(start + 100, read.count)]), detail: detail)
      })
  }
}
