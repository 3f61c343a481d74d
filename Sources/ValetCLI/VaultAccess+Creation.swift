internal import Audit
internal import Broker
internal import Files
internal import Keyring
internal import Platform
internal import Secrets
internal import Vault

/// The ways in which a new vault is to open.
struct NewSlots {
  var keyring = false
  /// Absolute path of a key file to make.
  var keyFile: String?
  var readsPassphraseFromStandardInput = false
  var asksForPassphrase = false
}

extension VaultAccess {
  /// The vault, made on the first use: its key in the OS keyring where there is a lasting one,
  /// behind a passphrase where somebody can type it, else refused.
  func openOrCreate() throws -> VaultStore {
    do {
      return try open()
    } catch VaultError.missing {
      do {
        return try createWithDefaults(VaultSettings())
      } catch VaultError.alreadyExists {
        // Another first command was quicker; its vault is as good.
        return try open()
      }
    }
  }

  /// As ``openOrCreate()``, where there is no vault.
  func createWithDefaults(_ settings: VaultSettings) throws -> VaultStore {
    if let lost = LostVault(context) { throw lost.error }
    return try create(try defaultSlots(), settings: settings)
  }

  private func defaultSlots() throws -> NewSlots {
    guard case .absent(let error) = Keyrings.interactive().persistentCollection() else {
      return NewSlots(keyring: true)
    }
    if Terminal.open() != nil { return NewSlots(asksForPassphrase: true) }
    throw CommandError.refused(
      "there is no vault yet and nowhere to keep its key: \(error.message), and there is no "
        + "terminal to ask for a passphrase",
      hint: "mcp-valet vault init --key-file FILE")
  }

  /// Makes a vault; of two processes one makes it and the other opens it. None where there are
  /// backups of one that is lost.
  func create(_ slots: NewSlots, settings: VaultSettings) throws -> VaultStore {
    if let lost = LostVault(context) { throw lost.error }
    let passphrase = try newPassphrase(slots)
    let work = SlowWork("making the vault")
    defer { work.end() }
    var keyringItem: String?
    do {
      let creation = try VaultStore.create(location, settings: settings) { editor in
        if slots.keyring {
          let secret = try SecretBytes.random(count: VaultKey.byteCount)
          keyringItem = editor.vaultID.description
          try Keyrings.interactive().writeVaultKey(
            vaultID: editor.vaultID.description, key: secret, generation: 1)
          try editor.add(.keyring(secret))
        }
        if let path = slots.keyFile {
          try editor.add(try Self.keyFile(at: path))
          // Before there is a vault: one whose key nobody finds is of no use.
          try SettingFile.keyFile.set(path, in: context.locations)
        }
        switch passphrase {
        case .some(let secret): try editor.add(secret)
        case .none: break
        }
      }
      guard case .created(let store) = creation else {
        throw VaultError.alreadyExists(path: location.vaultPath)
      }
      keep(store, .standard, saysWhyNot: true)
      // A log that is there from a vault before goes on; the vault's first secret tells it so.
      store.auditor = StoreAuditor(store, context, takesOver: true)
      AuditTrail(context).note(
        AuditEvent(.changed, .ok, [], detail: "a new vault"), store, takesOver: true)
      return store
    } catch {
      undo(keyringItem: keyringItem)
      throw error
    }
  }

  /// A new key file, or the one that is there: an earlier attempt may have come no further.
  private static func keyFile(at path: String) throws -> SlotSecret {
    do throws(VaultError) {
      return try KeyFile.create(path)
    } catch .file(.alreadyExists) {
      let secret = try KeyFile.read(path)
      Report.note("the key file \(path) is there already, and opens the new vault")
      return secret
    }
  }

  /// Takes back what was made for a vault that did not come to be. A key file stays, and is taken
  /// by the next attempt: another process may have begun to use it.
  private func undo(keyringItem: String?) {
    // A vault that is there after all, made by us or by somebody else, keeps its keys.
    if let item = keyringItem, headerID() != item {
      _ = try? Keyrings.quiet().deleteVaultKey(vaultID: item)
    }
  }

  private func headerID() -> String? {
    (try? VaultStore.peek(location))?.header.vaultID.description
  }

  private func newPassphrase(_ slots: NewSlots) throws -> SlotSecret? {
    if slots.readsPassphraseFromStandardInput {
      let passphrase = try StandardInput.readSecret(
        limit: Terminal.maximumPassphraseLength, raw: false)
      try Terminal.checkPassphrase(passphrase)
      return .passphrase(passphrase)
    }
    guard slots.asksForPassphrase else { return nil }
    return .passphrase(try Self.askForNewPassphrase())
  }

  static func askForNewPassphrase() throws -> SecretBytes {
    guard let terminal = Terminal.open() else {
      throw CommandError.refused(
        "no terminal to ask for a new passphrase", hint: "pipe it, with --passphrase-stdin")
    }
    return try terminal.readNewPassphrase()
  }
}
