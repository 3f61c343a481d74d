internal import Broker
internal import Grants
internal import Importing
internal import Keyring
internal import Secrets
internal import Vault

/// What is exported: secrets of the vault, and what we have stored in the OS keyring.
///
/// Who moves out with everything counts on both, so a keyring that does not answer is an error unless
/// it was left out on purpose.
struct ExportSelection {
  struct Secret {
    /// Of the vault, or of the keyring.
    let reference: SecretReference
    let summary: SecretSummary

    /// For a person: a name, or a reference where it is no name of the vault's.
    var title: String {
      if case .vault(let name) = reference { name.text } else { reference.description }
    }
  }

  /// Those of the vault first, each store's sorted by name.
  private(set) var secrets: [Secret] = []
  /// What somebody may miss, and why it is not there; one clause each.
  private(set) var leftOut: [String] = []

  private static let vaultPrefix = "valet://"
  private static let keyringPrefix = "keyring://"

  /// - Parameters:
  ///   - names: as typed: names, beginnings that end with `/`, either behind `keyring://`; all of
  ///     both stores when empty.
  ///   - store: `nil` where there is no vault.
  /// - Throws: ``CommandError/configuration(_:hint:)`` for a name that leads to nothing;
  ///   ``CommandError/failed(_:hint:)`` for a keyring that does not say what is in it.
  init(
    _ names: [String], _ context: Context, _ store: VaultStore?, asksKeyring: Bool
  ) throws {
    let fromKeyring = names.filter { $0.hasPrefix(Self.keyringPrefix) }
      .map { String($0.dropFirst(Self.keyringPrefix.count)) }
    let fromVault = names.filter { !$0.hasPrefix(Self.keyringPrefix) }
      .map { $0.hasPrefix(Self.vaultPrefix) ? String($0.dropFirst(Self.vaultPrefix.count)) : $0 }
    if names.isEmpty || !fromVault.isEmpty, let store {
      // What an import can take back holds whole files of hosts, and means nothing elsewhere.
      let all = try store.list().filter { !$0.name.text.hasPrefix(UndoRecord.prefix) }
      secrets += try Self.chosen(fromVault, of: all, in: "the vault", hint: "mcp-valet list")
        .map { Secret(reference: .vault($0.name), summary: $0) }
    } else if let name = fromVault.first {
      throw CommandError.configuration("no secret \(printable(name)): there is no vault", hint: nil)
    }
    guard names.isEmpty || !fromKeyring.isEmpty else { return }
    guard asksKeyring else {
      leftOut = ["what mcp-valet has stored in the OS keyring"]
      return
    }
    let isUsed = !fromKeyring.isEmpty || KeyringContents.isUsed(context, store)
    switch KeyringContents(of: Keyrings.interactive(), isUsed: isUsed) {
    case .known(_, let all):
      secrets += try Self.chosen(
        fromKeyring, of: all, in: "the OS keyring", hint: "mcp-valet list"
      )
      .map { Secret(reference: .keyring($0.name), summary: $0) }
    case .absent(let reason):
      leftOut = ["whatever another session has in an OS keyring (\(reason))"]
    case .unknown(let reason):
      throw CommandError.failed(
        "\(reason), and secrets may be in it",
        hint: "unlock it, log in to the desktop; or leave it out: --no-keyring")
    }
  }

  private static func chosen(
    _ names: [String], of all: [SecretSummary], in store: String, hint: String
  ) throws(CommandError) -> [SecretSummary] {
    if names.isEmpty { return all }
    var wanted: Set<SecretName> = []
    for name in names {
      let matches = all.filter {
        name.isEmpty || (name.hasSuffix("/") ? $0.name.text.hasPrefix(name) : $0.name.text == name)
      }
      if matches.isEmpty {
        throw .configuration("no secret \(printable(name)) in \(store)", hint: hint)
      }
      wanted.formUnion(matches.map(\.name))
    }
    return all.filter { wanted.contains($0.name) }
  }

  /// One round for each store.
  func read(_ store: VaultStore?) throws -> ExportValues {
    let references = secrets.map(\.reference)
    let keyring = references.filter { $0.scheme == .keyring }
    let vault = references.filter { $0.scheme == .valet }
    return ExportValues(
      vault: try store?.read(vault) ?? .empty(),
      keyring: try keyring.isEmpty
        ? .empty() : Keyrings.ask(Keyrings.interactive()) { try $0.read(keyring) })
  }

  /// The vault, where it may say that nobody is to be asked: for the keyring's items only one that
  /// the keyring knows, since anybody can make a vault.
  func vouching(_ store: VaultStore?) -> VaultStore? {
    guard let store, secrets.contains(where: { $0.reference.scheme == .keyring }) else {
      return store
    }
    let id = store.header.vaultID.description
    let isKnown = try? Keyrings.ask(Keyrings.quiet()) { try $0.isAnchored(id) }
    return isKnown == true ? store : nil
  }
}

/// The values of an export, by reference.
struct ExportValues: ~Copyable {
  let vault: SecretValues
  let keyring: SecretValues

  init(vault: consuming SecretValues, keyring: consuming SecretValues) {
    self.vault = vault
    self.keyring = keyring
  }

  borrowing func withValue<Result>(
    of reference: SecretReference, _ body: (UnsafeRawBufferPointer) throws -> Result
  ) throws -> Result? {
    if reference.scheme == .keyring { return try keyring.withValue(of: reference, body) }
    return try vault.withValue(of: reference, body)
  }

  borrowing func version(of reference: SecretReference) -> UInt32? {
    vault.version(of: reference)
  }
}
