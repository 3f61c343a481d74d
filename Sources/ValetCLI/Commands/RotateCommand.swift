internal import ArgumentParser
internal import Audit
internal import Broker
internal import Control
internal import Keyring
internal import Presets
internal import Secrets
internal import Vault

struct RotateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rotate",
    abstract: "Give a secret a new value, and every running server that has it as well.",
    usage: """
      mcp-valet rotate [OPTION…] NAME [--from -- COMMAND…] [--- --check VAR -- COMMAND…]
      mcp-valet rotate [OPTION…] NAME --check VAR -- COMMAND…
      """,
    discussion: """
      The new value is asked for on a terminal, else read from standard input; or it is what the \
      command of --from prints; or it is made by --generate. The command of --check is run with \
      it in the variable VAR, beside HOME, PATH, LANG and their like; only when it ends with 0 is \
      anything changed. Commands are run as typed, without a shell; the first one reaches to the \
      end of the line or to a word '---'.

      Then each running server with the secret is replaced by a fresh one with the new value, \
      behind the back of its host. When a server failed, its old process goes on with the old \
      value, and the exit code is 69; so it is when a server was started with --exec, which \
      nobody can replace.

      Examples:
        mcp-valet rotate github/token
        mcp-valet rotate github/token --check GITHUB_TOKEN -- gh api user
        mcp-valet rotate db/password --generate 24:hex
        mcp-valet rotate api/key --from -- pass show api \\
          --- --check KEY -- ./try-key.sh
      """)

  @Argument(
    help: "A name in the vault, or keyring://NAME.", completion: CompletedNames.secrets,
    transform: parseReference)
  var secret: SecretReference

  @Flag(help: "Take the new value from the output of the command behind '--'.")
  var from = false

  @Option(help: "Try the new value first: VAR, and the command behind '--'.")
  var check: String?

  @Option(help: "Make a random value: BYTES[:hex|base64|base64url|raw].")
  var generate: GeneratedValue?

  @Option(help: "How many older values the vault keeps.")
  var keep = VaultLimits.keptOldVersions

  @Option(help: "When the new value expires, such as 2027-01-31.")
  var expires: DateText?

  @Flag(help: "Keep a last newline.")
  var raw = false

  @Flag(
    help: """
      The old value is known to others: keep no older value and no local backup, nor what 'undo' \
      would put back, and stop the servers at once instead of replacing them.
      """)
  var compromised = false

  @Flag(help: "Print JSON: an array of {server, pid, host, outcome, abandoned, message, hint}.")
  var json = false

  @Argument(
    parsing: .postTerminator, help: "The command of --from or --check.", completion: .file())
  var words: [String] = []

  func validate() throws {
    if !(0...VaultLimits.maximumOldVersions).contains(keep) {
      throw ValidationError("--keep wants 0 to \(VaultLimits.maximumOldVersions)")
    }
  }

  func run() throws {
    let commands = try RotationWords(isFrom: from, check: check, words: words)
    if generate != nil, commands.from != nil {
      throw CommandError.usage("--generate and --from exclude each other", hint: nil)
    }
    let rotation = Rotation(context: try Context.current(), reference: secret)
    let target = try RotationTarget(rotation)
    // Before anybody types: what 'undo' keeps of the old value goes first.
    let lock = compromised ? try ImportLock.acquire(rotation.context) : nil
    defer { withExtendedLifetime(lock) {} }
    let value = try newValue(commands)
    try target.checkDiffers(value)
    if let check = commands.check { try check.command.check(value, in: check.variable) }
    try rotation.alone { try commit(value, to: target, rotation) }
  }

  private func commit(
    _ value: borrowing SecretBytes, to target: RotationTarget, _ rotation: Rotation
  ) throws {
    let shape = compromised ? try target.shape() : nil
    let version = try target.write(
      value, keep: compromised ? 0 : keep, purge: compromised, expires: expires?.seconds)
    Report.note("stored \(secret)\(version.map { ", version \($0)" } ?? "")")
    if generate != nil { Report.note("the new value is printed by: mcp-valet get \(secret)") }
    var report = OutcomeReport(json: json)
    if compromised {
      defer { Rotation.nameRevocation(shape) }
      if version != nil {
        Report.note("no older value and no local backup is left; copies made elsewhere hold it")
      }
      try rotation.stopServers(report: &report)
      try report.finish(nothing: "no running server has it", hint: "mcp-valet ps")
    } else {
      try rotation.distribute(value, version: version, report: &report)
      try rotation.finish(report, canRollBack: version != nil)
    }
  }

  private func newValue(_ commands: RotationWords) throws -> SecretBytes {
    let limit = SecretLimits.maximumValueLength
    let value: SecretBytes
    if let generate {
      value = try generate.make()
    } else if let from = commands.from {
      value = try from.readOutput(limit: limit, raw: raw)
    } else if let terminal = Terminal.open() {
      value = try terminal.readSecret(
        prompt: "New value of \(secret): ", limit: limit, refusesMoreLines: true)
    } else {
      value = try StandardInput.readSecret(limit: limit, raw: raw)
    }
    // Said before a check is run with nothing.
    if value.count == 0, let name = secret.name { throw StoreError.emptyValue(name) }
    return value
  }
}

