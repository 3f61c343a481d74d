internal import Broker
internal import Grants
internal import Keyring
internal import Secrets
internal import Vault

/// What of ours is in the OS keyring, as far as it can be seen.
///
/// A keyring that does not answer is not an empty one. Only where there is none in this session, and
/// nothing says that one was ever used, is it taken for that.
enum KeyringContents {
  /// - vaults: the ids of those that have something in it.
  case known(vaults: [String], secrets: [SecretSummary])
  /// There is none here, and nothing speaks for one; why, a clause.
  case absent(String)
  /// Something may be in it; why it cannot be looked into, a clause.
  case unknown(String)

  /// - Parameter isUsed: whether something is known to be in it.
  init(of keyring: KeyringStore, isUsed: Bool) {
    do {
      self = .known(
        vaults: try Keyrings.ask(keyring) { try $0.vaultIDs() },
        secrets: try Keyrings.ask(keyring) { try $0.list() })
    } catch {
      let reason = Report.reportable(error).message
      if case StoreError.unavailable = error, !isUsed {
        self = .absent(reason)
      } else {
        self = .unknown(reason)
      }
    }
  }

  /// Whether something speaks for items of ours in a keyring: a slot of the vault, a grant, or a
  /// `leave` that saw some.
  ///
  /// - Parameter store: `nil` where there is no vault, or it does not open.
  static func isUsed(_ context: Context, _ store: VaultStore?) -> Bool {
    if LeaveMarker.read(context)?.usesKeyring == true { return true }
    do {
      let header = try VaultStore.peek(VaultAccess(context).location).header
      if header.slots.contains(where: { $0.kind == .keyring }) { return true }
      return try store?.grants().contains { Self.isItem(in: $0) } ?? false
    } catch VaultError.missing {
      return false
    } catch {
      return true
    }
  }

  /// Of ours: other programs' items are not.
  private static func isItem(in grant: Grant) -> Bool {
    grant.references.contains { reference in
      if case .keyring = reference { true } else { false }
    }
  }
}
