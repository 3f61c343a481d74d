internal import Secrets

extension ServersFile {
  func definition(
    of member: JSONDocument.Member
  ) throws(HostConfigError) -> ServerDefinition {
    let name = document.string(of: member.key) ?? ""
    do throws(ServerNameError) {
      try ServerName.check(name)
    } catch {
      throw .invalidServerName(error, path: path, at: document.position(of: member.key))
    }
    guard document.kind(of: member.value) == .object else {
      throw wrongType(member.value, "server '\(name)'", "an object")
    }
    guard let command = document.member("command", of: member.value) else {
      throw .missingCommand(path: path, at: document.position(of: member.value), server: name)
    }
    let text = try text(command.value, "'command'")
    if text.isEmpty { throw invalid(command.value, "'command'", "is empty") }
    var definition = ServerDefinition(name: name, command: text)
    if let arguments = document.member("args", of: member.value) {
      definition.arguments = try texts(arguments.value, "'args'")
    }
    if let environment = document.member("env", of: member.value) {
      definition.environment = try variables(environment.value)
    }
    if let options = document.member("valet", of: member.value) {
      definition.options = try self.options(options.value, beside: definition.environment)
    }
    return definition
  }

  private func variables(
    _ node: JSONDocument.Node
  ) throws(HostConfigError) -> [ServerDefinition.Variable] {
    guard document.kind(of: node) == .object else {
      throw wrongType(node, "'env'", "an object of strings")
    }
    var variables: [ServerDefinition.Variable] = []
    for member in document.members(of: node) {
      let name = try variableName(member.key)
      var variable = ServerDefinition.Variable(
        name: name, value: try text(member.value, "the value of '\(name)'"))
      variable.offset = document.span(of: member.value).lowerBound
      variables.append(variable)
    }
    return variables
  }

  private func options(
    _ node: JSONDocument.Node, beside environment: [ServerDefinition.Variable]
  ) throws(HostConfigError) -> ServerDefinition.Options {
    guard document.kind(of: node) == .object else { throw wrongType(node, "'valet'", "an object") }
    var options = ServerDefinition.Options()
    for member in document.members(of: node) {
      switch document.string(of: member.key) ?? "" {
      case "exec": options.exec = try flag(member.value, "'exec'")
      case "inArgv": options.inArgv = try flag(member.value, "'inArgv'")
      case "keep": options.keep = try variableNames(member.value)
      case "noRedact": options.unredacted = try unredacted(member.value)
      case "swap": options.swap = try swap(member.value)
      case "drainSeconds": options.drainSeconds = try drainSeconds(member.value)
      case "files": options.files = try fileVariables(member.value, beside: environment)
      case let key:
        throw .unknownOption(path: path, at: document.position(of: member.key), key: key)
      }
    }
    return options
  }

  private func unredacted(
    _ node: JSONDocument.Node
  ) throws(HostConfigError) -> ServerDefinition.Unredacted {
    switch document.kind(of: node) {
    case .true: .all
    case .false: .none
    case .array: .named(try texts(node, "'noRedact'"))
    default: throw wrongType(node, "'noRedact'", "true, false or an array of secrets")
    }
  }

  private func swap(_ node: JSONDocument.Node) throws(HostConfigError) -> ServerDefinition.Swap {
    guard let text = document.string(of: node), let swap = ServerDefinition.Swap(rawValue: text)
    else { throw wrongType(node, "'swap'", "\"overlap\", \"stop-first\" or \"never\"") }
    return swap
  }

  /// An hour at most: beyond, nobody waits for the answer.
  private func drainSeconds(_ node: JSONDocument.Node) throws(HostConfigError) -> Int {
    guard document.kind(of: node) == .number,
      let seconds = Int(String(decoding: document.bytes[document.span(of: node)], as: UTF8.self)),
      (0...3600).contains(seconds)
    else { throw wrongType(node, "'drainSeconds'", "a whole number of seconds, 3600 at most") }
    return seconds
  }

  private func variableNames(_ node: JSONDocument.Node) throws(HostConfigError) -> [String] {
    guard document.kind(of: node) == .array else {
      throw wrongType(node, "'keep'", "an array of variable names")
    }
    var names: [String] = []
    for element in document.elements(of: node) { names.append(try variableName(element)) }
    return names
  }

  private func fileVariables(
    _ node: JSONDocument.Node, beside environment: [ServerDefinition.Variable]
  ) throws(HostConfigError) -> [ServerDefinition.FileVariable] {
    guard document.kind(of: node) == .object else {
      throw wrongType(node, "'files'", "an object of references")
    }
    var variables: [ServerDefinition.FileVariable] = []
    for member in document.members(of: node) {
      let name = try variableName(member.key)
      if environment.contains(where: { $0.name.utf8.elementsEqual(name.utf8) }) {
        throw invalid(member.key, "'\(name)'", "stands under 'env' and under 'files'")
      }
      let text = try text(member.value, "the value of '\(name)'")
      // Somebody may have put the secret itself here, so the error must not show the text.
      guard SecretReference.hasKnownScheme(text) else {
        throw wrongType(member.value, "the value of '\(name)'", "a reference such as valet://NAME")
      }
      do throws(ReferenceError) {
        variables.append(.init(name: name, reference: try SecretReference(text)))
      } catch {
        throw .reference(error, path: path, at: document.position(of: member.value))
      }
    }
    return variables
  }

  // MARK: Plain values

  /// A string that the kernel can hand to a program: without U+0000.
  private func text(
    _ node: JSONDocument.Node, _ what: String
  ) throws(HostConfigError) -> String {
    guard let text = document.string(of: node) else { throw wrongType(node, what, "a string") }
    if text.utf8.contains(0) { throw invalid(node, what, "holds a NUL character") }
    return text
  }

  private func texts(
    _ node: JSONDocument.Node, _ what: String
  ) throws(HostConfigError) -> [String] {
    guard document.kind(of: node) == .array else {
      throw wrongType(node, what, "an array of strings")
    }
    var texts: [String] = []
    for (index, element) in document.elements(of: node).enumerated() {
      texts.append(try text(element, "element \(index + 1) of \(what)"))
    }
    return texts
  }

  private func flag(
    _ node: JSONDocument.Node, _ what: String
  ) throws(HostConfigError) -> Bool {
    switch document.kind(of: node) {
    case .true: true
    case .false: false
    default: throw wrongType(node, what, "true or false")
    }
  }

  /// The name of an environment variable: anything but the empty string, `=` and NUL.
  private func variableName(_ node: JSONDocument.Node) throws(HostConfigError) -> String {
    let name = try text(node, "the name of a variable")
    if name.isEmpty { throw invalid(node, "the name of a variable", "is empty") }
    if name.utf8.contains(UInt8(ascii: "=")) {
      throw invalid(node, "the name of a variable", "holds a '='")
    }
    return name
  }

  private func invalid(
    _ node: JSONDocument.Node, _ what: String, _ reason: String
  ) -> HostConfigError {
    .invalidValue(path: path, at: document.position(of: node), what: what, reason: reason)
  }
}
