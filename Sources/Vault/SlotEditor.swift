internal import Secrets

/// Collects the key slots of a new vault, or of a new vault key.
package final class SlotEditor {
  /// For keyring items, which are anchored to the vault that they open.
  package let vaultID: RandomID
  let sharedKey: SharedKey
  private(set) var slots: [KeySlot] = []
  private let now: Int64

  init(vaultID: RandomID, key: SharedKey, now: Int64) {
    self.vaultID = vaultID
    sharedKey = key
    self.now = now
  }

  /// Wraps the vault key under a secret.
  ///
  /// - Parameter cost: of a passphrase; a standard derivation takes about half a second.
  /// - Throws: ``VaultError/tooManySlots``, ``VaultError/slotExists(_:)``; as
  ///   ``PassphraseCost/derive(from:salt:)``.
  package func add(
    _ secret: borrowing SlotSecret, cost: PassphraseCost = .standard
  ) throws(VaultError) {
    try Self.checkRoom(for: secret.kind, in: slots)
    slots.append(
      try KeySlot.wrap(
        sharedKey.key, vaultID: vaultID, secret: secret, cost: cost, created: now))
  }

  static func checkRoom(for kind: KeySlot.Kind, in slots: [KeySlot]) throws(VaultError) {
    if slots.count >= VaultLimits.maximumSlotCount { throw .tooManySlots }
    if kind.isUnique, slots.contains(where: { $0.kind == kind }) { throw .slotExists(kind) }
  }
}
