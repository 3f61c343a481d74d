extension VaultStore {
  /// Adds a way in.
  ///
  /// - Throws: ``VaultError/tooManySlots``, ``VaultError/slotExists(_:)`` for a second slot of a
  ///   kind of which there is one at most; as ``PassphraseCost/derive(from:salt:)``.
  package func addSlot(
    _ secret: borrowing SlotSecret, cost: PassphraseCost = .standard
  ) throws(VaultError) {
    let kind = secret.kind
    try SlotEditor.checkRoom(for: kind, in: try slots())
    // Derived before the lock is taken: half a second in which others may write.
    let slot = try wrap(secret, cost: cost)
    let session = try begin()
    try SlotEditor.checkRoom(for: kind, in: session.slots)
    session.slots.append(slot)
    session.changes.append(.other("a new \(kind.title)"))
    try commit(session)
  }

  /// Puts a new passphrase, recovery key or keyring key in the place of the old one, or adds it
  /// where there is none, and leaves the vault key as it is.
  ///
  /// Copies of the vault made before still open with the old one; ``changeKey(dropping:purge:slots:)``
  /// is the thorough way, after which at least no later copy does.
  package func replaceSlot(
    _ secret: borrowing SlotSecret, cost: PassphraseCost = .standard
  ) throws(VaultError) {
    let kind = secret.kind
    let slot = try wrap(secret, cost: cost)
    let session = try begin()
    if kind.isUnique { session.slots.removeAll { $0.kind == kind } }
    try SlotEditor.checkRoom(for: kind, in: session.slots)
    session.slots.append(slot)
    session.changes.append(.other("a new \(kind.title)"))
    try commit(session)
  }

  /// Removes a way in. Copies of the vault made before still open with it.
  ///
  /// - Parameter slot: one of ``slots()``.
  /// - Throws: ``VaultError/lastSlot``; ``VaultError/changedMeanwhile`` when it is not there.
  package func removeSlot(_ slot: KeySlot) throws(VaultError) {
    let session = try begin()
    guard let position = session.slots.firstIndex(of: slot) else { throw .changedMeanwhile }
    session.slots.remove(at: position)
    session.changes.append(.other("without a \(slot.kind?.title ?? "key slot")"))
    // A slot that this version cannot use does not keep its user from being locked out.
    guard session.slots.contains(where: { $0.kind != nil }) else { throw .lastSlot }
    try commit(session)
  }

  private func wrap(
    _ secret: borrowing SlotSecret, cost: PassphraseCost
  ) throws(VaultError) -> KeySlot {
    try KeySlot.wrap(
      sharedKey.key, vaultID: header.vaultID, secret: secret, cost: cost, created: now())
  }

  /// What happens to slots that a new vault key cannot be wrapped for.
  package enum LostSlots: Sendable {
    /// Nothing is changed, and they are named.
    case refuse
    case drop
  }

  /// Gives the vault a new key: all values are sealed anew, and only what `slots` adds opens the
  /// vault from then on.
  ///
  /// - Parameters:
  ///   - dropping: about present slots of which `slots` adds no counterpart (same kind; as many
  ///     key files as before).
  ///   - purge: also remove the backups beside the vault, which the old secrets open. Copies made
  ///     elsewhere are out of reach.
  ///   - slots: adds every slot of the new key, the unchanged ones too, since their secrets are
  ///     needed to wrap it; called while the lock is held. It must not replace a secret kept
  ///     elsewhere (a keyring item): until this returns the old one is needed.
  /// - Returns: the slots that were dropped.
  /// - Throws: ``VaultError/slotsWouldBeLost(_:)``, ``VaultError/lastSlot`` when none was added;
  ///   what `slots` throws.
  @discardableResult
  package func changeKey(
    dropping: LostSlots = .refuse, purge: Bool, slots addSlots: (SlotEditor) throws -> Void
  ) throws -> [KeySlot] {
    let session = try begin()
    let newKey = SharedKey(try VaultKey.random())
    let editor = SlotEditor(vaultID: session.base.header.vaultID, key: newKey, now: now())
    try addSlots(editor)
    guard !editor.slots.isEmpty else { throw VaultError.lastSlot }
    var unmatched = editor.slots
    let lost = session.slots.filter { slot in
      guard let kind = slot.kind, let match = unmatched.firstIndex(where: { $0.kind == kind })
      else { return true }
      unmatched.remove(at: match)
      return false
    }
    if dropping == .refuse, !lost.isEmpty {
      throw VaultError.slotsWouldBeLost(lost.map(\.kind))
    }
    session.slots = editor.slots
    session.newKey = newKey
    session.changes.append(.other("a new vault key"))
    session.removesBackups = purge
    try commit(session)
    return lost
  }
}
