internal import Audit
internal import Control
internal import Files
internal import HostConfigs
internal import Launch
internal import Platform
internal import Relay
internal import Secrets
internal import Supervision
internal import Vault

/// `mcp-valet run`: resolve, then start.
enum ServerLaunch {
  /// Runs a server to its end, or becomes it.
  ///
  /// - Returns: the exit code of the process.
  static func run(_ arguments: RunArguments, inheritedLimit: CoreLimit) -> Int32 {
    var wanted: [SecretReference] = []
    var vault: VaultStore?
    LaunchWatch.begin()
    do {
      let supervisor = try start(arguments, inheritedLimit: inheritedLimit, &wanted, &vault)
      LaunchWatch.end()
      return try supervisor.run()
    } catch {
      LaunchWatch.end()
      let failure = LaunchFailure(error)
      LaunchAudit.recordRefusal(failure, server: arguments.serverName, wanted, vault)
      return fail(failure)
    }
  }

  /// - Parameters:
  ///   - wanted: becomes what the server is to get, also where it is refused.
  ///   - vault: becomes the vault while it is open.
  /// - Returns: the relay of a server that runs; there is no return from a start in place.
  private static func start(
    _ arguments: RunArguments, inheritedLimit: CoreLimit, _ wanted: inout [SecretReference],
    _ vault: inout VaultStore?
  ) throws -> Supervisor {
    let definition = try definition(arguments)
    let draft = LaunchDraft(request(arguments, definition), inherited: .current)
    wanted = draft.references
    guard let plan = draft.plan, let command = try? Command.find(for: plan) else {
      // The stores are asked all the same, so that a person mends everything in one go.
      throw try failure(of: draft, resolve(draft.references))
    }
    // Before the values are read: of a rotation that commits in between we are told.
    let listener = plan.options.executesInPlace ? nil : openSocket()
    // The keys are gone from memory when this returns; the values stay, for servers that replace
    // the first one.
    var values = try resolve(plan.references)
    vault = values.vault
    let prepared = try prepare(draft, plan, values)
    noteDropped(plan)
    let recorded = try LaunchAudit.begin(plan, command, HeldValues(values.stores), values.vault)
    values.vault = nil
    vault = nil
    if plan.options.executesInPlace {
      let pending = recorded.map { PendingRecord($0.log) }
      ExecutedLaunch.record(plan, HeldValues(values.stores))
      try pending?.wait()
      LaunchWatch.end()
      // What the values were read into goes with this process.
      throw executeInPlace(command, prepared, coreLimit: inheritedLimit)
    }
    let signals = try ForwardedSignals()
    var options = GuardedServer.Options()
    options.pipesErrors = true
    let source = LaunchSource(
      plan, command, prepared, values: values.stores, coreLimit: inheritedLimit, options: options)
    let relay = RelayOptions(arguments, definition?.options)
    LaunchWatch.expect(.execution(command.text))
    return try supervise(
      name(of: plan), source, signals, listener, relay, recorded?.audit, recorded?.log)
  }

  /// - Parameter log: written and not complete.
  private static func supervise(
    _ name: String, _ source: LaunchSource, _ signals: consuming ForwardedSignals,
    _ listener: consuming ControlListener?, _ relay: RelayOptions, _ audit: LaunchAudit?,
    _ log: AuditLog?
  ) throws -> Supervisor {
    var log = log
    if log != nil, AuditSettings.isStrict(try Context.current()) {
      try log?.complete()
      log = nil
    }
    var record: ((SupervisionEvent) throws(LaunchError) -> Void)?
    if let audit {
      record = { (event) throws(LaunchError) in try audit.record(event, source) }
    }
    return try Supervisor(
      name, source, signals: signals, listener: listener, recording: record,
      whileStarting: { () throws(LaunchError) in try complete(log) },
      redacting: { relay.isSearched($0) }, settings: relay.settings)
  }

  private static func complete(_ log: AuditLog?) throws(LaunchError) {
    do throws(AuditError) {
      try log?.complete()
    } catch {
      throw .notRecorded(message: error.message, hint: error.hint, error.exitCode)
    }
  }

  /// A file system that cannot hold a socket is no reason not to start a server.
  private static func openSocket() -> ControlListener? {
    guard let context = try? Context.current() else { return nil }
    do {
      return try ControlListener(folderPath: context.locations.runtime)
    } catch {
      Report.note("this server cannot be listed, stopped or given new secrets: \(error.message)")
      return nil
    }
  }

