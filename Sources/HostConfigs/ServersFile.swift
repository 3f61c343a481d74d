package import Secrets

/// `config/servers.json`: the servers that `mcp-valet run NAME` knows, in the `mcpServers` shape
/// of the hosts, so that a definition can be pasted from one to the other.
///
/// A definition is checked when it is asked for: a mistake in one server stops no other. Unknown
/// keys are left alone, but for those under `valet`, where a misspelt security option must not
/// pass in silence.
package struct ServersFile: Sendable {
  /// What a file begins as.
  package static let empty = Array("{\n  \"mcpServers\": {}\n}\n".utf8)
  /// Bytes of the largest file that is read.
  package static let maximumLength = JSONDocument.maximumLength

  static let section = "mcpServers"

  var document: JSONDocument
  /// For messages.
  package let path: String

  package var bytes: [UInt8] { document.bytes }

  /// - Parameters:
  ///   - bytes: the file.
  ///   - path: its path, for messages only.
  /// - Throws: ``HostConfigError``: not JSON, or `mcpServers` is no object.
  package init(parsing bytes: [UInt8], path: String) throws(HostConfigError) {
    self.path = path
    do throws(JSONDocumentError) {
      document = try JSONDocument(parsing: bytes)
    } catch { throw HostConfigError(error, path: path) }
    guard document.kind(of: document.root) == .object else {
      throw wrongType(document.root, "the file", "a JSON object")
    }
    if let servers = document.value(at: [Self.section]), document.kind(of: servers) != .object {
      throw wrongType(servers, "'\(Self.section)'", "an object")
    }
  }

  private var servers: [JSONDocument.Member] {
    document.value(at: [Self.section]).map(document.members) ?? []
  }

  /// The names as they are written, in the order of the file; not checked.
  package var names: [String] { servers.compactMap { document.string(of: $0.key) } }

  /// All definitions, in the order of the file.
  ///
  /// - Throws: ``HostConfigError`` for the first that is wrong.
  package func definitions() throws(HostConfigError) -> [ServerDefinition] {
    var definitions: [ServerDefinition] = []
    for member in servers { definitions.append(try definition(of: member)) }
    return definitions
  }

  /// One definition; the others are not looked at.
  ///
  /// - Throws: ``HostConfigError/unknownServer(_:path:known:)`` when there is none of that name.
  package func definition(named name: String) throws(HostConfigError) -> ServerDefinition {
    guard let servers = document.value(at: [Self.section]),
      let member = document.member(name, of: servers)
    else { throw .unknownServer(name, path: path, known: names) }
    return try definition(of: member)
  }

  /// The error for a variable of this file whose value is no good reference, with its place.
  package func error(
    _ error: ReferenceError, in variable: ServerDefinition.Variable
  ) -> HostConfigError {
    .reference(error, path: path, at: document.position(of: variable.offset))
  }

  func wrongType(
    _ node: JSONDocument.Node, _ what: String, _ expected: String
  ) -> HostConfigError {
    .wrongType(path: path, at: document.position(of: node), what: what, expected: expected)
  }
}

extension HostConfigError {
  init(_ error: JSONDocumentError, path: String) {
    self =
      switch error {
      case .tooLarge(let limit): .tooLarge(path: path, limit: limit)
      case .malformed(let reason, let position):
        .malformed(path: path, at: position, reason: reason)
      case .duplicateKey(let key, let position):
        .duplicateKey(path: path, at: position, key: key)
      case .notAnObject(let position):
        .wrongType(path: path, at: position, what: "this value", expected: "an object")
      }
  }
}
