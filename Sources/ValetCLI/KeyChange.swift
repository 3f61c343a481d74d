internal import ArgumentParser
internal import Broker
internal import Keyring
internal import Secrets
internal import Vault

struct KeyChangeOptions: ParsableArguments {
  @Flag(
    help: """
      Drop the ways in whose secret is not at hand, such as the recovery key; without it they are \
      named and nothing is changed.
      """)
  var drop = false
}

/// Gives the vault a new key and wraps it for every way in whose secret is at hand.
struct KeyChange: ~Copyable {
  private let context: Context
  private let dropsOthers: Bool
  private let newPassphrase: SecretBytes?
  /// Where the passphrase that stays comes from, else from the terminal.
  var readsPassphraseFromStandardInput = false

  /// - Parameter newPassphrase: `nil` leaves the passphrase as it is.
  init(_ context: Context, _ options: KeyChangeOptions, newPassphrase: consuming SecretBytes?) {
    self.context = context
    dropsOthers = options.drop
    self.newPassphrase = newPassphrase
  }

  /// - Parameters:
  ///   - store: the vault, opened without leaving its present key with the kernel.
  ///   - purge: whether to remove the local backups, which open with the old secrets.
  func run(_ store: VaultStore, purge: Bool) throws {
    let access = VaultAccess(context)
    let header = store.header
    // Typed before the lock is taken: others may write while somebody thinks.
    let present = try presentPassphrase(header)
    let dropped = try store.changeKey(dropping: dropsOthers ? .drop : .refuse, purge: purge) {
      editor in
      try addPassphrase(to: editor, present: present)
      try addKeyringKey(to: editor, header)
      try addKeyFiles(to: editor, header)
    }
    access.keepInPlace(of: header.vaultID, store)
    if dropped.contains(where: { $0.kind == .recoveryKey }) {
      try store.updateSettings { $0.isRecoveryKeyShown = false }
    }
    access.noteGeneration(of: store)
    Report.note("the vault has a new key")
    for slot in dropped { Report.note("dropped: \(slot.kind?.title ?? "an unknown way in")") }
    if purge {
      Report.note("local backups are removed; copies made elsewhere still open with the old key")
    } else {
      Report.note("older copies still open with the old passphrase")
    }
    try access.remind(about: store)
  }

  /// The passphrase that stays, checked: a slot wrapped under a mistyped one would lock its owner
  /// out. `nil` where there is a new one, or none.
  private borrowing func presentPassphrase(_ header: VaultHeader) throws -> SecretBytes? {
    if newPassphrase != nil || !header.slots.contains(where: { $0.kind == .passphrase }) {
      return nil
    }
    let typed = try readPresentPassphrase()
    let copy = try typed.withUnsafeBytes { try SecretBytes(copying: $0) }
    let work = SlowWork(SlowWork.derivation)
    defer { work.end() }
    _ = try header.unlock(with: .passphrase(copy))
    return typed
  }

  private borrowing func readPresentPassphrase() throws -> SecretBytes {
    let limit = Terminal.maximumPassphraseLength
    if readsPassphraseFromStandardInput {
      return try StandardInput.readSecret(limit: limit, raw: false)
    }
    guard let terminal = Terminal.open() else {
      throw CommandError.refused(
        "no terminal to ask for the passphrase", hint: "pipe it, with --passphrase-stdin")
    }
    return try terminal.readSecret(prompt: "Passphrase of the vault: ", limit: limit)
  }

  private borrowing func addPassphrase(
    to editor: SlotEditor, present: borrowing SecretBytes?
  ) throws {
    func add(_ passphrase: borrowing SecretBytes) throws {
      let work = SlowWork(SlowWork.derivation)
      defer { work.end() }
      let copy = try passphrase.withUnsafeBytes { try SecretBytes(copying: $0) }
      try editor.add(.passphrase(copy))
    }
    switch newPassphrase {
    case .some(let passphrase): try add(passphrase)
    case .none:
      switch present {
      case .some(let passphrase): try add(passphrase)
      case .none: break
      }
    }
  }

  /// The keyring's item stays as it is: until the new vault is in place, the old one needs it.
  private borrowing func addKeyringKey(to editor: SlotEditor, _ header: VaultHeader) throws {
    guard header.slots.contains(where: { $0.kind == .keyring }) else { return }
    guard let item = try Keyrings.interactive().readVaultKey(vaultID: header.vaultID.description)
    else { return }
    try editor.add(.keyring(item.takeKey()))
  }

  private borrowing func addKeyFiles(to editor: SlotEditor, _ header: VaultHeader) throws {
    guard header.slots.contains(where: { $0.kind == .keyFile }) else { return }
    for candidate in KeySearch.keyFiles(context) {
      // Only a file that opens the vault today opens it tomorrow.
      if Self.opens(candidate, header) {
        try editor.add(try KeyFile.read(candidate.path, privacy: candidate.privacy))
      }
    }
  }

  private static func opens(
    _ candidate: KeySearch.KeyFileCandidate, _ header: VaultHeader
  ) -> Bool {
    do {
      _ = try header.unlock(
        with: try KeyFile.read(candidate.path, privacy: candidate.privacy))
      return true
    } catch {
      return false
    }
  }
}
