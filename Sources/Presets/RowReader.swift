/// Reads one row of a file of overrides, each member strictly.
struct RowReader {
  private var members: PresetMembers

  /// - Parameter base: the row to change; `nil` for a new one.
  static func row(
    _ name: String, from value: PresetValue, path: String, base: AuthorizationServer?
  ) throws(PresetError) -> AuthorizationServer {
    var reader = RowReader(members: try PresetMembers(value, path: path))
    var row =
      base
      ?? AuthorizationServer(
        name: name, title: name, issuer: IssuerPattern(hosts: []), columns: .init())
    if let title = try reader.text("title", is: "a line of text", PresetRule.isLine) {
      row.title = title ?? name
    }
    try reader.readIssuer(&row.issuer)
    try reader.readEndpoints(&row.columns.endpoints, paths: row.issuer.paths)
    try reader.readRequest(&row.columns)
    try reader.readAnswer(&row.columns)
    try reader.members.finish()
    try check(row.columns.endpoints, of: row.issuer.paths, path: "\(path).endpoints")
    if row.columns.metadata == .ignored {
      for (name, url) in [
        ("authorization", row.columns.endpoints.authorization),
        ("token", row.columns.endpoints.token),
      ] where url == nil {
        throw .missingMember(path: "\(path).endpoints.\(name)")
      }
    }
    return row
  }

  private mutating func readIssuer(_ issuer: inout IssuerPattern) throws(PresetError) {
    if let hosts = try list("hosts", of: Self.host, PresetRule.isHost) {
      issuer.hosts = hosts ?? []
    }
    if let paths = try list("paths", of: "an issuer's path", PresetRule.isPath) {
      issuer.paths = paths ?? [""]
    }
    if issuer.paths.isEmpty {
      throw .unexpectedValue(path: members.path(of: "paths"), expected: "a list of paths")
    }
    if let path = try text("otherPath", is: "an issuer's path", PresetRule.isPath) {
      issuer.otherPath = path
    }
  }

  private mutating func readEndpoints(
    _ endpoints: inout AuthorizationServer.Endpoints, paths: [String]
  ) throws(PresetError) {
    guard let value = members.take("endpoints") else { return }
    if value == .null {
      endpoints = .init()
      return
    }
    var reader = RowReader(members: try PresetMembers(value, path: members.path(of: "endpoints")))
    for (name, member) in Self.members {
      let url = try reader.text(name, is: Self.endpoint) { Self.isEndpoint(name, $0, of: paths) }
      if let url { endpoints[keyPath: member] = url }
    }
    try reader.members.finish()
  }

  /// A change of the paths may have taken away what an endpoint that was there needs.
  private static func check(
    _ endpoints: AuthorizationServer.Endpoints, of paths: [String], path: String
  ) throws(PresetError) {
    for (name, member) in members {
      if let url = endpoints[keyPath: member], !isEndpoint(name, url, of: paths) {
        throw .unexpectedValue(path: "\(path).\(name)", expected: Self.endpoint)
      }
    }
  }

  private static func isEndpoint(_ name: String, _ url: String, of paths: [String]) -> Bool {
    let variables = PresetRule.variables(ofAll: paths)
    return PresetRule.isEndpoint(
      url, variables: name == "revocation" ? variables + ["{client_id}"] : variables)
  }

  private static let endpoint = "an https URL, with variables that every path has at most"

  private static var members: [(String, WritableKeyPath<AuthorizationServer.Endpoints, String?>)] {
    [
      ("authorization", \.authorization), ("token", \.token), ("device", \.device),
      ("registration", \.registration), ("revocation", \.revocation),
    ]
  }

  private mutating func readRequest(
    _ columns: inout AuthorizationServer.Columns
  ) throws(PresetError) {
    if let metadata: AuthorizationServer.Metadata? = try word("metadata") {
      columns.metadata = metadata
    }
    if let hosts = try list("endpointHosts", of: Self.host, PresetRule.isHost) {
      columns.endpointHosts = hosts ?? []
    }
    if let proofKey: AuthorizationServer.ProofKey? = try word("proofKey") {
      columns.proofKey = proofKey
    }
    if let resource = try resource() { columns.resource = resource }
    if let issuer: AuthorizationServer.ResponseIssuer? = try word("responseIssuer") {
      columns.responseIssuer = issuer
    }
    if let parameters = try parameters() { columns.authorizationParameters = parameters }
    if let redirect = try redirect() { columns.redirect = redirect }
    if let name = try text("scopeParameter", is: Self.parameterName, PresetRule.isParameter) {
      columns.scopeParameter = name
    }
    let separator = "one to four printable characters that no scope holds"
    if let text = try text("scopeSeparator", is: separator, PresetRule.isSeparator) {
      columns.scopeSeparator = text
    }
    if let text = try text("grantedScopeSeparator", is: separator, PresetRule.isSeparator) {
      columns.grantedScopeSeparator = text
    }
    if let scope = try text("offlineScope", is: "a scope", PresetRule.isScope) {
      columns.offlineScope = scope
    }
    if let accept = try text("accept", is: "a media type", PresetRule.isMediaType) {
      columns.accept = accept
    }
  }

