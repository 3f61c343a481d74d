internal import Audit
internal import Broker
internal import Keyring
internal import Secrets
internal import Vault

extension VaultAccess {
  /// What a person wants a vault to be opened with.
  enum Means {
    /// Whatever is at hand.
    case any
    case recoveryKey
  }

  /// Opens a locked vault, the kernel's cache left aside, and keeps the key as told.
  func unlock(by means: Means, fromStandardInput: Bool, retention: Retention) throws {
    let sealed = try VaultStore.peek(location)
    let key = try key(of: sealed, by: means, fromStandardInput: fromStandardInput)
    let store = try VaultStore.open(location, key: key)
    report(store.takeWarnings())
    keep(store, retention, saysWhyNot: true)
    AuditTrail(context).note(AuditEvent(.unlocked), store)
    try remind(about: store)
  }

  /// The vault where that takes no answer of anybody, or a terminal is there to ask at; else `nil`.
  func openUnlockedOrNot() throws -> VaultStore? {
    if let store = try openUnasked() { return store }
    if Terminal.open() == nil { return nil }
    return try openSilently()
  }

  /// The key of this vault or of a copy.
  func key(
    of sealed: SealedVault, by means: Means, fromStandardInput: Bool
  ) throws -> VaultKey {
    switch means {
    case .recoveryKey:
      let text = try typedSecret("Recovery key: ", fromStandardInput: fromStandardInput)
      return try sealed.unlock(with: .recoveryKey(try RecoveryKey.parse(text)))
    case .any:
      if fromStandardInput {
        let passphrase = try typedSecret("", fromStandardInput: true)
        let work = SlowWork(SlowWork.derivation)
        defer { work.end() }
        return try sealed.unlock(with: .passphrase(passphrase))
      }
      var search = KeySearch(context, header: sealed.header, keyring: Keyrings.interactive())
      return try search.run()
    }
  }

  /// The key of the present vault where the kernel, a key file or an unlocked keyring has it.
  func keyUnasked(of sealed: SealedVault) -> VaultKey? {
    do {
      if let store = try openUnasked() {
        return try store.withKey { try VaultKey(copying: $0) }
      }
      let id = sealed.header.vaultID.description
      guard let item = try Keyrings.ask(Keyrings.quiet(), { try $0.readVaultKey(vaultID: id) })
      else { return nil }
      return try sealed.unlock(with: .keyring(item.takeKey()))
    } catch {
      return nil
    }
  }

  private func typedSecret(_ prompt: String, fromStandardInput: Bool) throws -> SecretBytes {
    let limit = Terminal.maximumPassphraseLength
    if fromStandardInput { return try StandardInput.readSecret(limit: limit, raw: false) }
    guard let terminal = Terminal.open() else {
      throw CommandError.refused("no terminal to ask at", hint: "pipe it, with --passphrase-stdin")
    }
    return try terminal.readSecret(prompt: prompt, limit: limit)
  }

  /// Makes the kernel forget the key.
  func lock() throws {
    let header = try VaultStore.peek(location).header
    try KeyCache.clear(vaultID: header.vaultID.description)
    AuditTrail(context).note(AuditEvent(.locked), nil)
    let kinds = header.slots.compactMap(\.kind)
    if kinds.contains(.keyring) || kinds.contains(.keyFile) {
      Report.note("the next launch takes the key from the OS keyring or the key file again")
    }
  }
}
