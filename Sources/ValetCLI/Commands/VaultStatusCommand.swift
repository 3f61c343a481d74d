internal import ArgumentParser
internal import Broker
internal import Keyring
internal import Secrets
internal import Vault

struct VaultStatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Where the vault is, how it opens, what to do.",
    discussion: """
      Asks for nothing: of a locked vault it says what needs no key.

      Examples:
        mcp-valet vault status
        mcp-valet vault status --verify
      """)

  @Flag(help: "Also read the whole vault and open every value.")
  var verify = false

  @Flag(
    help: """
      Print JSON: {file, id, generation, opensWith, isLocked, remainingSeconds, idleSeconds, secrets, \
      isUnattended, hasRecoveryKey, verifiedValues}; what a locked vault does not say is left out.
      """)
  var json = false

  /// What `--json` prints.
  private struct Record: Encodable {
    var file: String
    var id: String
    var generation: UInt64
    /// As `vault slot list` names them.
    var opensWith: [String]
    var isLocked: Bool
    /// How long the kernel keeps the key.
    var remainingSeconds: Int64?
    var idleSeconds: Int64?
    var secrets: Int?
    var isUnattended: Bool?
    var hasRecoveryKey: Bool
    var verifiedValues: Int?
  }

  private func printJSON(
    _ header: VaultHeader, _ store: VaultStore?, _ access: VaultAccess
  ) throws {
    var record = Record(
      file: access.location.vaultPath, id: header.vaultID.description,
      generation: header.generation, opensWith: header.slots.map { SlotTable.word($0.kind) },
      isLocked: store == nil,
      hasRecoveryKey: header.slots.contains { $0.kind == .recoveryKey })
    if let store {
      if let cached = Self.cachedKey(of: header) {
        record.remainingSeconds = cached.remaining.components.seconds
        record.idleSeconds = cached.idleLimit?.components.seconds
      }
      record.secrets = try store.list().count
      record.isUnattended = try store.settings().isUnattended
      if verify { record.verifiedValues = try store.verify().versionCount }
    }
    try JSONOutput.print(record)
  }

  func run() throws {
    let context = try Context.current()
    let access = VaultAccess(context)
    let header = try VaultStore.peek(access.location).header
    let store =
      verify ? try access.openSilently() : try access.openWithCachedKey(countsAsUse: false)
    if json { return try printJSON(header, store, access) }
    var lines = [
      "file        \(access.location.vaultPath)",
      "id          \(header.vaultID)",
      "generation  \(header.generation)\(store == nil ? " (not verified while locked)" : "")",
      "opens with  \(header.slots.map { $0.kind?.title ?? "unknown" }.joined(separator: ", "))",
    ]
    guard let store else {
      lines.append("state       locked; mcp-valet unlock")
      Report.output(lines.joined(separator: "\n"))
      if let (found, seen) = try VaultStore.rollback(access.location) {
        access.report([.looksRolledBack(found: found, seen: seen)])
      }
      return
    }
    lines.append("state       unlocked\(Self.remaining(of: header))")
    lines.append("secrets     \(try store.list().count)")
    let settings = try store.settings()
    let hasRecovery = header.slots.contains { $0.kind == .recoveryKey }
    lines.append("unattended  \(settings.isUnattended ? "on" : "off")")
    lines.append("recovery    \(hasRecovery ? "made" : "none")")
    if verify {
      let work = SlowWork("opening every value")
      let report = try store.verify()
      work.end()
      lines.append("verified    \(report.versionCount) values of \(report.secretCount) secrets")
    }
    Report.output(lines.joined(separator: "\n"))
    var warnings = store.takeWarnings()
    let isTold = warnings.contains { if case .rolledBack = $0 { true } else { false } }
    // The cache of the key knows what was seen since the unlocking; the record knows more.
    if !isTold, let (found, seen) = try VaultStore.rollback(access.location) {
      warnings.append(.rolledBack(found: found, seen: seen))
    }
    access.report(warnings)
    try access.remind(about: store)
  }

  /// Looking at it does not count as use.
  private static func cachedKey(of header: VaultHeader) -> CachedKey? {
    (try? KeyCache.load(vaultID: header.vaultID.description, countsAsUse: false)) ?? nil
  }

  /// How long the kernel keeps the key.
  private static func remaining(of header: VaultHeader) -> String {
    guard let cached = cachedKey(of: header) else { return "" }
    let remaining = DurationText.describe(seconds: cached.remaining.components.seconds)
    guard let idle = cached.idleLimit else { return ", for \(remaining) more" }
    let limit = DurationText.describe(seconds: idle.components.seconds)
    return ", for \(remaining) more, or \(limit) without use"
  }
}
