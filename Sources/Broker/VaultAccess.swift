internal import Audit
internal import Files
internal import Keyring
internal import Secrets
package import Vault

/// Opens the vault: with the key that the kernel keeps, else with the first source that has it.
package struct VaultAccess {
  /// What the vault lies in.
  package let context: Context

  /// Reads nothing yet.
  package init(_ context: Context) { self.context = context }

  /// Where the vault is, or would be.
  package var location: VaultLocation { VaultLocation(context.locations) }

  /// Whether there is something in the vault's place, in whatever state.
  package var exists: Bool {
    do {
      _ = try VaultStore.peek(location)
      return true
    } catch VaultError.missing {
      return false
    } catch {
      return true
    }
  }

  /// For a launch: no keyring prompt, nothing said.
  func openForLaunch() throws -> VaultStore {
    let store =
      try openWithCachedKey() ?? unlock(keyring: Keyrings.quiet(), .standard, saysWhyNotKept: false)
    report(store.takeWarnings())
    return store
  }

  /// For a command that a person typed.
  ///
  /// - Parameter retention: what becomes of the key of a vault that was locked.
  package func open(_ retention: Retention = .standard) throws -> VaultStore {
    let store = try openSilently(retention)
    report(store.takeWarnings())
    store.auditor = StoreAuditor(store, context)
    return store
  }

  /// As ``open(_:)``; the store's warnings are left to the caller.
  package func openSilently(_ retention: Retention = .standard) throws -> VaultStore {
    try openWithCachedKey()
      ?? unlock(keyring: Keyrings.interactive(), retention, saysWhyNotKept: true)
  }

  /// Says what an opened vault has to say.
  package func report(_ warnings: [VaultWarning]) {
    for warning in warnings {
      Report.warning(warning.message)
      if let hint = warning.hint { Report.note(hint) }
    }
  }

  /// The vault, opened without asking anything of anybody; `nil` when it is locked.
  ///
  /// - Parameter countsAsUse: whether the idle limit of the key begins anew; not for what looks
  ///   without anybody having used a secret.
  /// - Throws: `VaultError` for a vault that is missing, damaged or not ours.
  package func openWithCachedKey(countsAsUse: Bool = true) throws -> VaultStore? {
    var sealed = try VaultStore.peek(location)
    guard let cached = cachedKey(of: sealed.header.vaultID, countsAsUse: countsAsUse) else {
      return nil
    }
    let generation = cached.generation
    // A writer may have been at work between the two looks; the cache follows the vault.
    if generation > sealed.header.generation { sealed = try VaultStore.peek(location) }
    do {
      return try sealed.open(
        try cached.key.withUnsafeBytes { try VaultKey(copying: $0) }, knownGeneration: generation)
    } catch VaultError.staleKey {
      // The vault got another key since: the next source has it.
      return nil
    }
  }

  /// As ``openWithCachedKey(countsAsUse:)``, and by a key file where there is one: nobody has to answer.
  ///
  /// - Parameter countsAsUse: as of ``openWithCachedKey(countsAsUse:)``.
  package func openUnasked(countsAsUse: Bool = true) throws -> VaultStore? {
    if let store = try openWithCachedKey(countsAsUse: countsAsUse) { return store }
    let header = try VaultStore.peek(location).header
    guard header.slots.contains(where: { $0.kind == .keyFile }) else { return nil }
    for candidate in KeySearch.keyFiles(context) {
      do {
        let secret = try KeyFile.read(candidate.path, privacy: candidate.privacy)
        return try VaultStore.open(location, key: try header.unlock(with: secret))
      } catch {
        continue
      }
    }
    return nil
  }

  /// No cache is as good as an empty one: there are other sources.
  private func cachedKey(of vault: RandomID, countsAsUse: Bool) -> CachedKey? {
    (try? KeyCache.load(vaultID: vault.description, countsAsUse: countsAsUse)) ?? nil
  }

  /// Of many processes that start on a locked vault one asks, and the others find the key cached;
  /// or what failed for the one is not tried again by those that waited for it.
  private func unlock(
    keyring: KeyringStore, _ retention: Retention, saysWhyNotKept: Bool
  ) throws -> VaultStore {
    let turn = try UnlockTurn(in: context.locations.runtime)
    if let store = try openWithCachedKey() { return store }
    LaunchWatch.expect(.vaultKey)
    var search = KeySearch(context, header: try VaultStore.peek(location).header, keyring: keyring)
    search.skipped = turn.failuresOfOthers()
    defer { turn.share(search.failed) }
    let store = try VaultStore.open(location, key: try search.run())
    // The vault's own record lies beside it and can be put back with it; the keyring's cannot.
    if search.seenGeneration > store.header.generation, store.warnings.isEmpty {
      report([.rolledBack(found: store.header.generation, seen: search.seenGeneration)])
    }
    keep(store, retention, saysWhyNot: saysWhyNotKept)
    AuditTrail(context).note(AuditEvent(.unlocked), store)
    return store
  }

  /// How long the kernel keeps the key.
  package enum Retention {
    case none
    /// `nil`: the cache's own default, and no idle limit.
    case cached(lifetime: Duration?, idle: Duration?)

    /// For the cache's own default, without an idle limit.
    package static let standard = Retention.cached(lifetime: nil, idle: nil)
  }

  /// Leaves the key with the kernel; a machine without a cache, as containers are, works without.
  package func keep(_ store: VaultStore, _ retention: Retention, saysWhyNot: Bool) {
    guard case .cached(let lifetime, let idle) = retention else { return }
    do {
      let key = try store.withKey { try SecretBytes(copying: $0) }
      try KeyCache.store(
        vaultID: store.header.vaultID.description, generation: store.header.generation,
        key: key, lifetime: lifetime ?? KeyCache.defaultLifetime, idleLimit: idle)
    } catch {
      if saysWhyNot { Report.note("the key is not kept: \(Report.reportable(error).message)") }
    }
  }

  /// Leaves a new key with the kernel in the place of the old one, for what is left of the time
  /// that the old one had: a vault that was locked stays locked.
  ///
  /// - Parameter old: the vault that was there before; a restored copy may be of another one.
  package func keepInPlace(of old: RandomID, _ store: VaultStore) {
    guard let cached = cachedKey(of: old, countsAsUse: false) else { return }
    if old != store.header.vaultID { _ = try? KeyCache.clear(vaultID: old.description) }
    keep(store, .cached(lifetime: cached.remaining, idle: cached.idleLimit), saysWhyNot: true)
  }

  /// To be called after a write: the caches learn the new generation, so that an older copy of the
  /// vault that somebody puts in its place is noticed.
  package func noteGeneration(of store: VaultStore) {
    let header = store.header
    let id = header.vaultID.description
    _ = try? KeyCache.updateGeneration(vaultID: id, generation: header.generation)
    if header.slots.contains(where: { $0.kind == .keyring }) {
      _ = try? Keyrings.ask(Keyrings.quiet()) {
        try $0.updateVaultKeyGeneration(
          vaultID: id, generation: header.generation,
          auditAnchor: (try? store.auditHead())??.anchor.text)
      }
    }
    report(store.takeWarnings())
  }

  /// What a person should see to, said after a command that stored or unlocked something.
  package func remind(about store: VaultStore) throws {
    if !SecretBytes.canBeLocked {
      Report.warning("memory for secrets cannot be locked here and may be swapped out (ulimit -l)")
    }
    let isMade = try store.slots().contains { $0.kind == .recoveryKey }
    if try !isMade || !store.settings().isRecoveryKeyShown {
      Report.note("no recovery key yet: run mcp-valet vault recovery and keep it on paper")
    }
  }
}
