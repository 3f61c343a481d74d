internal import Secrets

extension LaunchPlan {
  /// Sorts out who gets what: `--env` and `--file` before the definition before what was inherited.
  ///
  /// - Throws: ``LaunchError/invalid(_:)`` with every problem that the words alone show.
  package init(
    _ request: LaunchRequest, inherited: InheritedEnvironment
  ) throws(LaunchError) {
    let draft = LaunchDraft(request, inherited: inherited)
    guard let plan = draft.plan else { throw .invalid(draft.problems) }
    self = plan
  }
}

extension LaunchDraft {
  /// Sorts out who gets what: `--env` and `--file` before the definition before what was inherited.
  package init(_ request: LaunchRequest, inherited: InheritedEnvironment) {
    var maker = PlanMaker(options: request.options)
    maker.give(request)
    maker.inherit(inherited)
    maker.arrange(command: request.command)
    let keep = maker.checkedKeep(request.keep)

    let holdsSecrets = !maker.values.isEmpty || !maker.files.isEmpty
    var variables: [LaunchPlan.Variable] = []
    var dropped: [LaunchPlan.Variable] = []
    for variable in maker.inherited {
      let name = variable.name
      if case .inherited = variable.content, holdsSecrets, !LaunchPlan.isBaseline(name),
        !keep.contains(name)
      {
        dropped.append(variable)
      } else {
        variables.append(variable)
      }
    }
    let plan = LaunchPlan(
      serverName: request.serverName, options: request.options, arguments: maker.arguments,
      variables: variables + maker.given, values: maker.values, files: maker.files,
      droppedVariables: dropped)
    self.init(sound: plan, problems: maker.problems)
  }
}

/// Gathers the parts of a plan and everything that is wrong with them.
private struct PlanMaker {
  let options: LaunchRequest.Options
  var problems: [LaunchProblem] = []
  var arguments: [LaunchPlan.Argument] = []
  var given: [LaunchPlan.Variable] = []
  var inherited: [LaunchPlan.Variable] = []
  var values: [SecretReference] = []
  var files: [LaunchPlan.ValueFile] = []
  // Lists and no sets, as in ``InheritedEnvironment``; they hold what a person wrote, so they are
  // short.
  private var givenNames: [[UInt8]] = []

  init(options: LaunchRequest.Options) { self.options = options }

  // MARK: Variables that we were told

  mutating func give(_ request: LaunchRequest) {
    // The command line first, so that it is known what it overrides; the order is restored below.
    var fromCommandLine: [LaunchPlan.Variable] = []
    for entry in request.files {
      checkName(entry.variable)
      do {
        let reference = try SecretReference(entry.value)
        addFile(reference, suggestedName: entry.variable, at: .variable(entry.variable))
        let template = Template(parts: [.file(reference)])
        fromCommandLine.append(
          .init(
            name: Array(entry.variable.utf8), content: .template(template), origin: .commandLine))
      } catch {
        problems.append(.init(.variable(entry.variable), .reference(error)))
      }
    }
    for entry in request.variables {
      if let variable = variable(entry, origin: .commandLine) { fromCommandLine.append(variable) }
    }
    let overriding = givenNames
    givenNames = []
    for entry in request.definition where !overriding.contains(Array(entry.variable.utf8)) {
      if let variable = variable(entry, origin: .definition) { given.append(variable) }
    }
    givenNames += overriding
    given += fromCommandLine
  }

  private mutating func variable(
    _ entry: LaunchRequest.Entry, origin: LaunchPlan.Variable.Origin
  ) -> LaunchPlan.Variable? {
    let name = checkName(entry.variable)
    let place = LaunchProblem.Place.variable(entry.variable)
    do {
      let template = try Template(entry.value)
      note(template, at: place, name: name)
      return .init(name: name, content: .template(template), origin: origin)
    } catch {
      problems.append(.init(place, .reference(error)))
      return nil
    }
  }

  /// The bytes of a name. One that may not be given, or was given before, is a problem, and its
  /// value is looked at all the same: there may be more that is wrong with it.
  @discardableResult
  private mutating func checkName(_ text: String) -> [UInt8] {
    let name = Array(text.utf8)
    if let fault = Self.fault(inName: name) {
      problems.append(.init(.variable(text), fault))
    } else if givenNames.contains(name) {
      problems.append(.init(.variable(text), .duplicate))
    } else {
      givenNames.append(name)
    }
    return name
  }

  private static func fault(inName name: [UInt8]) -> LaunchProblem.Fault? {
    if name.isEmpty { return .emptyName }
    if name.contains(UInt8(ascii: "=")) { return .equalsInName }
    if name.contains(0) { return .nulInName }
    return LaunchPlan.isReserved(name) ? .reservedName : nil
  }

  mutating func checkedKeep(_ names: [String]) -> [[UInt8]] {
    var keep: [[UInt8]] = []
    for text in names {
      let name = Array(text.utf8)
      if let fault = Self.fault(inName: name) { problems.append(.init(.keep(text), fault)) }
      keep.append(name)
    }
    return keep
  }

  // MARK: Variables that were inherited

  mutating func inherit(_ environment: InheritedEnvironment) {
    for entry in environment.entries {
      if LaunchPlan.isReserved(entry.name) || givenNames.contains(entry.name) { continue }
      var content = LaunchPlan.Variable.Content.inherited(entry.whole)
      if Template.mayHoldReference(entry.value), let template = inheritedTemplate(entry) {
        content = .template(template)
      }
      inherited.append(.init(name: entry.name, content: content, origin: .inherited))
    }
  }

