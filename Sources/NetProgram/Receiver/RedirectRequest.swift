internal import NIOHTTP1

/// What a request to the listener is, by its head alone.
enum RedirectRequest: Equatable {
  /// To be judged by the login; with its query, which may be anything; see ``BrowserArrival/query``
  /// for why it is text.
  case redirect(query: String)
  /// Not for us: the status says why, and nothing else is said.
  case refused(HTTPResponseStatus)

  /// What the redirect URI is made of.
  struct Expectation: Equatable, Sendable {
    var host: String
    var port: UInt16
    var path: String
  }

  /// Whatever the connection, the request must name the very host that the redirect URI has: a page
  /// elsewhere whose name was made to lead to this machine says its own name (DNS rebinding).
  init(_ head: HTTPRequestHead, _ expected: Expectation) {
    let authority = "\(expected.host):\(expected.port)"
    let hosts = head.headers["host"]
    guard hosts.count == 1,
      hosts[0] == authority || (expected.port == 80 && hosts[0] == expected.host)
    else {
      self = .refused(.misdirectedRequest)
      return
    }
    guard head.uri.utf8.count <= Self.maximumLength, head.uri.hasPrefix("/") else {
      self = .refused(.badRequest)
      return
    }
    let parts = head.uri.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    // A favicon, a probe, anything: nothing is consumed by it.
    guard let path = parts.first, path == expected.path, parts.count == 2 else {
      self = .refused(.notFound)
      return
    }
    guard head.method == .GET else {
      self = .refused(.methodNotAllowed)
      return
    }
    self = .redirect(query: String(parts[1]))
  }

  /// 16 KiB: codes have some hundred bytes, or a few thousand where they are tokens themselves.
  private static let maximumLength = 16 << 10
}
