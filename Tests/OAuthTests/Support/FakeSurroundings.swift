import Connections
import Secrets
import Synchronization

@testable import OAuth

/// A world in which time passes by sleeping, and a person does at once what a test says.
final class FakeSurroundings: Surroundings {
  struct State {
    var now: Int64 = 1_790_000_000
    var messages: [NetMessage] = []
    var slept: [Int] = []
    var pages: [ReceiverPage] = []
    var plans: [RedirectPlan] = []
    var closed = 0
    /// The preset rows that were asked for by name.
    var named: [String] = []
  }

  let fake = FakeTransport()
  let state = Mutex(State())
  /// What comes back for an authorization URL; several arrivals in turn.
  let person: @Sendable (_ url: String, _ redirect: String) -> [String]
  let provider: Provider?
  let takenPorts: Set<UInt16>

  init(
    provider: Provider? = nil, takenPorts: Set<UInt16> = [],
    person: @escaping @Sendable (String, String) -> [String] = { url, redirect in
      let state = formValue("state", in: url) ?? ""
      return ["\(redirect)?code=the-code&state=\(state)&iss=https%3A%2F%2Fas.example.com"]
    }
  ) {
    self.provider = provider
    self.takenPorts = takenPorts
    self.person = person
  }

  var transport: any HTTPTransport { fake }
  func now() -> Int64 { state.withLock { $0.now } }

  func sleep(seconds: Int) async throws(OAuthError) {
    state.withLock {
      $0.now += Int64(seconds)
      $0.slept.append(seconds)
    }
  }

  func report(_ message: NetMessage) { state.withLock { $0.messages.append(message) } }

  func receiver(_ plan: RedirectPlan) async throws(OAuthError) -> any RedirectReceiver {
    if let port = plan.listener?.port, takenPorts.contains(port) { throw .portTaken(port: port) }
    state.withLock { $0.plans.append(plan) }
    return FakeReceiver(surroundings: self, port: plan.listener?.port ?? 43_210)
  }

  func provider(issuer: String?, named: String?) throws(OAuthError) -> Provider? {
    if let named { state.withLock { $0.named.append(named) } }
    return provider
  }

  var named: [String] { state.withLock { $0.named } }
  var warnings: [String] {
    messages.compactMap { if case .progress(.warning(let text)) = $0 { text } else { nil } }
  }

  var messages: [NetMessage] { state.withLock { $0.messages } }
  var authorizations: [(url: String, redirect: String)] {
    messages.compactMap {
      if case .authorize(let url, let redirect, _) = $0 { (url, redirect) } else { nil }
    }
  }
}

private final class FakeReceiver: RedirectReceiver {
  private let surroundings: FakeSurroundings
  let port: UInt16
  private let waiting = Mutex<[String]?>(nil)

  init(surroundings: FakeSurroundings, port: UInt16) {
    self.surroundings = surroundings
    self.port = port
  }

  func next(seconds: Int) async -> (any RedirectArrival)? {
    let next = waiting.withLock { waiting -> String? in
      if waiting == nil, let page = surroundings.authorizations.last {
        waiting = surroundings.person(page.url, page.redirect)
      }
      guard waiting?.isEmpty == false else { return nil }
      return waiting?.removeFirst()
    }
    return next.map { FakeArrival(text: $0, surroundings: surroundings) }
  }

  func close() async { surroundings.state.withLock { $0.closed += 1 } }
}

private struct FakeArrival: RedirectArrival {
  let text: String
  let surroundings: FakeSurroundings

  func parameters() throws(OAuthError) -> CallbackParameters {
    try CallbackParameters(pasted: SharedSecret(text: text))
  }
  func answer(_ page: ReceiverPage) async { surroundings.state.withLock { $0.pages.append(page) } }
}

/// Names of the world that most tests live in.
enum Example {
  static let issuer = "https://as.example.com"
  static let server = "https://mcp.example.com/mcp"
  static let wellKnown = "https://as.example.com/.well-known/oauth-authorization-server"
  static let resourceMetadata =
    "https://mcp.example.com/.well-known/oauth-protected-resource/mcp"
  static let token = "https://as.example.com/token"
  static let register = "https://as.example.com/register"

  static func metadata(_ changes: [String: String?] = [:]) -> String {
    var members: [String: String?] = [
      "issuer": #""https://as.example.com""#,
      "authorization_endpoint": #""https://as.example.com/authorize""#,
      "token_endpoint": #""https://as.example.com/token""#,
      "registration_endpoint": #""https://as.example.com/register""#,
      "code_challenge_methods_supported": #"["S256"]"#,
    ]
    for (name, value) in changes { members[name] = value }
    let pairs = members.sorted { $0.key < $1.key }.compactMap { name, value in
      value.map { "\"\(name)\":\($0)" }
    }
    return "{\(pairs.joined(separator: ","))}"
  }

  static func resource(_ changes: [String: String?] = [:]) -> String {
    var members: [String: String?] = [
      "resource": #""https://mcp.example.com/mcp""#,
      "authorization_servers": #"["https://as.example.com"]"#,
    ]
    for (name, value) in changes { members[name] = value }
    let pairs = members.compactMap { name, value in value.map { "\"\(name)\":\($0)" } }
    return "{\(pairs.joined(separator: ","))}"
  }

  static let tokens =
    #"{"access_token":"access-1","token_type":"Bearer","expires_in":3600,"refresh_token":"refresh-1"}"#

  static var record: ConnectionRecord {
    var record = ConnectionRecord(name: "work")
    record.server = server
    return record
  }

  /// A server and its authorization server that do all as they should.
  static func honest(
    _ world: FakeSurroundings, metadata: [String: String?] = [:],
    resource: [String: String?] = [:], challenge: String = "Bearer", tokens: String = tokens,
    server isHonest: Bool = true
  ) throws {
    if isHonest {
      try world.fake.on(server, 401, headers: ["www-authenticate": challenge])
      try world.fake.on(server, 200, json: "{}")
    }
    try world.fake.on(resourceMetadata, json: self.resource(resource))
    try world.fake.on(wellKnown, json: self.metadata(metadata))
    try world.fake.on(register, 201, json: #"{"client_id":"client-1"}"#)
    try world.fake.on(token, json: tokens)
  }
}

/// Runs one operation.
func run(
  _ operation: NetRequest.Begin.Operation, _ record: ConnectionRecord,
  _ settings: LoginSettings = LoginSettings(), in world: FakeSurroundings
) async throws -> NetMessage {
  try await Operation.run(.init(operation, record, settings: settings), in: world)
}

/// Logs in, or refreshes, and gives back the record.
func record(
  _ operation: NetRequest.Begin.Operation, _ record: ConnectionRecord,
  _ settings: LoginSettings = LoginSettings(), in world: FakeSurroundings
) async throws -> ConnectionRecord {
  guard case .result(let record) = try await run(operation, record, settings, in: world) else {
    throw Unexpected()
  }
  return record
}

struct Unexpected: Error {}

/// The error that an operation ends with.
func failure(
  _ operation: NetRequest.Begin.Operation, _ record: ConnectionRecord,
  _ settings: LoginSettings = LoginSettings(), in world: FakeSurroundings
) async throws -> OAuthError {
  do {
    _ = try await run(operation, record, settings, in: world)
  } catch let error as OAuthError {
    return error
  }
  throw Unexpected()
}