  /// `nil` for a value that goes through as it is: nobody wrote it for us, so that only what is
  /// certainly meant as a reference is taken for one.
  private mutating func inheritedTemplate(_ entry: InheritedEnvironment.Entry) -> Template? {
    let text = String(decoding: entry.value, as: UTF8.self)
    let place = LaunchProblem.Place.variable(String(decoding: entry.name, as: UTF8.self))
    do {
      let template = try Template(text)
      guard !template.references.isEmpty else { return nil }
      guard text.utf8.elementsEqual(entry.value) else {
        problems.append(.init(place, .notUTF8))
        return nil
      }
      note(template, at: place, name: entry.name)
      return template
    } catch .unfilledPlaceholder(let placeholder) {
      problems.append(.init(place, .reference(.unfilledPlaceholder(placeholder))))
    } catch .unknownScheme(let reference) {
      // `{{http://…}}` may be a server's own language, and what it holds is not for an error.
      if Self.namesOurScheme(entry.value) {
        let scheme = reference.prefix { $0 != "/" }
        problems.append(.init(place, .reference(.unknownScheme("\(scheme)//…"))))
      }
    } catch {
      // `oauth:…` is the form of some services' tokens.
      if Self.namesOurScheme(entry.value) { problems.append(.init(place, .reference(error))) }
    }
    return nil
  }

  /// Whether one of our schemes stands, with its `//`, at the start or behind `{{` or `{{file:`.
  private static func namesOurScheme(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    func isOurs(_ rest: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
      SecretReference.Scheme.allCases.contains { scheme in
        rest.starts(with: scheme.rawValue.utf8)
          && rest.dropFirst(scheme.rawValue.utf8.count).starts(with: "://".utf8)
      }
    }
    if isOurs(bytes[...]) { return true }
    for index in bytes.indices.dropLast(2) where bytes[index...].starts(with: "{{".utf8) {
      var rest = bytes[(index + 2)...]
      if rest.starts(with: "file:".utf8) { rest = rest.dropFirst(5) }
      if isOurs(rest) { return true }
    }
    return false
  }

  // MARK: Arguments

  mutating func arrange(command: [LaunchRequest.Word]) {
    if command.isEmpty || command.first == .text("") || command.first == .bytes([]) {
      problems.append(.init(.command, .emptyCommand))
      return
    }
    for (position, word) in command.enumerated() {
      switch word {
      case .bytes(let bytes): arguments.append(.bytes(bytes))
      case .text(let text):
        do {
          arguments.append(.template(try argumentTemplate(text, position: position)))
        } catch {
          problems.append(.init(.argument(position), .reference(error)))
          // Holds the place, so that the words behind it keep their numbers.
          arguments.append(.bytes([]))
        }
      }
    }
  }

  private mutating func argumentTemplate(
    _ text: String, position: Int
  ) throws(ReferenceError) -> Template {
    let template: Template
    do {
      template = try Template(text)
    } catch .unfilledPlaceholder(let placeholder) where !Self.isHostsPlaceholder(placeholder) {
      return Template(parts: [.text(text)])
    }
    if position == 0, !template.references.isEmpty {
      problems.append(.init(.command, .referenceInCommand))
      return template
    }
    for case .value(let reference) in template.parts where !options.allowsValuesInArguments {
      problems.append(.init(.argument(position), .valueInArgument(reference)))
    }
    note(template, at: .argument(position), name: nil)
    return template
  }

  /// In an argument, `${input:x}` or `${a.b}` may be the server's own language.
  private static func isHostsPlaceholder(_ placeholder: String) -> Bool {
    placeholder.utf8.starts(with: "${user_config.".utf8)
      || placeholder.utf8.dropFirst(2).dropLast().allSatisfy {
        switch $0 {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
          true
        default: false
        }
      }
  }

  // MARK: References

  private mutating func note(_ template: Template, at place: LaunchProblem.Place, name: [UInt8]?) {
    if name == Array("PATH".utf8), !template.references.isEmpty {
      problems.append(.init(place, .referenceInPath))
    }
    for part in template.parts {
      switch part {
      case .text: break
      case .value(let reference):
        if !values.contains(reference) { values.append(reference) }
      case .file(let reference): addFile(reference, suggestedName: nil, at: place)
      }
    }
  }

  private mutating func addFile(
    _ reference: SecretReference, suggestedName: String?, at place: LaunchProblem.Place
  ) {
    if options.executesInPlace { problems.append(.init(place, .fileWithExec)) }
    if files.contains(where: { $0.reference == reference }) { return }
    let plain = FileName.plain(suggestedName ?? reference.name?.text ?? "keyring-item")
    var name = plain
    var number = 2
    while files.contains(where: { $0.fileName == name }) {
      name = "\(plain)-\(number)"
      number += 1
    }
    files.append(.init(reference: reference, fileName: name))
  }
}

/// Names of value files.
private enum FileName {
  /// Leaves room for a suffix below the 255 bytes that a file's name may have.
  static let maximumLength = 120

  /// `text` with everything but `A-Z a-z 0-9 . _ @ + -`, and a leading `.`, replaced.
  static func plain(_ text: String) -> String {
    var bytes: [UInt8] = []
    for byte in text.utf8.prefix(maximumLength) {
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "@"),
        UInt8(ascii: "+"), UInt8(ascii: "-"):
        bytes.append(byte)
      case UInt8(ascii: "."): bytes.append(bytes.isEmpty ? UInt8(ascii: "_") : byte)
      default: bytes.append(UInt8(ascii: "-"))
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
