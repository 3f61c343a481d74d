internal import Secrets

extension ServersFile {
  /// Adds a definition, or replaces one of the same name.
  ///
  /// A replaced one keeps its place, its unknown keys, and the bytes of all that stays the same.
  /// What is checked on reading is checked here first, so a definition that was added can be read.
  ///
  /// - Parameter replacing: whether a server of that name may be there already.
  /// - Throws: ``HostConfigError/serverExists(_:path:)`` when it may not; else the errors of
  ///   reading. The file is then unchanged.
  package mutating func add(
    _ definition: ServerDefinition, replacing: Bool = false
  ) throws(HostConfigError) {
    do throws(ServerNameError) {
      try ServerName.check(definition.name)
    } catch { throw .invalidServerName(error, path: path, at: nil) }
    if let name = definition.repeatedVariable { throw .repeatedVariable(name) }
    let place = [Self.section, definition.name]
    let present = document.value(at: place)
    guard present == nil || replacing else { throw .serverExists(definition.name, path: path) }
    var copy = self
    do throws(JSONDocumentError) {
      if let present, document.kind(of: present) == .object {
        try copy.update(place, with: definition)
      } else {
        try copy.document.set(definition.json, at: place)
      }
    } catch { throw HostConfigError(error, path: path) }
    do throws(HostConfigError) {
      _ = try copy.definition(named: definition.name)
    } catch { throw error.withoutPosition }
    self = copy
  }

  /// - Throws: ``HostConfigError/nothingToRemove(_:path:known:)`` when there is none of that name.
  package mutating func remove(_ name: String) throws(HostConfigError) {
    do throws(JSONDocumentError) {
      if try document.remove(at: [Self.section, name]) { return }
    } catch { throw HostConfigError(error, path: path) }
    throw .nothingToRemove(name, path: path, known: names)
  }

  /// Member by member, so that unknown keys and the layout of what stays are kept.
  private mutating func update(
    _ place: [String], with definition: ServerDefinition
  ) throws(JSONDocumentError) {
    guard case .object(let wanted) = definition.json else { return }
    for key in ["args", "env", "valet"] where !wanted.contains(where: { $0.name == key }) {
      try document.remove(at: place + [key])
    }
    for member in wanted { try merge(member.value, at: place + [member.name]) }
  }

  private mutating func merge(
    _ value: JSONValue, at place: [String]
  ) throws(JSONDocumentError) {
    guard case .object(let wanted) = value, let node = document.value(at: place),
      document.kind(of: node) == .object
    else {
      try document.set(value, at: place)
      return
    }
    let present = document.members(of: node).compactMap { document.string(of: $0.key) }
    for name in present where !wanted.contains(where: { $0.name.utf8.elementsEqual(name.utf8) }) {
      try document.remove(at: place + [name])
    }
    for member in wanted { try merge(member.value, at: place + [member.name]) }
  }
}

extension ServerDefinition {
  fileprivate var repeatedVariable: String? {
    let names = environment.map(\.name) + options.files.map(\.name)
    var seen: Set<[UInt8]> = []
    return names.first { !seen.insert(Array($0.utf8)).inserted }
  }

  /// The shape of the file; what is empty is left out.
  var json: JSONValue {
    var members: [JSONValue.Member] = [.init("command", .string(command))]
    if !arguments.isEmpty { members.append(.init("args", .array(arguments.map(JSONValue.string)))) }
    if !environment.isEmpty {
      let variables = environment.map { JSONValue.Member($0.name, .string($0.value)) }
      members.append(.init("env", .object(variables)))
    }
    if options != Options() { members.append(.init("valet", options.json)) }
    return .object(members)
  }
}

extension ServerDefinition.Options {
  fileprivate var json: JSONValue {
    var members: [JSONValue.Member] = []
    if !keep.isEmpty { members.append(.init("keep", .array(keep.map(JSONValue.string)))) }
    if !files.isEmpty {
      let variables = files.map {
        JSONValue.Member($0.name, .string($0.reference.description))
      }
      members.append(.init("files", .object(variables)))
    }
    if exec { members.append(.init("exec", .boolean(true))) }
    if inArgv { members.append(.init("inArgv", .boolean(true))) }
    switch unredacted {
    case .none: break
    case .all: members.append(.init("noRedact", .boolean(true)))
    case .named(let names):
      members.append(.init("noRedact", .array(names.map(JSONValue.string))))
    }
    if let swap { members.append(.init("swap", .string(swap.rawValue))) }
    if let drainSeconds { members.append(.init("drainSeconds", .integer(drainSeconds))) }
    return .object(members)
  }
}
