package import Files
package import Keyring
internal import Platform
internal import Secrets
package import Vault

/// Finds the key of a locked vault: OS keyring, key file, passphrase; the kernel's cache was asked
/// before (see ``VaultAccess``). A source that is locked or not there falls through to the next,
/// and a refusal names them all.
package struct KeySearch {
  let context: Context
  let header: VaultHeader
  /// Whether this is a launch or another moment in which nobody expects a keyring prompt.
  let keyring: KeyringStore

  /// The last generation of the vault that the keyring knows of; 0 without one.
  private(set) var seenGeneration: UInt64 = 0

  /// Sources that just failed for a command that we waited for: they are not asked again.
  var skipped: [SharedFailures.Source] = []

  /// Sources that failed for us in a way that others should hear of.
  private(set) var failed: [SharedFailures.Source] = []

  /// Why each source did not open the vault, for the refusal.
  private var reasons: [String] = []

  /// Asks nothing yet.
  package init(_ context: Context, header: VaultHeader, keyring: KeyringStore) {
    self.context = context
    self.header = header
    self.keyring = keyring
  }

  /// Asks every source that the vault has a slot for, in order.
  ///
  /// - Throws: `VaultError` for a damaged vault and for lack of memory, which no other source
  ///   mends; ``CommandError/refused(_:hint:)`` when no source opened it.
  package mutating func run() throws -> VaultKey {
    if let key = try fromKeyring() { return key }
    if let key = try fromKeyFile() { return key }
    if let key = try fromPerson() { return key }
    throw CommandError.refused(
      "the vault is locked: \(reasons.joined(separator: "; "))", hint: "mcp-valet unlock")
  }

  private func has(_ kind: KeySlot.Kind) -> Bool { header.slots.contains { $0.kind == kind } }

  private mutating func fromKeyring() throws -> VaultKey? {
    guard has(.keyring) else { return nil }
    if skipped.contains(.keyring) {
      reasons.append("the OS keyring did not answer the launch before this one")
      return nil
    }
    do {
      let id = header.vaultID.description
      guard let item = try Keyrings.ask(keyring, { try $0.readVaultKey(vaultID: id) }) else {
        reasons.append("the OS keyring does not hold its key")
        return nil
      }
      seenGeneration = item.generation
      return try attempt(.keyring(item.takeKey()), "the key in the OS keyring does not fit")
    } catch let error as StoreError {
      if case .timedOut = error { failed.append(.keyring) }
      reasons.append(error.message)
      return nil
    }
  }

  private mutating func fromKeyFile() throws -> VaultKey? {
    guard has(.keyFile) else { return nil }
    let candidates = Self.keyFiles(context)
    if candidates.isEmpty { reasons.append("no key file is named in the configuration") }
    for candidate in candidates {
      do {
        let secret = try KeyFile.read(candidate.path, privacy: candidate.privacy)
        if let key = try attempt(secret, "\(candidate.path) is not its key file") { return key }
      } catch VaultError.file(let error) {
        reasons.append(error.message)
      } catch VaultError.keyFileLength(let path, _) {
        reasons.append("\(path) does not hold 32 bytes")
      }
    }
    return nil
  }

  private mutating func fromPerson() throws -> VaultKey? {
    guard has(.passphrase) else { return nil }
    if let terminal = Terminal.open() { return try fromTerminal(terminal) }
    if skipped.contains(.prompt) {
      reasons.append("the passphrase was asked for a moment ago and not given")
      return nil
    }
    guard let pinentry = Pinentry.find(context.locations) else {
      reasons.append("nobody can be asked for the passphrase here")
      return nil
    }
    if let key = try fromPrompt(pinentry) { return key }
    failed.append(.prompt)
    return nil
  }

  private mutating func fromPrompt(_ pinentry: Pinentry) throws -> VaultKey? {
    do {
      let text = """
        A server wants a secret from the vault
        \(context.locations.data)/vault
        """
      LaunchWatch.noteSaid()
      Report.note("waiting for the passphrase prompt on your screen, or for mcp-valet unlock")
      notePrompt(true)
      defer { notePrompt(false) }
      let passphrase = try pinentry.readPassphrase(description: text)
      if passphrase.count == 0 {
        reasons.append("the passphrase is empty")
        return nil
      }
      return try attempt(.passphrase(passphrase), "wrong passphrase")
    } catch let error as CommandError {
      reasons.append(error.message)
      return nil
    }
  }

  /// Tells those who wait for us, and the watch over this launch.
  private func notePrompt(_ isShown: Bool) {
    if isShown { LaunchWatch.notePrompt() } else { LaunchWatch.notePromptEnd() }
    guard let folder = try? OwnedFolder.open(context.locations.runtime, create: false) else {
      return
    }
    SharedFailures.notePrompt(isShown, in: folder)
  }

  /// Three attempts: enough for a typing error, too few to guess.
  private static let attemptCount = 3

  private mutating func fromTerminal(_ terminal: borrowing Terminal) throws -> VaultKey? {
    LaunchWatch.noteSaid()
    notePrompt(true)
    defer { notePrompt(false) }
    for _ in 0..<Self.attemptCount {
      let passphrase = try terminal.readSecret(
        prompt: "Passphrase of the vault: ", limit: Terminal.maximumPassphraseLength)
      if passphrase.count == 0 { continue }
      let work = SlowWork(SlowWork.derivation)
      defer { work.end() }
      do {
        return try header.unlock(with: .passphrase(passphrase))
      } catch VaultError.wrongKey {
        Report.warning("wrong passphrase")
      }
    }
    throw VaultError.wrongKey(.passphrase)
  }

  /// `nil` when the secret does not open the vault, which is no reason to stop.
  private mutating func attempt(
    _ secret: consuming SlotSecret, _ reason: String
  ) throws -> VaultKey? {
    let work = SlowWork(SlowWork.derivation)
    defer { work.end() }
    do {
      return try header.unlock(with: secret)
    } catch VaultError.wrongKey {
      reasons.append(reason)
      return nil
    }
  }

  /// A key file that may be there.
  package struct KeyFileCandidate {
    /// Absolute.
    package let path: String
    /// What is demanded of its owner and mode.
    package let privacy: OwnedFolder.Privacy
  }

  /// What `config/key-file` names, and systemd's credential.
  package static func keyFiles(_ context: Context) -> [KeyFileCandidate] {
    var candidates: [KeyFileCandidate] = []
    if let path = SettingFile.keyFile.path(in: context.locations) {
      candidates.append(KeyFileCandidate(path: path, privacy: .secret))
    }
    if let folder = Context.variable("CREDENTIALS_DIRECTORY"), folder.utf8.first == 0x2f {
      candidates.append(KeyFileCandidate(path: "\(folder)/mcp-valet", privacy: .credential))
    }
    return candidates
  }
}
