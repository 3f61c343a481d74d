internal import ArgumentParser
internal import Broker
internal import Keyring
internal import Platform
internal import Secrets
internal import Vault

struct VaultSlotCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "slot",
    abstract: "The ways in which the vault opens.",
    discussion: """
      Examples:
        mcp-valet vault slot list
        mcp-valet vault slot add --keyring
      """,
    subcommands: [SlotListCommand.self, SlotAddCommand.self, SlotRemoveCommand.self])
}

struct SlotListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the ways in; needs no key.",
    discussion: """
      Example:
        mcp-valet vault slot list
      """)

  @Flag(
    help: """
      Print JSON: an array of {slot, kind, made}; kind is 'passphrase', 'recovery-key', 'keyring', \
      'key-file' or 'unknown'; times in RFC 3339.
      """)
  var json = false

  func run() throws {
    let context = try Context.current()
    let header = try VaultStore.peek(VaultAccess(context).location).header
    if json { return try JSONOutput.print(SlotTable.entries(header.slots)) }
    Report.output(SlotTable.text(header.slots))
  }
}

/// The slots of a vault, numbered from 1.
enum SlotTable {
  static func text(_ slots: [KeySlot]) -> String {
    let rows = slots.enumerated().map { index, slot in
      ["\(index + 1)", slot.kind?.title ?? "unknown", DateText.describeDay(slot.created)]
    }
    return Table(["SLOT", "OPENS WITH", "MADE"], rows).text
  }

  /// What `--json` prints.
  struct Entry: Encodable {
    var slot: Int
    var kind: String
    var made: String
  }

  static func entries(_ slots: [KeySlot]) -> [Entry] {
    slots.enumerated().map { index, slot in
      Entry(slot: index + 1, kind: word(slot.kind), made: DateText.describe(slot.created))
    }
  }

  /// For scripts, which want a word that stays.
  static func word(_ kind: KeySlot.Kind?) -> String {
    switch kind {
    case .passphrase: "passphrase"
    case .recoveryKey: "recovery-key"
    case .keyring: "keyring"
    case .keyFile: "key-file"
    case nil: "unknown"
    }
  }
}

struct SlotAddCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "add",
    abstract: "Add one way in.",
    discussion: """
      A recovery key is made by: mcp-valet vault recovery

      Examples:
        mcp-valet vault slot add --passphrase
        mcp-valet vault slot add --key-file ~/.secrets/mcp-valet.key
      """)

  @Flag(help: "A passphrase, asked for at the terminal.")
  var passphrase = false

  @Flag(help: "A passphrase, read from standard input.")
  var passphraseStdin = false

  @Flag(help: "The OS keyring.")
  var keyring = false

  @Option(help: "A key file, which is made.", completion: .file())
  var keyFile: String?

  func validate() throws {
    let count = [passphrase, passphraseStdin, keyring, keyFile != nil].filter { $0 }.count
    if count != 1 {
      throw ValidationError(
        "name one of --passphrase, --passphrase-stdin, --keyring and --key-file")
    }
  }

  func run() throws {
    let context = try Context.current()
    let access = VaultAccess(context)
    let store = try access.open()
    if keyring {
      try addKeyring(store)
    } else if let keyFile {
      try addKeyFile(store, at: try absolutePath(keyFile), context)
    } else {
      let passphrase = try readPassphrase()
      let work = SlowWork(SlowWork.derivation)
      defer { work.end() }
      try store.addSlot(.passphrase(passphrase))
    }
    access.noteGeneration(of: store)
    Report.output(SlotTable.text(try store.slots()))
  }

  private func addKeyring(_ store: VaultStore) throws {
    let id = store.header.vaultID.description
    if try store.slots().contains(where: { $0.kind == .keyring }) {
      throw VaultError.slotExists(.keyring)
    }
    let secret = try SecretBytes.random(count: VaultKey.byteCount)
    try Keyrings.interactive().writeVaultKey(
      vaultID: id, key: secret, generation: store.header.generation)
    do {
      try store.addSlot(.keyring(secret))
    } catch {
      _ = try? Keyrings.quiet().deleteVaultKey(vaultID: id)
      throw error
    }
  }

  private func addKeyFile(_ store: VaultStore, at path: String, _ context: Context) throws {
    let secret = try KeyFile.create(path)
    do {
      try store.addSlot(secret)
    } catch {
      unlink(path)
      throw error
    }
    if let other = SettingFile.keyFile.path(in: context.locations) {
      Report.note("launches look for \(path) now, and no longer for \(other)")
    }
    try SettingFile.keyFile.set(path, in: context.locations)
  }

  private func readPassphrase() throws -> SecretBytes {
    guard passphraseStdin else { return try VaultAccess.askForNewPassphrase() }
    let passphrase = try StandardInput.readSecret(
      limit: Terminal.maximumPassphraseLength, raw: false)
    try Terminal.checkPassphrase(passphrase)
    return passphrase
  }
}

struct SlotRemoveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rm",
    abstract: "Remove one way in; copies made before still open with it.",
    discussion: """
      Example:
        mcp-valet vault slot rm 2
      """)

  @Argument(help: "The number that 'vault slot list' shows.")
  var slot: Int

  func run() throws {
    let context = try Context.current()
    let access = VaultAccess(context)
    let store = try access.open()
    let slots = try store.slots()
    guard slots.indices.contains(slot - 1) else {
      throw CommandError.configuration("no slot \(slot)", hint: "mcp-valet vault slot list")
    }
    let removed = slots[slot - 1]
    try store.removeSlot(removed)
    if removed.kind == .keyring {
      try Keyrings.interactive().deleteVaultKey(vaultID: store.header.vaultID.description)
    }
    access.noteGeneration(of: store)
    Report.note("removed: \(removed.kind?.title ?? "an unknown way in")")
  }
}