  private mutating func readAnswer(
    _ columns: inout AuthorizationServer.Columns
  ) throws(PresetError) {
    if let method: AuthorizationServer.TokenAuthentication? = try word("tokenAuthentication") {
      columns.tokenAuthentication = method
    }
    if let secret: AuthorizationServer.ClientSecret? = try word("clientSecret") {
      columns.clientSecret = secret
    }
    let path = "names of members joined by dots"
    if let text = try text("tokenPath", is: path, PresetRule.isMemberPath) {
      columns.tokenPath = text
    }
    if let text = try text("refreshedTokenPath", is: path, PresetRule.isMemberPath) {
      columns.refreshedTokenPath = text
    }
    if let lifetime = try seconds("defaultLifetimeSeconds") { columns.defaultLifetime = lifetime }
    let word = "a word of letters, digits and hyphens"
    if let type = try text("tokenType", is: word, PresetRule.isWord) { columns.tokenType = type }
    if let errors = try list("endingErrors", of: word, PresetRule.isWord) {
      columns.endingErrors = errors ?? []
    }
    if let style: AuthorizationServer.Revocation? = try self.word("revocation") {
      columns.revocation = style
    }
  }

  private static let host = "a host in lower case, below a domain"
  private static let parameterName = "the name of a parameter that the login does not set itself"
}

extension RowReader {
  /// A member that holds text; the outer `nil` when it is not there, the inner one for `null`.
  private mutating func text(
    _ name: String, is expected: String, _ rule: (String) -> Bool
  ) throws(PresetError) -> String?? {
    guard let value = members.take(name) else { return .none }
    if value == .null { return .some(nil) }
    guard case .string(let text) = value, rule(text) else {
      throw .unexpectedValue(path: members.path(of: name), expected: expected)
    }
    return .some(text)
  }

  private mutating func list(
    _ name: String, of expected: String, _ rule: (String) -> Bool
  ) throws(PresetError) -> [String]?? {
    guard let value = members.take(name) else { return .none }
    if value == .null { return .some(nil) }
    guard case .array(let elements) = value, elements.count <= PresetOverrides.countLimit else {
      throw .unexpectedValue(path: members.path(of: name), expected: "a list of texts")
    }
    var texts: [String] = []
    for (index, element) in elements.enumerated() {
      guard case .string(let text) = element, rule(text) else {
        throw .unexpectedValue(path: members.path(of: name) + "[\(index)]", expected: expected)
      }
      texts.append(text)
    }
    return .some(texts)
  }

  /// A member that holds one of a few words.
  private mutating func word<Word: RawRepresentable & CaseIterable>(
    _ name: String
  ) throws(PresetError) -> Word?? where Word.RawValue == String {
    let words = Word.allCases.map { "'\($0.rawValue)'" }.joined(separator: " or ")
    let text = try text(name, is: words) { Word(rawValue: $0) != nil }
    return text.map { $0.flatMap(Word.init(rawValue:)) }
  }

  private mutating func seconds(_ name: String) throws(PresetError) -> UInt32?? {
    guard let value = members.take(name) else { return .none }
    if value == .null { return .some(nil) }
    // A year: whatever lives longer is not what a default is for.
    guard case .number(let digits) = value, let seconds = UInt32(digits),
      1...366 * 86_400 ~= seconds
    else {
      throw .unexpectedValue(
        path: members.path(of: name), expected: "a whole number of seconds up to a year")
    }
    return .some(seconds)
  }

  private mutating func resource() throws(PresetError) -> AuthorizationServer.ResourceIndicator?? {
    guard let value = members.take("resource") else { return .none }
    let path = members.path(of: "resource")
    switch value {
    case .null: return .some(nil)
    case .string("refused"): return .some(.refused)
    case .object:
      var reader = RowReader(members: try PresetMembers(value, path: path))
      let name = try reader.text("alsoAs", is: Self.parameterName, PresetRule.isParameter)
      try reader.members.finish()
      guard let name, let name else { throw .missingMember(path: "\(path).alsoAs") }
      return .some(.alsoAs(name))
    default:
      throw .unexpectedValue(path: path, expected: "'refused' or an object with 'alsoAs'")
    }
  }

  private mutating func parameters() throws(PresetError) -> [AuthorizationServer.Parameter]? {
    guard let value = members.take("authorizationParameters") else { return nil }
    if value == .null { return [] }
    var reader = RowReader(
      members: try PresetMembers(value, path: members.path(of: "authorizationParameters")))
    var parameters: [AuthorizationServer.Parameter] = []
    for name in reader.members.names {
      let path = reader.members.path(of: name)
      guard PresetRule.isParameter(name), parameters.count < PresetOverrides.countLimit else {
        throw .unexpectedValue(path: path, expected: Self.parameterName)
      }
      guard let text = try reader.text(name, is: "a line of text", PresetRule.isLine), let text
      else { throw .unexpectedValue(path: path, expected: "a line of text") }
      parameters.append(AuthorizationServer.Parameter(name, text))
    }
    return parameters
  }

  private mutating func redirect() throws(PresetError) -> Redirect?? {
    guard let value = members.take("redirect") else { return .none }
    if value == .null { return .some(nil) }
    var reader = RowReader(
      members: try PresetMembers(value, path: members.path(of: "redirect")))
    let host = try reader.text("host", is: "'localhost', '127.0.0.1' or '[::1]'") {
      $0 == "localhost" || $0 == "127.0.0.1" || $0 == "[::1]"
    }
    let path = try reader.text("path", is: "a path", PresetRule.isRedirectPath)
    var port: UInt16?
    if let value = reader.members.take("port"), value != .null {
      guard case .number(let digits) = value, let number = UInt16(digits), number > 0 else {
        throw .unexpectedValue(path: reader.members.path(of: "port"), expected: "a port")
      }
      port = number
    }
    try reader.members.finish()
    guard let path, let path else { throw .missingMember(path: reader.members.path(of: "path")) }
    return .some(Redirect(host: (host ?? nil) ?? "127.0.0.1", port: port, path: path))
  }
}
