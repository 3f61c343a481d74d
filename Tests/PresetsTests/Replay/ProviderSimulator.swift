internal import CSodium
internal import Synchronization
internal import ValetTesting

/// An authorization server, and the MCP server before it, that answers as a provider's recorded
/// shapes say and checks what that provider checks.
final class ProviderSimulator: Sendable {
  let shapes: ReplayCase

  struct State {
    /// What is wrong with the requests, for whoever wonders why a login failed.
    var complaints: [String] = []
    var code: Grant?
    var isCodeUsed = false
    var isDeviceApproved = false
    /// Tokens that are valid.
    var access: Set<String> = []
    var refresh: Set<String> = []
    /// Tokens that were revoked.
    var revoked: [String] = []
    var registeredRedirects: [String] = []
    var nextCode = 1
    /// How the next refreshes are refused.
    var ends: [String] = []
    /// The URLs that were asked.
    var asked: [String] = []
  }

  /// What a code stands for.
  struct Grant {
    var code: String
    var redirect: String
    var challenge: String?
    var isOffline: Bool
  }

  /// What an attacker in the provider's place, or before it, would do.
  enum Lie: CaseIterable {
    /// The answer has another state than the request.
    case state
    /// The answer comes from another authorization server.
    case issuer
    /// The answer does not say from which one it comes.
    case noIssuer
    /// The metadata is another authorization server's.
    case metadata
  }

  let state = Mutex(State())
  private let lie: Lie?

  init(_ shapes: ReplayCase, lie: Lie? = nil) {
    self.shapes = shapes
    self.lie = lie
  }

  var complaints: [String] { state.withLock { $0.complaints } }
  var asked: [String] { state.withLock { $0.asked } }
  var revoked: [String] { state.withLock { $0.revoked } }
  /// How often a browser got as far as a code.
  var codeCount: Int { state.withLock { $0.nextCode - 1 } }
  var isCodeUsed: Bool { state.withLock { $0.isCodeUsed } }

  func answer(_ request: ReceivedRequest) -> ServedAnswer {
    state.withLock { $0.asked.append(request.url) }
    return switch (request.method, request.url) {
    case ("POST", shapes.login.server): server(request)
    case ("GET", shapes.authorization.endpoint): authorization(request)
    case ("POST", shapes.token.endpoint): token(request)
    case ("POST", shapes.device?.endpoint): device(request)
    case ("POST", shapes.client.registration?.endpoint): registration(request)
    case (_, shapes.revocation.endpoint): revocation(request)
    case ("GET", let url):
      if let document = shapes.documents[url] {
        ServedAnswer(status: 200, body: lied(document))
      } else {
        nothing
      }
    default: complain("a \(request.method) to \(request.url)", nothing)
    }
  }

  private func lied(_ document: String) -> String {
    guard lie == .metadata, let tree = ReferenceJSON.parse(Array(document.utf8)),
      tree["issuer"].text != nil
    else { return document }
    return ReferenceJSON.write(
      .object(
        tree.pairs.map { name, value in
          ReferenceJSON.Member(
            name: name, value: name == "issuer" ? .string("https://evil.example") : value)
        }))
  }

  private var nothing: ServedAnswer {
    ServedAnswer(status: 404, type: "text/html", body: "<!doctype html><title>Not Found</title>")
  }

  func complain(_ text: String, _ answer: ServedAnswer) -> ServedAnswer {
    state.withLock { $0.complaints.append(text) }
    return answer
  }

  /// An OAuth error, with the status that the provider gives it.
  func refusal(_ error: String, _ text: String) -> ServedAnswer {
    complain(
      text,
      ServedAnswer(
        status: shapes.token.errorStatus, body: "{\"ok\":false,\"error\":\"\(error)\"}"))
  }

