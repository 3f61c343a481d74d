internal import Testing
internal import ValetTesting

/// A provider's recorded shapes: a file of `Tests/Vectors/presets`, written from the pages that it
/// cites. Values are invented; names, places and forms are the provider's.
struct ReplayCase: Sendable, CustomTestStringConvertible {
  /// Of the file.
  let name: String
  /// The row that it is for.
  let row: String
  let login: Login
  let client: Client
  /// Metadata by URL; everywhere else there is none.
  let documents: [String: String]
  let authorization: Authorization
  let token: Token
  let device: Device?
  let revocation: Revocation
  let outcome: Outcome
  /// Whether a response without the issuer is refused by the row's word alone.
  let responseIssuerIsSure: Bool
  /// Text of a person's own file, for a row that is not built in.
  let overrides: String?

  /// What a person types.
  struct Login {
    /// An MCP server, asked without a token first.
    let server: String?
    let issuer: String?
    let provider: String?
    let scopes: [String]
  }

  struct Client {
    let id: String
    let secret: String?
    /// As `token_endpoint_auth_method` has them.
    let methods: [String]
    /// Where a client registers by itself, and the answer.
    let registration: (endpoint: String, answer: String)?
  }

  struct Authorization {
    let endpoint: String
    /// Parameters without which, or with another value, the server shows an error.
    let required: [(name: String, value: String)]
    /// Parameters that the server refuses.
    let refused: [String]
    let scopeParameter: String
    let scopeSeparator: String
    /// What the client is registered with; `nil` for one that registers by itself.
    let redirect: String?
    /// Whether the port of the redirect is passed over.
    let anyPort: Bool
    let checksProofKey: Bool
    /// What the answer names itself (RFC 9207).
    let issuer: String?
  }

  struct Token {
    let endpoint: String
    /// Without this the answer is a form; `nil` where it is JSON for everybody.
    let accept: String?
    let refused: [String]
    /// What a refresh token takes: a scope, or parameters of the authorization request.
    let offlineScope: String?
    let offlineParameters: [(name: String, value: String)]
    /// JSON texts.
    let first: String
    let refreshed: String?
    /// Whether a refresh token is void once it was used.
    let rotates: Bool
    let errorStatus: Int
    /// The errors that end a login when it is refreshed, beside `invalid_grant`.
    let endings: [String]
  }

  struct Device {
    let endpoint: String
    let answer: String
    /// Whether a client needs its secret for this grant also.
    let needsSecret: Bool
  }

  struct Revocation {
    enum Style: String { case standard, refreshTokens, deletion, bearer, none }
    let style: Style
    let endpoint: String?
    let answer: String?
  }

  /// What has to come of it.
  struct Outcome {
    let access: String
    let refresh: String?
    let granted: [String]
    let lifetime: Int64?
    /// What the token is taken to live, where the answer does not say.
    let assumedLifetime: Int64?
    let secondAccess: String?
    let secondRefresh: String?
    /// By token, in the words of `NetMessage.Revocation.Outcome`.
    let revoked: [String: String]
  }

  var testDescription: String { name }

  /// All of the row's hosts: the case itself, and the same at the others that the file lists.
  static func all(named name: String) throws -> [ReplayCase] {
    let text = String(decoding: try vector("\(name).json"), as: UTF8.self)
    let first = try ReplayCase(text, name: name)
    let tree = try #require(ReferenceJSON.parse(Array(text.utf8)))
    return try [first]
      + tree.array("elsewhere").map { replacements in
        var changed = text
        for (host, other) in replacements.pairs {
          changed = changed.replacing(host, with: other.text ?? "")
        }
        return try ReplayCase(changed, name: name + " elsewhere")
      }
  }
}

