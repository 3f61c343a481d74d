internal import Files
internal import Keyring
internal import Secrets
internal import Vault

/// Opens the vault: with the key that the kernel keeps, else with the first source that has it.
struct VaultAccess {
  let context: Context

  init(_ context: Context) { self.context = context }

  var location: VaultLocation { VaultLocation(context.locations) }

  /// Whether there is something in the vault's place, in whatever state.
  var exists: Bool {
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
      try openWithCachedKey() ?? unlock(keyring: Keyrings.quiet(), saysWhyNotKept: false)
    report(store.warnings)
    return store
  }

  /// For a command that a person typed.
  func open() throws -> VaultStore {
    let store =
      try openWithCachedKey() ?? unlock(keyring: Keyrings.interactive(), saysWhyNotKept: true)
    report(store.warnings)
    return store
  }

  func report(_ warnings: [VaultWarning]) {
    for warning in warnings {
      Report.warning(warning.message)
      if let hint = warning.hint { Report.note(hint) }
    }
  }

  /// The vault, opened without asking anything of anybody; `nil` when it is locked.
  ///
  /// - Throws: `VaultError` for a vault that is missing, damaged or not ours.
  func openWithCachedKey() throws -> VaultStore? {
    var sealed = try VaultStore.peek(location)
    guard let cached = cachedKey(of: sealed.header.vaultID) else { return nil }
    let generation = cached.generation
    // Another process may have written between the two looks.
    if generation > sealed.header.generation { sealed = try VaultStore.peek(location) }
    do {
      return try sealed.open(
        try cached.key.withUnsafeBytes { try VaultKey(copying: $0) }, knownGeneration: generation)
    } catch VaultError.staleKey {
      // The vault got another key since: the next source has it.
      return nil
    }
  }

  /// As ``openWithCachedKey()``, and by a key file where there is one: nobody has to answer.
  func openUnasked() throws -> VaultStore? {
    if let store = try openWithCachedKey() { return store }
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
  private func cachedKey(of vault: RandomID) -> CachedKey? {
    (try? KeyCache.load(vaultID: vault.description)) ?? nil
  }

  /// A minute: as long as a prompt may stand on somebody's screen.
  private static let promptWait = Duration.seconds(60)

  /// Waits as long as a prompt may stand on a screen; in front of a host, ``LaunchWatch`` gives up
  /// before where there is none.
  private func waitForTurn(_ folder: borrowing OwnedFolder) throws(FileError) -> FileLock {
    LaunchWatch.expect(.otherUnlock)
    let deadline = ContinuousClock.now + Self.promptWait
    while true {
      do {
        return try FileLock.acquire("unlock.lock", in: folder, wait: .seconds(1))
      } catch .lockTimedOut where ContinuousClock.now < deadline {
        LaunchWatch.say(.otherUnlock)
        if SharedFailures.isPromptShown(in: folder) { LaunchWatch.notePrompt() }
      }
    }
  }

  /// Of many processes that start on a locked vault one asks, and the others find the key cached;
  /// or what failed for the one is not tried again by those that waited for it.
  private func unlock(keyring: KeyringStore, saysWhyNotKept: Bool) throws -> VaultStore {
    let start = SharedFailures.now
    let folder = try OwnedFolder.open(context.locations.runtime, create: true)
    let lock = try waitForTurn(folder)
    defer { withExtendedLifetime(lock) {} }
    if let store = try openWithCachedKey() { return store }
    LaunchWatch.expect(.vaultKey)
    var search = KeySearch(context, header: try VaultStore.peek(location).header, keyring: keyring)
    search.skipped = SharedFailures.since(start, in: folder)
    let store = try VaultStore.open(location, key: try run(&search, sharingFailuresIn: folder))
    // The vault's own record lies beside it and can be put back with it; the keyring's cannot.
    if search.seenGeneration > store.header.generation, store.warnings.isEmpty {
      report([.rolledBack(found: store.header.generation, seen: search.seenGeneration)])
    }
    keep(store, .standard, saysWhyNot: saysWhyNotKept)
    return store
  }

  private func run(
    _ search: inout KeySearch, sharingFailuresIn folder: borrowing OwnedFolder
  ) throws -> VaultKey {
    do {
      let key = try search.run()
      SharedFailures.record(search.failed, in: folder)
      return key
    } catch {
      SharedFailures.record(search.failed, in: folder)
      throw error
    }
  }

  /// How long the kernel keeps the key.
  enum Retention {
    case none
    /// Seconds; `nil`: the cache's own default, and no idle limit.
    case cached(lifetime: Int64?, idle: Int64?)

    static let standard = Retention.cached(lifetime: nil, idle: nil)
  }

  /// Leaves the key with the kernel; a machine without a cache, as containers are, works without.
  func keep(_ store: VaultStore, _ retention: Retention, saysWhyNot: Bool) {
    guard case .cached(let lifetime, let idle) = retention else { return }
    do {
      let key = try store.withKey { try SecretBytes(copying: $0) }
      try KeyCache.store(
        vaultID: store.header.vaultID.description, generation: store.header.generation,
        key: key, lifetime: lifetime.map { .seconds($0) } ?? KeyCache.defaultLifetime,
        idleLimit: idle.map { .seconds($0) })
    } catch {
      if saysWhyNot { Report.note("the key is not kept: \(Report.reportable(error).message)") }
    }
  }

  /// To be called after a write: the caches learn the new generation, so that an older copy of the
  /// vault that somebody puts in its place is noticed.
  func noteGeneration(of store: VaultStore) {
    let header = store.header
    let id = header.vaultID.description
    _ = try? KeyCache.updateGeneration(vaultID: id, generation: header.generation)
    if header.slots.contains(where: { $0.kind == .keyring }) {
      _ = try? Keyrings.ask(Keyrings.quiet()) {
        try $0.updateVaultKeyGeneration(vaultID: id, generation: header.generation)
      }
    }
    report(store.warnings)
  }

  /// What a person should see to, said after a command that stored or unlocked something.
  func remind(about store: VaultStore) throws {
    if !SecretBytes.canBeLocked {
      Report.warning("memory for secrets cannot be locked here and may be swapped out (ulimit -l)")
    }
    let isMade = try store.slots().contains { $0.kind == .recoveryKey }
    if try !isMade || !store.settings().isRecoveryKeyShown {
      Report.note("no recovery key yet: run mcp-valet vault recovery and keep it on paper")
    }
  }
}
