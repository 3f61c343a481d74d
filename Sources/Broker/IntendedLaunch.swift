internal import Grants
internal import HostConfigs
package import Launch
internal import Secrets

/// What a command line of `run` would start here and now: the same for a launch and for whoever
/// approves one.
package struct IntendedLaunch {
  package private(set) var draft: LaunchDraft
  let arguments: RunArguments
  let definition: ServerDefinition?
  /// Entries of `PATH` that the server does not get.
  let withheldPath: [SearchPathFinding]
  /// Where the host started us; absolute. `nil` when it cannot be named.
  let folder: [UInt8]?
  private let home: [UInt8]?
  /// As the words were, before anything was withheld.
  private let worded: LaunchPlan?

  /// - Parameter arguments: as they stand behind `run`.
  /// - Throws: `FileError`, `HostConfigError` about the definition that they name.
  package init(
    _ arguments: RunArguments, inherited: InheritedEnvironment = .current
  ) throws {
    self.arguments = arguments
    definition = try Self.definition(arguments)
    var draft = LaunchDraft(Self.request(arguments, definition), inherited: inherited)
    worded = draft.plan
    home = inherited.value(of: "HOME")
    folder = draft.holdsSecrets ? WorkingFolder.path() : nil
    withheldPath = draft.confineSearchPath(folder: folder, home: home)
    draft.confineLocale()
    self.draft = draft
  }

  /// What is to be started, by an absolute path where secrets are at stake; `nil` when something is
  /// wrong with the words or the command.
  package func found() -> (plan: LaunchPlan, command: Command)? {
    guard let plan = draft.plan, let command = try? Command.find(for: plan) else { return nil }
    guard plan.holdsSecrets, let folder else { return (plan, command) }
    return (plan, command.absolute(in: folder))
  }

  /// How the server is called: as it is defined, or by its command.
  static func name(of plan: LaunchPlan) -> String {
    if let name = plan.serverName { return name }
    let command = plan.commandName
    return command.split(separator: "/").last.map(String.init) ?? command
  }

  /// What a grant has to say the same of.
  ///
  /// - Parameter command: as ``found()`` gave it.
  func terms(_ plan: LaunchPlan, _ command: Command) -> LaunchTerms {
    let words = plan.arguments.map(Self.written)
    let rest = Array(words.dropFirst())
    var terms = LaunchTerms(
      serverName: Self.name(of: plan),
      program: LaunchTerms.program(written: words[0], found: command.bytes, arguments: rest),
      arguments: rest, home: home, variables: [], places: plan.programPlaces(home: home),
      options: options)
    for variable in worded?.variables ?? [] {
      let isKept =
        arguments.kept.contains { variable.name.elementsEqual($0.utf8) }
        || definition?.options.keep.contains { variable.name.elementsEqual($0.utf8) } == true
      switch variable.content {
      case .inherited(let whole):
        guard isKept, !LaunchPlan.isBaseline(variable.name) else { continue }
        let value = Array(whole[(variable.name.count + 1)...])
        terms.variables.append(.init(variable.name, .plain(value)))
      case .template(let template):
        let text = template.description
        let content: LaunchTerms.Variable.Content =
          template.references.isEmpty ? .plain(Array(text.utf8)) : .template(text)
        terms.variables.append(.init(variable.name, content))
      case .plain(let value): terms.variables.append(.init(variable.name, .plain(value)))
      }
    }
    return terms
  }

  /// Where a package runner lies that was found along `PATH`; `nil` for any other program.
  func runnerPlace(_ terms: LaunchTerms, _ command: Command) -> [UInt8]? {
    guard case .runner = terms.program else { return nil }
    return command.programPlace(home: home)
  }

  /// Leaves on the server's `PATH` what its grant names, and root's.
  func confineSearchPath(of plan: inout LaunchPlan, to grant: Grant) {
    if grant.terms.namesSearchPath { return }
    let dropped = plan.confineSearchPath(to: grant.terms.places, home: home)
    if dropped.isEmpty { return }
    var entries = ""
    for entry in dropped { entries += " " + escaped(entry) }
    Report.note("not on the server's PATH, since its grant does not name them:" + entries)
  }

  /// The value of a variable that the host gave us and nobody named; `nil` when there is none.
  func inherited(_ name: [UInt8]) -> [UInt8]? {
    guard let worded else { return nil }
    if let value = worded.droppedValue(of: name) { return value }
    for variable in worded.variables where variable.name == name {
      if case .inherited(let whole) = variable.content { return Array(whole[(name.count + 1)...]) }
    }
    return nil
  }

  /// Refuses a program, or a script of it, that others can change.
  ///
  /// - Throws: `LaunchError.untrusted`.
  func checkTrust(_ plan: LaunchPlan, _ command: Command) throws(LaunchError) {
    try command.checkTrust()
    guard let folder else { return }
    let words = plan.arguments.map(Self.written)
    try EntryScript.checkTrust(
      command: words[0], arguments: Array(words.dropFirst()), folder: folder)
  }

  /// Where a grant lets the server start unless a person says otherwise.
  ///
  /// - Returns: `nil` where the working folder is not known and matters.
  func usualFolder(_ plan: LaunchPlan) -> Grant.Folder? {
    let words = plan.arguments.map(Self.written)
    if PackageRunner(command: words[0], arguments: Array(words.dropFirst())) != nil {
      return .empty
    }
    return folder.map { .at($0) }
  }

  private static func written(_ argument: LaunchPlan.Argument) -> [UInt8] {
    switch argument {
    case .bytes(let bytes): bytes
    case .template(let template): Array(template.description.utf8)
    }
  }

  private var options: LaunchTerms.Options {
    var options = LaunchTerms.Options()
    let defined = definition?.options
    options.executesInPlace = arguments.executesInPlace || defined?.exec == true
    options.allowsValuesInArguments = arguments.allowsInArguments || defined?.inArgv == true
    options.passesSecrets = arguments.passesSecrets
    switch defined?.unredacted {
    case .all: options.passesSecrets = true
    case .named(let names): options.unredacted = names.sorted()
    case .none?, nil: break
    }
    options.kept = (arguments.kept + (defined?.keep ?? [])).sorted()
    return options
  }

  // MARK: The words

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
}