extension ReplayCase {
  private init(_ text: String, name: String) throws {
    let tree = try #require(ReferenceJSON.parse(Array(text.utf8)), "\(name)")
    let (login, client) = (tree["login"], tree["client"])
    let (authorization, token) = (tree["authorization"], tree["token"])
    let (device, revocation, outcome) = (tree["device"], tree["revocation"], tree["outcome"])
    self.name = name
    row = try tree.string("row")
    self.login = Login(
      server: login["server"].text, issuer: login["issuer"].text,
      provider: login["provider"].text, scopes: login.array("scopes").compactMap(\.text))
    let registers = client["registers"]
    self.client = Client(
      id: try client.string("id"), secret: client["secret"].text,
      methods: client.array("methods").compactMap(\.text),
      registration: registers["endpoint"].text.map {
        ($0, ReferenceJSON.write(registers["answer"]))
      })
    responseIssuerIsSure = authorization["issuerIsSure"] == .boolean(true)
    overrides = tree["overrides"].isNull ? nil : ReferenceJSON.write(tree["overrides"])
    documents = Dictionary(
      uniqueKeysWithValues: tree["documents"].pairs.map { ($0, ReferenceJSON.write($1)) })
    let redirect = authorization["redirect"]
    self.authorization = Authorization(
      endpoint: try authorization.string("endpoint"), required: authorization["required"].texts,
      refused: authorization.array("refused").compactMap(\.text),
      scopeParameter: try authorization.string("scopeParameter"),
      scopeSeparator: try authorization.string("scopeSeparator"),
      redirect: redirect["registered"].text, anyPort: redirect["anyPort"] == .boolean(true),
      checksProofKey: authorization["checksProofKey"] == .boolean(true),
      issuer: authorization["issuer"].text)
    self.token = Token(
      endpoint: try token.string("endpoint"), accept: token["accept"].text,
      refused: token.array("refused").compactMap(\.text), offlineScope: token["offlineScope"].text,
      offlineParameters: token["offlineParameters"].texts,
      first: ReferenceJSON.write(token["first"]),
      refreshed: token["refreshed"].isNull ? nil : ReferenceJSON.write(token["refreshed"]),
      rotates: token["rotates"] == .boolean(true),
      errorStatus: token["errorStatus"].number.map(Int.init) ?? 400,
      endings: token.array("endings").compactMap(\.text))
    self.device = device["endpoint"].text.map {
      Device(
        endpoint: $0, answer: ReferenceJSON.write(device["answer"]),
        needsSecret: device["secretNeeded"] == .boolean(true))
    }
    self.revocation = Revocation(
      style: try #require(Revocation.Style(rawValue: try revocation.string("style"))),
      endpoint: revocation["endpoint"].text,
      answer: revocation["answer"].isNull ? nil : ReferenceJSON.write(revocation["answer"]))
    self.outcome = Outcome(
      access: try outcome.string("access"), refresh: outcome["refresh"].text,
      granted: outcome.array("granted").compactMap(\.text), lifetime: outcome["lifetime"].number,
      assumedLifetime: outcome["assumedLifetime"].number,
      secondAccess: outcome["secondAccess"].text, secondRefresh: outcome["secondRefresh"].text,
      revoked: Dictionary(uniqueKeysWithValues: outcome["revoked"].texts.map { ($0, $1) }))
  }
}

extension ReferenceJSON.Tree {
  subscript(_ name: String) -> ReferenceJSON.Tree {
    guard case .object(let members) = self else { return .null }
    return members.first { $0.name == name }?.value ?? .null
  }

  var isNull: Bool { self == .null }
  var text: String? { if case .string(let text) = self { text } else { nil } }
  var number: Int64? { if case .number(let text) = self { Int64(text) } else { nil } }
  var pairs: [(String, ReferenceJSON.Tree)] {
    guard case .object(let members) = self else { return [] }
    return members.map { ($0.name, $0.value) }
  }
  /// Members that are texts.
  var texts: [(name: String, value: String)] {
    pairs.compactMap { name, value in value.text.map { (name, $0) } }
  }

  func array(_ name: String) -> [ReferenceJSON.Tree] {
    if case .array(let elements) = self[name] { elements } else { [] }
  }

  func string(_ name: String) throws -> String { try #require(self[name].text, "\(name)") }

  /// Without the members of these names.
  func without(_ names: Set<String>) -> ReferenceJSON.Tree {
    guard case .object(let members) = self else { return self }
    return .object(
      members.filter { !names.contains($0.name) }.map {
        ReferenceJSON.Member(name: $0.name, value: $0.value.without(names))
      })
  }
}
