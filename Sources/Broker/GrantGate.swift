internal import CSodium
internal import Files
package import Grants
internal import Keyring
internal import Launch
internal import Platform
package import Secrets
package import Vault

/// What a launch asks for, and whether the vault allows it.
package struct GrantGate {
  let context: Context
  let store: VaultStore

  package init(_ context: Context, _ store: VaultStore) {
    self.context = context
    self.store = store
  }

  /// The grant that lets a launch have its secrets.
  ///
  /// Where there is none, a person at a terminal is asked; in front of a host the refusal is
  /// recorded, to be approved with `allow --last`.
  ///
  /// - Throws: ``GrantRefusal``; `LaunchError` for a program that others can change; `VaultError`.
  func grant(
    for launch: IntendedLaunch, _ plan: LaunchPlan, _ command: Command
  ) throws -> Grant {
    try launch.checkTrust(plan, command)
    let terms = launch.terms(plan, command)
    let grants = try store.grants(of: terms.serverName)
    let decision = GrantDecision(
      terms, folder: launch.folder, runnerPlace: launch.runnerPlace(terms, command),
      inherited: { launch.inherited($0) }, grants: grants)
    switch decision {
    case .allowed(let grant):
      guard let pin = grant.pin, EntryFile.digest(of: pin.path) != pin.digest else { return grant }
      return try ask(launch, plan, terms, [.content(path: pin.path)], nearest: grant)
    case .refused(let differences, let nearest):
      return try ask(launch, plan, terms, differences, nearest: nearest)
    }
  }

  private func ask(
    _ launch: IntendedLaunch, _ plan: LaunchPlan, _ terms: LaunchTerms,
    _ differences: [GrantDifference], nearest: Grant?
  ) throws -> Grant {
    guard let folder = launch.usualFolder(plan) else {
      throw CommandError.refused(
        "the working folder cannot be named, and a grant would bind it",
        hint: "start it from a folder that exists")
    }
    var grant = Grant(terms, folder: folder, created: Context.now)
    // What a person chose before stays chosen: where it starts, and whose secrets it gets.
    if let nearest {
      if nearest.folder != folder, nearest.folder.covers(launch.folder) {
        grant.folder = nearest.folder
      }
      for variable in nearest.terms.variables {
        if terms.variables.contains(where: { $0.name == variable.name }) { continue }
        guard let value = launch.inherited(variable.name) else { continue }
        grant.terms.variables.append(.init(variable.name, .plain(value)))
      }
      grant.substitutions = nearest.substitutions.filter { substitution in
        plan.references.contains(substitution.written)
      }
      let isSameFile =
        terms.program == nearest.terms.program && terms.arguments == nearest.terms.arguments
      if isSameFile, let pin = nearest.pin, let digest = EntryFile.digest(of: pin.path) {
        grant.pin = .init(path: pin.path, digest: digest)
      }
    }
    let refusal = GrantRefusal(grant, references: plan.references, differences, nearest: nearest)
    if let terminal = Terminal.open() {
      let question = GrantQuestion([grant], earlier: nearest.map { [$0] } ?? [])
      terminal.show(question.text + "\n")
      guard terminal.confirm("Give it these secrets, now and whenever it is started like this?")
      else { throw refusal }
      try record([grant])
      return grant
    }
    RefusalRecord(context).write(grant, store)
    throw refusal
  }

  /// Writes grants into the vault, in one commit. Those that hand out items of the OS keyring make
  /// the vault known to it: nothing else does, so that a vault which somebody put in the place of
  /// the person's own gets nothing from the keyring.
  ///
  /// - Returns: whether there was anything new in them.
  @discardableResult
  package func record(_ grants: [Grant]) throws -> Bool {
    let isNew = try store.record(grants)
    if isNew { VaultAccess(context).noteGeneration(of: store) }
    if grants.contains(where: \.usesKeyring) { anchor() }
    return isNew
  }

  private func anchor() {
    let id = store.header.vaultID.description
    do {
      try Keyrings.ask(Keyrings.interactive()) { try $0.anchorVault(id) }
    } catch {
      Report.warning(
        "the OS keyring releases nothing under this vault yet: \(Report.reportable(error).message)")
    }
  }
}

extension Grant.Folder {
  /// Whether a launch from a folder may start here.
  fileprivate func covers(_ folder: [UInt8]?) -> Bool {
    if case .at(let path) = self { path == folder } else { true }
  }
}

/// A launch that has no grant, or asks for more than its grant allows.
package struct GrantRefusal: ReportableError {
  package let message: String
  package let hint: String?
  package var exitCode: ExitCode { .denied }
  /// What would be allowed.
  let wanted: Grant
  /// ``message`` for the audit log.
  let summary: String

  init(
    _ wanted: Grant, references: [SecretReference], _ differences: [GrantDifference],
    nearest: Grant?
  ) {
    self.wanted = wanted
    let name = printable(wanted.terms.serverName)
    if nearest == nil {
      let secrets = references.map(\.description).joined(separator: ", ")
      message = "nobody has allowed server '\(name)' to have \(secrets)"
      summary = message
    } else {
      let lead = "server '\(name)' is not what was allowed to have its secrets: "
      message = lead + differences.map(\.message).joined(separator: "; ")
      summary = lead + differences.map(\.summary).joined(separator: "; ")
    }
    hint = "at a terminal, look at it and allow it: mcp-valet allow --last"
  }
}

/// What a person is shown before a grant is recorded.
package struct GrantQuestion {
  /// Several lines, escaped, nothing left out.
  package let text: String

  /// - Parameter earlier: the grants that the new ones are compared with, by server.
  package init(_ grants: [Grant], earlier: [Grant]) {
    var text = ""
    for grant in grants {
      let name = quoted(Array(grant.terms.serverName.utf8))
      text += "Server \(name)\n"
      for line in grant.lines { text += line + "\n" }
      let old = earlier.first { $0.terms.serverName == grant.terms.serverName }
      guard let old else { continue }
      let news = grant.news(comparedTo: old)
      if news.isEmpty { continue }
      text += "What is different from what was allowed before:\n"
      for line in news { text += "  \(line)\n" }
    }
    self.text = text
  }
}

/// The content of the file that is run.
package enum EntryFile {
  /// SHA-256 (FIPS 180-4), 32 bytes; `nil` for what is no regular file or cannot be read.
  package static func digest(of path: [UInt8]) -> [UInt8]? {
    let name = path.map { CChar(bitPattern: $0) } + [0]
    let raw = open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    guard raw >= 0 else { return nil }
    let descriptor = Descriptor(owning: raw)
    var status = stat()
    guard fstat(descriptor.rawValue, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      return nil
    }
    var state = crypto_hash_sha256_state()
    crypto_hash_sha256_init(&state)
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(descriptor.rawValue, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { return nil }
      if count == 0 { break }
      crypto_hash_sha256_update(&state, buffer, UInt64(count))
    }
    var digest = [UInt8](repeating: 0, count: 32)
    crypto_hash_sha256_final(&state, &digest)
    return digest
  }
}
