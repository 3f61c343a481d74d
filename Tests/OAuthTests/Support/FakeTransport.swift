import Connections
import Synchronization

@testable import OAuth

/// Answers from a script, and remembers what it was asked.
final class FakeTransport: HTTPTransport {
  struct Asked: Sendable {
    var method: String
    var url: String
    var headers: [String: String]
    var body: String
  }

  private struct State {
    var script: [String: [Result<HTTPAnswer, OAuthError>]] = [:]
    var asked: [Asked] = []
  }

  private let state = Mutex(State())

  /// What was asked, in order.
  var asked: [Asked] { state.withLock { $0.asked } }
  var urls: [String] { asked.map(\.url) }
  func asked(_ url: String) -> [Asked] { asked.filter { $0.url == url } }

  /// The next answer to requests for a URL; the last one repeats. Other URLs answer 404.
  func on(
    _ url: String, _ status: Int = 200, json: String? = nil, headers: [String: String] = [:]
  ) throws {
    var all = headers.map { (name: $0.key, value: $0.value) }
    if json != nil { all.append((name: "content-type", value: "application/json")) }
    let answer = HTTPAnswer(
      status: status, headers: all, body: try SharedSecret(text: json ?? ""))
    state.withLock { $0.script[url, default: []].append(.success(answer)) }
  }

  func on(_ url: String, failing error: OAuthError) {
    state.withLock { $0.script[url, default: []].append(.failure(error)) }
  }

  func send(_ request: HTTPRequest, policy: ReachPolicy) async throws(OAuthError) -> HTTPAnswer {
    let url = request.url.text
    var headers: [String: String] = [:]
    for header in request.headers {
      switch header.value {
      case .plain(let text): headers[header.name] = text
      case .secret(let secret): headers[header.name] = secret.text
      }
    }
    let asked = Asked(
      method: request.method.rawValue, url: url, headers: headers, body: request.body?.text ?? "")
    let empty = try SharedSecret(text: "")
    let result = state.withLock { state -> Result<HTTPAnswer, OAuthError> in
      state.asked.append(asked)
      guard let script = state.script[url], let first = script.first else {
        return .success(HTTPAnswer(status: 404, headers: [], body: empty))
      }
      if script.count > 1 { state.script[url]?.removeFirst() }
      return first
    }
    return try result.get()
  }
}

extension SharedSecret {
  var text: String { withUnsafeBytes { String(decoding: $0, as: UTF8.self) } }
}

extension FakeTransport.Asked {
  /// A field of the form in the body, or a parameter of a text like it.
  func field(_ name: String) -> String? { formValue(name, in: body) }
}

/// The decoded value of a name in `a=b&c=d`.
func formValue(_ name: String, in text: String) -> String? {
  for pair in text.split(separator: "&") {
    let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0] == name else { continue }
    return percentDecoded(parts[1].utf8, plusIsBlank: true).map {
      String(decoding: $0, as: UTF8.self)
    }
  }
  return nil
}
