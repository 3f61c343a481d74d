internal import Files

extension VaultStore {
  /// What came of making a vault.
  package enum Creation {
    case created(VaultStore)
    /// There was one already, or another process made it while this one waited for the lock.
    case found(SealedVault)
  }

  /// Makes a vault unless there is one; of two processes one makes it and the other finds it.
  ///
  /// - Parameters:
  ///   - slots: adds at least one slot. Called while the lock is held and before any file is
  ///     written, so that a key is safely in the keyring before there is a vault that needs it.
  /// - Throws: ``VaultError/lastSlot`` when no slot was added; what `slots` throws; ``VaultError``.
  ///   No vault is there then.
  package static func create(
    _ location: VaultLocation, settings: VaultSettings = VaultSettings(),
    options: VaultOptions = VaultOptions(), slots addSlots: (SlotEditor) throws -> Void
  ) throws -> Creation {
    let folder = try VaultFolder(location, create: true)
    let lock = try folder.lock(wait: options.lockWait)
    do {
      let found = try SealedVault(in: folder)
      lock.release()
      return .found(found)
    } catch VaultError.missing {
      // As it should be; whatever else is wrong with the present file must not be overwritten.
    }
    let key = SharedKey(try VaultKey.random())
    let editor = SlotEditor(vaultID: .random(), key: key, now: options.now())
    try addSlots(editor)
    guard !editor.slots.isEmpty else { throw VaultError.lastSlot }
    var contents = VaultContents()
    if settings != VaultSettings() { contents.settings = settings }
    var commit = VaultCommit(
      folder: folder, vaultID: editor.vaultID, generation: 1, slots: editor.slots,
      contents: contents, base: nil, keepsPresent: false)
    let outcome = try commit.run(key)
    let store = VaultStore(outcome.snapshot, key: key, folder: folder, options: options)
    store.adopt(outcome, key: key)
    lock.release()
    return .created(store)
  }
}
