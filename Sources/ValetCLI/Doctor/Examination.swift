internal import Broker
internal import Files
internal import Hosts
internal import Keyring
internal import Secrets
internal import Vault

/// What the checks look at. Everything is read anew by each check: one that hangs shares nothing
/// with the next.
struct Examination: Sendable {
  /// `nil` where the environment names no home.
  let context: Context?
  /// What did not answer an earlier check.
  var silent: Set<Check.Resource> = []

  init(_ context: Context?) { self.context = context }

  /// The context of a check that needs a home.
  ///
  /// - Throws: `FileError`.
  func home() throws(FileError) -> Context {
    if let context { return context }
    return try Context.current()
  }

  /// 2 s: hundreds of times what a keyring needs, and less than a check may take, so that its own
  /// words are the ones that are shown.
  static let keyringDeadline = Duration.seconds(2)

  /// A keyring that never prompts.
  ///
  /// - Parameter variable: looks up an environment variable.
  func keyring(variable: (String) -> String? = Context.variable) -> KeyringStore {
    KeyringStore(interaction: .none, deadline: Self.keyringDeadline, variable: variable)
  }

  /// The folder of the user, as hosts have it.
  var userFolder: String? {
    guard let home = Context.variable("HOME"), home.utf8.first == UInt8(ascii: "/") else {
      return nil
    }
    return home
  }
}

/// A vault that was opened without a question to anybody and without a write.
struct QuietVault {
  enum Way: String {
    case cache = "the key that the kernel keeps"
    case keyFile = "the key file"
    case keyring = "the OS keyring"
  }

  let store: VaultStore
  let way: Way

  /// The vault; `nil` when it is locked.
  ///
  /// Not as other commands do it: those record the generation that they have seen.
  ///
  /// - Throws: `VaultError` for one that is missing, damaged or not ours.
  static func open(_ examination: Examination) throws -> QuietVault? {
    let context = try examination.home()
    let access = VaultAccess(context)
    if let store = try access.openWithCachedKey(countsAsUse: false) {
      return QuietVault(store: store, way: .cache)
    }
    let sealed = try VaultStore.peek(access.location)
    let kinds = sealed.header.slots.compactMap(\.kind)
    if kinds.contains(.keyFile) {
      for candidate in KeySearch.keyFiles(context) {
        guard let secret = try? KeyFile.read(candidate.path, privacy: candidate.privacy),
          let key = try? sealed.unlock(with: secret)
        else { continue }
        return QuietVault(store: try sealed.open(key), way: .keyFile)
      }
    }
    if kinds.contains(.keyring) {
      let id = sealed.header.vaultID.description
      let keyring = examination.keyring()
      if let item = (try? Keyrings.ask(keyring) { try $0.readVaultKey(vaultID: id) }) ?? nil,
        let key = try? sealed.unlock(with: .keyring(item.takeKey()))
      {
        return QuietVault(store: try sealed.open(key), way: .keyring)
      }
    }
    return nil
  }

  /// What a check that needs the vault says where it cannot have it.
  ///
  /// - Parameter body: what it has to say of an opened vault.
  static func examine(
    _ examination: Examination, _ body: (VaultStore) throws -> [CheckFinding]
  ) -> [CheckFinding] {
    do {
      guard let vault = try open(examination) else {
        return [CheckFinding(.notChecked, "the vault is locked", next: "mcp-valet unlock")]
      }
      return try body(vault.store)
    } catch VaultError.missing {
      return [CheckFinding(.ok, "there is no vault yet")]
    } catch is VaultError {
      return [CheckFinding(.notChecked, "the vault cannot be opened; see 'vault'")]
    } catch {
      return [CheckFinding(error)]
    }
  }
}
