internal import ArgumentParser
internal import Broker
internal import Files
internal import Platform
internal import SealedConnections
internal import Secrets
internal import Vault

struct VaultCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "vault",
    abstract: "Make, inspect and look after the vault.",
    discussion: """
      Examples:
        mcp-valet vault status
        mcp-valet vault recovery
        mcp-valet vault backup ~/vault-2026-01-31
      """,
    subcommands: [
      VaultInitCommand.self, VaultStatusCommand.self, VaultSlotCommand.self,
      VaultPasswdCommand.self, VaultRekeyCommand.self, VaultRecoveryCommand.self,
      VaultBackupCommand.self, VaultRestoreCommand.self, VaultExportCommand.self,
      VaultUnattendedCommand.self,
    ])
}

struct VaultInitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Make a vault.",
    discussion: """
      Without options the key goes into the OS keyring where there is one, behind a passphrase \
      otherwise. Several options make several ways in.

      Examples:
        mcp-valet vault init
        mcp-valet vault init --key-file ~/.secrets/mcp-valet.key --unattended
      """)

  @Flag(help: "Keep the key in the OS keyring.")
  var keyring = false

  @Flag(help: "Read a passphrase from standard input.")
  var passphraseStdin = false

  @Option(
    help: "Make a key file of 32 random bytes; whoever reads it and the vault has it all.",
    completion: .file())
  var keyFile: String?

  @Flag(help: "Let scripts read values without a person being asked.")
  var unattended = false

  func run() throws {
    let access = VaultAccess(try Context.current())
    if access.exists { throw VaultError.alreadyExists(path: access.location.vaultPath) }
    let settings = VaultSettings(isUnattended: unattended)
    let store: VaultStore
    if !keyring, !passphraseStdin, keyFile == nil {
      store = try access.createWithDefaults(settings)
    } else {
      let slots = NewSlots(
        keyring: keyring, keyFile: try keyFile.map(absolutePath),
        readsPassphraseFromStandardInput: passphraseStdin)
      store = try access.create(slots, settings: settings)
    }
    Report.note("made \(access.location.vaultPath)")
    try access.remind(about: store)
  }
}

/// A path from the working folder as an absolute one: it is kept, and read from elsewhere.
func absolutePath(_ path: String) throws -> String {
  if path.utf8.first == UInt8(ascii: "/") { return path }
  guard let folder = getcwd(nil, 0) else {
    throw CommandError.configuration("the working folder has no path", hint: "cd to another one")
  }
  defer { free(folder) }
  return "\(String(cString: folder))/\(path)"
}

struct VaultRekeyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rekey",
    abstract: "Give the vault a new key, seal everything anew, remove the local backups.",
    discussion: """
      Examples:
        mcp-valet vault rekey
        mcp-valet vault rekey --drop
      """)

  @Flag(help: "Read the passphrase, which stays, from standard input.")
  var passphraseStdin = false

  @OptionGroup var slots: KeyChangeOptions

  func run() throws {
    let context = try Context.current()
    var change = KeyChange(context, slots, newPassphrase: nil)
    change.readsPassphraseFromStandardInput = passphraseStdin
    try change.run(try VaultAccess(context).open(.none), purge: true)
  }
}

struct VaultPasswdCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "passwd",
    abstract: "Change the passphrase, and with it the vault key.",
    discussion: """
      Old copies of the vault still open with the old passphrase; a new vault key keeps what is \
      stored from now on from whoever has both.

      Example:
        mcp-valet vault passwd
      """)

  @Flag(help: "Change the passphrase only, and leave the vault key as it is.")
  var keepKey = false

  @Flag(help: "Read the new passphrase from standard input.")
  var passphraseStdin = false

  @OptionGroup var slots: KeyChangeOptions

  func run() throws {
    let context = try Context.current()
    let store = try VaultAccess(context).open(.none)
    let passphrase = try readPassphrase()
    if keepKey {
      let work = SlowWork(SlowWork.derivation)
      defer { work.end() }
      try store.replaceSlot(.passphrase(passphrase))
      VaultAccess(context).noteGeneration(of: store)
      return Report.note("changed the passphrase; older copies still open with the old one")
    }
    try KeyChange(context, slots, newPassphrase: passphrase).run(store, purge: false)
  }

  private func readPassphrase() throws -> SecretBytes {
    guard passphraseStdin else { return try VaultAccess.askForNewPassphrase() }
    let passphrase = try StandardInput.readSecret(
      limit: Terminal.maximumPassphraseLength, raw: false)
    try Terminal.checkPassphrase(passphrase)
    return passphrase
  }
}