  /// How a server is called: as it is defined, or by its command.
  private static func name(of plan: LaunchPlan) -> String {
    if let name = plan.serverName { return name }
    let command = plan.commandName
    return command.split(separator: "/").last.map(String.init) ?? command
  }

  /// A shell's book-keeping, which nobody misses.
  private static let unremarkable = ["PWD", "OLDPWD", "SHLVL", "_"]

  private static func noteDropped(_ plan: LaunchPlan) {
    // Not `joined`, which on the first call searches through the conformances of the program.
    var names = ""
    for name in plan.dropped where !unremarkable.contains(name) { names += " " + name }
    if names.isEmpty { return }
    Report.note("not passed on to the server:" + names + " (--keep VAR passes one on)")
  }

  private static func prepare(
    _ draft: LaunchDraft, _ plan: LaunchPlan, _ values: ResolvedValues
  ) throws -> PreparedLaunch {
    guard values.failures.isEmpty else { throw failure(of: draft, values) }
    do throws(LaunchError) {
      return try PreparedLaunch(plan, places: places) { values.withValue(of: $0, $1) }
    } catch .invalid, .noMemoryFolder {
      throw failure(of: draft, values)
    }
  }

  /// Where value files may lie.
  private static var places: [MemoryPlace] { MemoryPlace.candidates(variable: Context.variable) }

  /// A server without secrets needs no store, and so no home either.
  private static func resolve(_ references: [SecretReference]) throws -> ResolvedValues {
    if references.isEmpty { return ResolvedValues() }
    return try StoreAccess(keyring: Keyrings.quiet()).read(references)
  }

  /// Everything that is wrong: the words first, which are nearest to whoever wrote them, then the
  /// command, then the stores, then what they lack.
  private static func failure(of draft: LaunchDraft, _ values: ResolvedValues) -> LaunchFailure {
    var problems = LaunchFailure(draft.problems).problems
    if let error = draft.commandFault { problems.append(error) }
    for failure in values.failures { problems.append(failure.error) }
    let lacking = draft.problems { values.withValue(of: $0, $1) }.filter { problem in
      // Nobody knows what a store holds that did not answer.
      guard case .missing(let reference) = problem.fault else { return true }
      return !values.failures.contains { $0.references.contains(reference) }
    }
    problems += LaunchFailure(lacking).problems
    if let error = draft.placeFault(places) { problems.append(error) }
    return LaunchFailure(problems)
  }

  /// A command of its own makes a launch a definition of its own.
  private static func definition(_ arguments: RunArguments) throws -> ServerDefinition? {
    guard arguments.command == nil, let name = arguments.serverName else { return nil }
    return try ServersStore(try Context.current()).read().definition(named: name)
  }

  private static func request(
    _ arguments: RunArguments, _ definition: ServerDefinition?
  ) -> LaunchRequest {
    var request = LaunchRequest()
    request.serverName = arguments.serverName
    if let definition { add(definition, to: &request) }
    if let command = arguments.command {
      request.command = command.map { LaunchRequest.Word($0) }
    }
    request.variables += arguments.environment.map { LaunchRequest.Entry($0.name, $0.text) }
    request.files += arguments.files.map { LaunchRequest.Entry($0.name, $0.text) }
    request.keep += arguments.kept
    if arguments.executesInPlace { request.options.executesInPlace = true }
    if arguments.allowsInArguments { request.options.allowsValuesInArguments = true }
    return request
  }

  private static func add(_ definition: ServerDefinition, to request: inout LaunchRequest) {
    request.command = ([definition.command] + definition.arguments).map { LaunchRequest.Word($0) }
    request.definition = definition.environment.map { LaunchRequest.Entry($0.name, $0.value) }
    request.files = definition.options.files.map {
      LaunchRequest.Entry($0.name, $0.reference.description)
    }
    request.keep = definition.options.keep
    request.options.executesInPlace = definition.options.exec
    request.options.allowsValuesInArguments = definition.options.inArgv
  }

  /// Says what is wrong to a person and, where a host stands in front of us, to the host.
  static func fail(_ failure: LaunchFailure) -> Int32 {
    // There is no server to pass signals on to: they end us, as they would have before.
    ForwardedSignals.restore()
    for problem in failure.problems { Report.error(problem) }
    if isatty(STDIN_FILENO) == 0 {
      let report = FailureReport(
        exitCode: failure.exitCode,
        problems: failure.problems.map { .init(message: $0.message, hint: $0.hint) })
      _ = FailureLoop.run(report, input: STDIN_FILENO, output: STDOUT_FILENO)
    }
    return failure.exitCode.rawValue
  }
}
