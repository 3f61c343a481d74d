internal import Age
internal import ArgumentParser
internal import Audit
internal import Broker
internal import Hosts
internal import Importing
internal import Platform
internal import Secrets
internal import Vault

struct VaultExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write secrets out: encrypted for age, or plain into a pipe.",
    discussion: """
      Asks first. A plain export asks also where the vault is unattended, goes into a pipe only, and \
      into a file only where --output names one. Everything that is exported is recorded in the \
      audit log before it leaves. Connections are not exported: log in again where you go.

      Formats: 'json', {version, secrets: [{name, value, base64, note, expires, stored}]} with \
      base64 in the place of value where that is no text; 'dotenv', which a shell, python-dotenv \
      and docker compose read alike; 'sh' for a shell alone; 'docker' for 'docker run --env-file'. \
      A value that a format cannot hold is named, and nothing is written.

      Examples:
        mcp-valet vault export --recipient age1… --output secrets.age
        mcp-valet vault export --passphrase --format json | ssh host 'cat > secrets.age'
        mcp-valet vault export --plain --format dotenv github/ | other-program
      """)

  @Argument(
    help: "Names of secrets, and beginnings of names that end with '/'; none: all.",
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

  private var isToRecipients: Bool { !recipient.isEmpty || recipientsFile != nil }

  func validate() throws {
    let ways = [isToRecipients, passphrase, passphraseStdin, plain].count { $0 }
    guard ways == 1 else {
      throw ValidationError("name one of --recipient, --passphrase, --passphrase-stdin and --plain")
    }
  }

  func run() throws {
    let context = try Context.current()
    let destination = try output.map { ExportDestination.file(try absolutePath($0)) }
    let target = destination ?? .standardOutput
    try target.check(isPlain: plain)
    let recipients = try recipients()
    let store = try VaultAccess(context).open()
    let secrets = try wanted(store)
    let values = try store.read(secrets.map { .vault($0.name) })
    let text = try write(secrets, values)
    var encryption: AgeEncryption?
    if isToRecipients { encryption = try AgeEncryption(to: recipients) }
    if passphrase || passphraseStdin {
      let passphrase = try newPassphrase()
      let work = SlowWork(SlowWork.derivation)
      defer { work.end() }
      encryption = try AgeEncryption(passphrase: passphrase)
    }
    // Asked last: nobody should have to agree to what cannot be.
    try consent(secrets, values, context, store)
    try target.write { write in
      try text.withUnsafeBytes { text in
        if let encryption = encryption.take() {
          try encryption.encrypt(text, write: write)
        } else if plain {
          try write(text)
        }
      }
    }
    Report.note("exported \(secrets.count) \(secrets.count == 1 ? "secret" : "secrets")")
    if plain, let output {
      Report.warning("\(output) holds them for everybody who can read it: remove it after use")
    }
    if try !store.connections().isEmpty {
      Report.note("connections are not among them: mcp-valet login NAME URL, where you go")
    }
  }

  private func wanted(_ store: VaultStore) throws -> [SecretSummary] {
    // What an import can take back holds whole files of hosts, and means nothing elsewhere.
    let all = try store.list().filter { !$0.name.text.hasPrefix(UndoRecord.prefix) }
    if names.isEmpty { return all }
    var wanted: Set<String> = []
    for name in names {
      let matches = all.filter {
        name.hasSuffix("/") ? $0.name.text.hasPrefix(name) : $0.name.text == name
      }
      if matches.isEmpty {
        throw CommandError.configuration(
          "no secret \(printable(name)) in the vault", hint: "mcp-valet list")
      }
      wanted.formUnion(matches.map(\.name.text))
    }
    return all.filter { wanted.contains($0.name.text) }
  }

  private func write(
    _ secrets: [SecretSummary], _ values: borrowing SecretValues
  ) throws -> SecretBuffer {
    var buffer = try SecretBuffer()
    let variables = format == .json ? [:] : try ExportVariable.names(of: secrets.map(\.name))
    var faults: [String] = []
    for (number, secret) in secrets.enumerated() {
      let reference = SecretReference.vault(secret.name)
      let fault = try values.withValue(of: reference) { value -> String? in
        if format == .json {
          try ExportJSON.append(secret, value, isFirst: number == 0, to: &buffer)
          return nil
        }
        if let fault = format.fault(of: value) { return "\(secret.name): \(fault)" }
        try format.append(variables[secret.name] ?? "", value, to: &buffer)
        return nil
      }
      // The vault was changed between two looks.
      guard let fault else { throw StoreError.missing(reference) }
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
    var texts = recipient
    if let recipientsFile {
      let bytes = try HostFile.read(recipientsFile).bytes
      texts += String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
        .map { String($0.drop { $0 == " " }) }.filter { !$0.isEmpty && !$0.hasPrefix("#") }
      if texts.isEmpty { throw AgeError.noRecipients }
    }
    return try texts.map { try AgeRecipient($0) }
  }

  private func newPassphrase() throws -> SecretBytes {
    guard passphraseStdin else { return try VaultAccess.askForNewPassphrase() }
    let secret = try StandardInput.readSecret(limit: Terminal.maximumPassphraseLength, raw: false)
    try Terminal.checkPassphrase(secret)
    return secret
  }

  // MARK: Consent

  private func consent(
    _ secrets: [SecretSummary], _ values: borrowing SecretValues, _ context: Context,
    _ store: VaultStore
  ) throws {
    let read = secrets.map { secret in
      let reference = SecretReference.vault(secret.name)
      return (reference, values.version(of: reference))
    }
    let count = secrets.count == 1 ? "1 secret" : "\(secrets.count) secrets"
    let place = output.map { "into \(printable($0))" } ?? "into a pipe"
    let question =
      plain
      ? "Write the values of \(count) \(place), readable for whoever gets them?"
      : "Write the values of \(count) \(place), encrypted?"
    let detail = "exported \(place), \(plain ? "plain" : "encrypted")"
    do {
      // Plain values of everything at once: no setting answers for a person.
      try Consent.require(question, context, vault: plain ? nil : store)
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
