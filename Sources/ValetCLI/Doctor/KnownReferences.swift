internal import Broker
internal import Keyring
internal import Secrets
internal import Vault

/// Which references lead to something, as far as their stores can be asked.
struct KnownReferences {
  /// `nil` while the vault is locked or there is none.
  private let vault: Set<SecretReference>?
  /// `nil` where the keyring does not answer.
  private let keyring: Set<SecretReference>?
  /// Whether the vault is there and locked.
  let isLocked: Bool

  init(_ examination: Examination, asksKeyring: Bool) {
    var isLocked = false
    do {
      if let opened = try QuietVault.open(examination) {
        let secrets = try opened.store.list().map { SecretReference.vault($0.name) }
        let connections = try opened.store.connections().map { SecretReference.oauth($0.name) }
        vault = Set(secrets + connections)
      } else {
        vault = nil
        isLocked = true
      }
    } catch VaultError.missing {
      vault = []
    } catch {
      vault = nil
    }
    self.isLocked = isLocked
    guard asksKeyring else {
      keyring = nil
      return
    }
    let names = try? Keyrings.ask(examination.keyring()) { try $0.list() }.map(\.name)
    keyring = names.map { Set($0.map(SecretReference.keyring)) }
  }

  /// Whether a reference leads to nothing; `false` where that cannot be known.
  func isMissing(_ reference: SecretReference) -> Bool {
    switch reference {
    case .vault, .oauth: vault.map { !$0.contains(reference) } ?? false
    case .keyring: keyring.map { !$0.contains(reference) } ?? false
    // Another program's item: looking for it may ask somebody.
    case .keyringItem: false
    }
  }
}