struct VaultRecoveryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "recovery",
    abstract: "Make a recovery key and show it, once.",
    discussion: """
      It opens the vault with: mcp-valet unlock --recovery

      Example:
        mcp-valet vault recovery
      """)

  func run() throws {
    let context = try Context.current()
    let access = VaultAccess(context)
    let store = try access.open()
    let hasOne = try store.slots().contains { $0.kind == .recoveryKey }
    try Consent.require(
      hasOne
        ? "Make a new recovery key? The old one will not open the vault any more."
        : "Make a recovery key and show it here?", context, vault: store)
    let key = try SecretBytes.random(count: RecoveryKey.byteCount)
    let text = try RecoveryKey.text(of: key)
    // Shown before it is stored: a key that nobody saw must not take the place of one on paper.
    try text.withUnsafeBytes { (bytes) throws(FileError) in
      try StandardOutput.write(bytes)
    }
    Report.output("")
    do {
      try store.replaceSlot(.recoveryKey(key))
      try store.updateSettings { $0.isRecoveryKeyShown = true }
    } catch {
      Report.warning("the key above was not stored and opens nothing")
      throw error
    }
    access.noteGeneration(of: store)
    Report.note("write it down and keep it away from this machine; it is not shown again")
  }
}

struct VaultBackupCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backup",
    abstract: "Write a copy of the vault; it is sealed as the vault is.",
    discussion: """
      Example:
        mcp-valet vault backup ~/vault-2026-01-31
      """)

  @Argument(help: "A file that does not exist yet.", completion: .file())
  var file: String

  func run() throws {
    let store = try VaultAccess(try Context.current()).open()
    let path = try absolutePath(file)
    try store.backup(to: path)
    Report.note("wrote \(path); it opens with what opens the vault today")
  }
}

struct VaultRestoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restore",
    abstract: "Put a copy in the vault's place; the present one becomes a backup.",
    discussion: """
      Asks first where there is a vault, since the copy's grants and settings take the place of \
      the present ones. One that is unlocked and unattended does not ask. Connections stay as the \
      present vault has them, where it opens.

      Examples:
        mcp-valet vault restore ~/vault-2026-01-31
        mcp-valet vault restore ~/vault-2026-01-31 --recovery
      """)

  @Argument(
    help: "A copy that 'vault backup' wrote, or one of the local backups.", completion: .file())
  var file: String

  @Flag(help: "Read the copy's passphrase (or recovery key) from standard input.")
  var passphraseStdin = false

  @Flag(help: "Open the copy with its recovery key.")
  var recovery = false

  func run() throws {
    let context = try Context.current()
    let access = VaultAccess(context)
    let isFirst = !access.exists
    let present = (try? VaultStore.peek(access.location))?.header.vaultID
    let path = try absolutePath(file)
    let connections = ConnectionStore(context.locations)
    let files = Set((try? connections.connectionIDs()) ?? [])
    let carried = CarriedConnections(
      presentKey: { access.keyUnasked(of: $0) },
      hasFile: { files.contains($0) })
    let store = try VaultStore.restore(from: path, to: access.location, carrying: carried) { copy in
      let key = try access.key(
        of: copy, by: recovery ? .recoveryKey : .any, fromStandardInput: passphraseStdin)
      // Asked last. The copy's own settings have no say: whoever made it chose them.
      if !isFirst {
        try Consent.require(
          "Put \(printable(path)) in the place of the present vault?", context,
          vault: try presentVault(access))
      }
      return key
    }
    if isFirst {
      // As after `vault init`.
      access.keep(store, .standard, saysWhyNot: true)
    } else {
      access.keepInPlace(of: present ?? store.header.vaultID, store)
    }
    // The copy may name another log, or know of none.
    store.auditor = StoreAuditor(store, context, takesOver: true)
    try store.noteAuditHead()
    access.noteGeneration(of: store)
    Report.note("restored \(try store.list().count) secrets")
    try warnOfLostConnections(files, store)
  }

  /// Whose key was only in a vault that did not open, or was another one.
  private func warnOfLostConnections(_ files: Set<RandomID>, _ store: VaultStore) throws {
    let known = try store.connections().map(\.key.connectionID)
    let count = files.subtracting(known).count
    guard count > 0 else { return }
    Report.warning(
      "\(count == 1 ? "1 connection has" : "\(count) connections have") no key in this vault: log in"
        + " again; the tokens live on at their servers")
    Report.note(
      "the former vault is the newest backup: restore it, and 'mcp-valet logout' revokes them")
  }

  /// Opened as far as that may decide whether somebody is asked; `nil` for a vault that cannot be
  /// opened, which is why many are restored, and a locked one at a terminal, where a question is
  /// less trouble than its passphrase.
  private func presentVault(_ access: VaultAccess) throws -> VaultStore? {
    if let store = try? access.openWithCachedKey() { return store }
    return Terminal.open() == nil ? try? access.openSilently(.none) : nil
  }
}

struct VaultUnattendedCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "unattended",
    abstract: "Say whether scripts may read values without a person being asked.",
    discussion: """
      Example:
        mcp-valet vault unattended off
      """)

  enum State: String, ExpressibleByArgument, CaseIterable {
    case on, off
  }

  @Argument var state: State

  func run() throws {
    let context = try Context.current()
    let access = VaultAccess(context)
    let store = try access.open()
    if state == .on {
      try Consent.require(
        "Let every script of yours read values without a question?", context, vault: store)
    }
    try store.updateSettings { $0.isUnattended = state == .on }
    access.noteGeneration(of: store)
    Report.note("unattended: \(state.rawValue)")
  }
}