/// Where the new value goes.
private struct RotationTarget {
  private let name: SecretName
  private let vault: VaultStore?
  private let access: VaultAccess

  /// Opens the store before anybody pastes a key for it.
  ///
  /// - Throws: `StoreError.missing` when there is no such secret.
  init(_ rotation: Rotation) throws {
    access = VaultAccess(rotation.context)
    switch rotation.reference {
    case .vault(let name):
      self.name = name
      let store = try access.open()
      store.auditor = StoreAuditor(store, rotation.context, storing: .rotated)
      _ = try store.versions(of: name)
      vault = store
    case .keyring(let name):
      self.name = name
      vault = nil
      guard try Keyrings.interactive().read([rotation.reference]).contains(rotation.reference)
      else { throw StoreError.missing(rotation.reference) }
    case .keyringItem, .oauth:
      throw CommandError.usage("\(rotation.reference) is not ours to change", hint: nil)
    }
  }

  private func withPresent<Result>(_ body: (UnsafeRawBufferPointer) -> Result) throws -> Result? {
    if let vault { return try vault.read(name).withUnsafeBytes(body) }
    let reference = SecretReference.keyring(name)
    return try Keyrings.interactive().read([reference]).withValue(of: reference, body)
  }

  /// - Throws: ``CommandError/usage(_:hint:)`` when the new value is the present one: whoever
  ///   rotates a key and pastes the old one must not believe that it was rotated.
  func checkDiffers(_ value: borrowing SecretBytes) throws {
    let isSame = try withPresent { present in
      value.withUnsafeBytes { isEqual(present, to: $0) }
    }
    if isSame == true {
      throw CommandError.usage(
        "the new value is the present one; nothing was changed",
        hint: "mcp-valet reload --all gives running servers the present value")
    }
  }

  /// The kind of the present value.
  func shape() throws -> SecretShape? { try withPresent { SecretShape.of($0) } ?? nil }

  /// - Returns: the number of the new version; `nil` in the keyring.
  func write(
    _ value: borrowing SecretBytes, keep: Int, purge: Bool, expires: Int64?
  ) throws -> UInt32? {
    let details = SecretDetails(expires: expires)
    guard let vault else {
      try KeyringAudit(access.context).record(.rotated, name) {
        try Keyrings.interactive().write(name, value: value, details: details)
      }
      return nil
    }
    // Before the backups, in which the records lie as well.
    if purge { try UndoStore(access.context, vault).forget(name) }
    let version = try vault.write(
      name, value: value, details: details, keepingOldVersions: keep, purge: purge)
    access.noteGeneration(of: vault)
    return version
  }
}
