internal import Broker
internal import HostConfigs
internal import Importing
internal import Secrets
internal import Vault

extension Check {
  /// Whether the servers that are configured make sense and name what there is.
  static let servers = Check("servers", [.files, .hosts, .bus]) { examination in
    var findings: [CheckFinding] = []
    let named = NamedReferences(examination, &findings)
    let known = KnownReferences(
      examination, asksKeyring: named.uses.contains { $0.reference.scheme == .keyring })
    var missing: [SecretReference] = []
    for use in named.uses where known.isMissing(use.reference) {
      guard !missing.contains(use.reference) else { continue }
      missing.append(use.reference)
      findings.append(
        CheckFinding(
          .failure, "\(use.title) names \(use.reference), and there is none",
          next: StoreError.missing(use.reference).hint))
    }
    if known.isLocked, !named.uses.isEmpty {
      findings.append(
        CheckFinding(
          .notChecked, "whether the vault holds what servers name: it is locked",
          next: "mcp-valet unlock"))
    }
    if findings.isEmpty {
      let count = Set(named.uses.map(\.title)).count
      if count == 0 { return [CheckFinding(.ok, "no configured server names a secret")] }
      return [
        CheckFinding(
          .ok,
          "\(count) configured \(count == 1 ? "server names" : "servers name") secrets, and all are there"
        )
      ]
    }
    return findings
  }

  /// Which values have expired, soon will, or are old.
  static let secrets = Check("secrets", [.files, .bus]) { examination in
    QuietVault.examine(examination) { store in
      let secrets = try store.list().filter { !$0.name.text.hasPrefix(UndoRecord.prefix) }
      var findings = secrets.compactMap(Self.expiry)
      let old = secrets.filter { secret in
        guard let stored = secret.stored,
          !findings.contains(where: { $0.next?.hasSuffix(" \(secret.name)") == true })
        else { return false }
        return Context.now - stored >= staleAge
      }
      findings += old.map { secret in
        CheckFinding(
          .note,
          "\(secret.name) has had its value for "
            + DurationText.describe(seconds: Context.now - (secret.stored ?? Context.now)),
          next: "mcp-valet rotate \(secret.name)")
      }
      return findings.isEmpty
        ? [CheckFinding(.ok, "none of \(secrets.count) has expired or is over a year old")]
        : findings
    }
  }

  /// A year, in seconds, as `list` has it.
  private static let staleAge: Int64 = 365 * 86_400
  /// 14 days: time enough to ask somebody for a new key.
  private static let expiryWarning: Int64 = 14 * 86_400

  private static func expiry(_ secret: SecretSummary) -> CheckFinding? {
    guard let expires = secret.expires else { return nil }
    let left = expires - Context.now
    if left <= 0 {
      return CheckFinding(
        .failure, "\(secret.name) expired on \(DateText.describeDay(expires))",
        next: "mcp-valet rotate \(secret.name)")
    }
    guard left < expiryWarning else { return nil }
    return CheckFinding(
      .warning, "\(secret.name) expires in \(DurationText.describe(seconds: left))",
      next: "mcp-valet rotate \(secret.name)")
  }
}

/// Every reference that a configured server names, and who names it.
private struct NamedReferences {
  struct Use {
    let title: String
    let reference: SecretReference
  }

  private(set) var uses: [Use] = []

  /// - Parameter findings: gets what is wrong with the configurations themselves.
  init(_ examination: Examination, _ findings: inout [CheckFinding]) {
    let defined = addDefinitions(examination, &findings)
    for server in ConfiguredServers(home: examination.userFolder).servers where server.isThroughUs {
      // What is wrong with them would be said with a word of them, which may be a key.
      guard let words = try? RunArguments(server.arguments.dropFirst()) else {
        findings.append(
          CheckFinding(
            .failure, "\(server.title): its arguments make no sense to 'mcp-valet run'",
            next: "mcp-valet run --help"))
        continue
      }
      if words.command == nil, let name = words.serverName, let defined, !defined.contains(name) {
        findings.append(
          CheckFinding(
            .failure,
            "\(server.title) is started by 'run \(printable(name))', and servers.json has none",
            next: "mcp-valet add \(shellWord(name)) -- COMMAND"))
      }
      let texts =
        (words.environment + words.files).map(\.text) + server.environment.map(\.value)
        + (words.command ?? [])
      add(texts, server.title, next: "mcp-valet run --help", &findings)
    }
  }

  /// A clause without the text itself, which may be a key that somebody wrote behind a scheme.
  private static func fault(_ error: ReferenceError) -> String {
    switch error {
    case .malformed(_, let reason): "a malformed reference: \(reason)"
    case .unterminated: "a reference has no closing '}}'"
    case .unknownScheme, .noScheme, .unfilledPlaceholder: error.message
    }
  }

  /// - Returns: the names of `servers.json`; `nil` when it cannot be read.
  private mutating func addDefinitions(
    _ examination: Examination, _ findings: inout [CheckFinding]
  ) -> [String]? {
    guard let context = examination.context else { return nil }
    let file: ServersFile
    do {
      file = try ServersStore(context).read()
    } catch {
      findings.append(CheckFinding(error))
      return nil
    }
    for name in file.names {
      do {
        let definition = try file.definition(named: name)
        let title = "'\(printable(name))' of servers.json"
        for option in definition.options.files {
          uses.append(Use(title: title, reference: option.reference))
        }
        let texts = definition.environment.map(\.value) + definition.arguments
        add(texts, title, next: "correct \(file.path)", &findings)
      } catch {
        findings.append(CheckFinding(error))
      }
    }
    return file.names
  }

  private mutating func add(
    _ texts: [String], _ title: String, next: String, _ findings: inout [CheckFinding]
  ) {
    for text in texts {
      do {
        uses += try Template(text).references.map { Use(title: title, reference: $0) }
      } catch {
        findings.append(CheckFinding(.failure, "\(title): \(Self.fault(error))", next: next))
      }
    }
  }
}
