internal import Audit
internal import Broker
internal import Keyring
internal import Secrets
internal import Vault

/// A secret that a command was asked for by name: found, agreed to by a person, and recorded before
/// it is used.
struct ConsentedValue: ~Copyable {
  private let values: SecretValues
  private let reference: SecretReference

  /// - Parameters:
  ///   - question: what is about to happen with it, as a question.
  ///   - vault: the opened vault; `nil` where there is none.
  /// - Throws: `StoreError`, `VaultError`, `KeyringError`; ``CommandError/refused(_:hint:)`` when
  ///   the answer is no or nobody can be asked; `AuditError`.
  init(
    _ reference: SecretReference, question: String, _ context: Context, _ vault: VaultStore?
  ) throws {
    let values = try Self.read(reference, context, vault)
    // Asked last: nobody should have to agree to what cannot be.
    guard values.contains(reference) else { throw StoreError.missing(reference) }
    let read = [(reference, values.version(of: reference))]
    do {
      try Consent.require(question, context, vault: Self.vouching(reference, vault))
    } catch {
      AuditTrail(context).note(
        AuditEvent(.read, .refused, read, detail: Report.reportable(error).message), vault)
      throw error
    }
    try AuditTrail(context).record(AuditEvent(.read, .ok, read), vault)
    self.values = values
    self.reference = reference
  }

  /// Lends the value for the length of the call.
  func withValue<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) throws -> Result {
    guard let result = try values.withValue(of: reference, body) else {
      throw StoreError.missing(reference)
    }
    return result
  }

  /// The vault, where it may say that nobody is to be asked: for the keyring's items only one that
  /// the keyring knows, since anybody can make a vault.
  private static func vouching(
    _ reference: SecretReference, _ vault: VaultStore?
  ) -> VaultStore? {
    guard let vault, reference.scheme == .keyring else { return vault }
    let id = vault.header.vaultID.description
    let isKnown = try? Keyrings.ask(Keyrings.quiet()) { try $0.isAnchored(id) }
    return isKnown == true ? vault : nil
  }

  private static func read(
    _ reference: SecretReference, _ context: Context, _ vault: VaultStore?
  ) throws -> SecretValues {
    switch reference.scheme {
    case .valet:
      guard let vault else {
        throw VaultError.missing(path: VaultAccess(context).location.vaultPath)
      }
      return try vault.read([reference])
    case .keyring: return try Keyrings.interactive().read([reference])
    case .oauth: throw StoreError.missing(reference)
    }
  }
}