  private func server(_ request: ReceivedRequest) -> ServedAnswer {
    let token = request.header("authorization")?.split(separator: " ").last.map(String.init)
    if let token, state.withLock({ $0.access.contains(token) }) {
      return ServedAnswer(status: 200, body: #"{"jsonrpc":"2.0","id":1,"result":{}}"#)
    }
    return ServedAnswer(
      status: 401,
      headers: [("WWW-Authenticate", "Bearer realm=\"replay\"")], body: "{}")
  }

  /// The page that a browser would show; a person who is there says yes.
  private func authorization(_ request: ReceivedRequest) -> ServedAnswer {
    let shape = shapes.authorization
    func value(_ name: String) -> String? { request.query.first { $0.name == name }?.value }
    func page(_ text: String) -> ServedAnswer {
      complain(text, ServedAnswer(status: 400, type: "text/html", body: text))
    }
    guard value("client_id") == shapes.client.id else { return page("an unknown client") }
    guard let redirect = value("redirect_uri"), isRegistered(redirect) else {
      return page("the redirect \(value("redirect_uri") ?? "nowhere")")
    }
    for name in shape.refused where value(name) != nil { return page("'\(name)' is refused") }
    for (name, expected) in shape.required where value(name) != expected {
      return page("'\(name)' is not '\(expected)'")
    }
    for (name, _) in request.query where request.query.filter({ $0.name == name }).count > 1 {
      return page("'\(name)' is there twice")
    }
    let scopes = (value(shape.scopeParameter) ?? "").split(separator: shape.scopeSeparator)
    let extra = Set(["offline_access", shapes.token.offlineScope ?? ""])
    guard !scopes.isEmpty,
      scopes.allSatisfy({ shapes.login.scopes.contains(String($0)) || extra.contains(String($0)) })
    else { return page("the scopes \(scopes)") }
    let challenge = value("code_challenge")
    if shape.checksProofKey, value("code_challenge_method") != "S256" || challenge?.count != 43 {
      return page("no proof key")
    }
    let isOffline =
      shapes.token.offlineScope.map { scopes.contains(Substring($0)) } ?? true
      && shapes.token.offlineParameters.allSatisfy { value($0.name) == $0.value }
    let code = state.withLock { state in
      let code = "code-\(state.nextCode)"
      state.nextCode += 1
      state.code = Grant(
        code: code, redirect: redirect, challenge: challenge, isOffline: isOffline)
      return code
    }
    let echo = (value("state") ?? "") + (lie == .state ? "x" : "")
    var location = redirect + "?code=\(code)&state=\(echo)"
    if lie != .noIssuer, let issuer = lie == .issuer ? "https://evil.example" : shape.issuer {
      location += "&iss=" + issuer.replacing(":", with: "%3A")
    }
    return ServedAnswer(status: 302, type: "text/html", headers: [("Location", location)])
  }

  private func isRegistered(_ redirect: String) -> Bool {
    guard let registered = shapes.authorization.redirect else {
      return state.withLock { $0.registeredRedirects.contains(redirect) }
    }
    if redirect == registered { return true }
    guard shapes.authorization.anyPort else { return false }
    return withoutPort(redirect) == registered
  }

  /// The URI without the port behind its host.
  private func withoutPort(_ uri: String) -> String {
    let rest = uri.dropFirst("http://".count)
    let authority = rest.prefix { $0 != "/" }
    return "http://" + authority.prefix { $0 != ":" } + rest.dropFirst(authority.count)
  }

  private func registration(_ request: ReceivedRequest) -> ServedAnswer {
    guard let registration = shapes.client.registration,
      let document = ReferenceJSON.parse(Array(request.body.utf8))
    else { return refusal("invalid_client_metadata", "a registration that is none") }
    let redirects = document.array("redirect_uris").compactMap(\.text)
    state.withLock { $0.registeredRedirects = redirects }
    return ServedAnswer(status: 201, body: registration.answer)
  }
}

/// Base64url without padding (RFC 4648 section 5) of SHA-256.
func proofKeyChallenge(of verifier: String) -> String {
  var digest = [UInt8](repeating: 0, count: Int(crypto_hash_sha256_BYTES))
  let bytes = Array(verifier.utf8)
  crypto_hash_sha256(&digest, bytes, UInt64(bytes.count))
  let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
  var text = ""
  var (bits, count) = (0, 0)
  for byte in digest {
    bits = bits << 8 | Int(byte)
    count += 8
    while count >= 6 {
      count -= 6
      text.append(alphabet[bits >> count & 63])
    }
  }
  if count > 0 { text.append(alphabet[bits << (6 - count) & 63]) }
  return text
}
