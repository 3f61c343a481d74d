internal import Connections
internal import OAuth
internal import Platform

/// Sends every request to one server on this machine, with the whole URL in its first line.
struct ReplayTransport: HTTPTransport {
  let port: UInt16

  func send(_ request: HTTPRequest, policy: ReachPolicy) async throws(OAuthError) -> HTTPAnswer {
    var head = ""
    for header in request.headers {
      switch header.value {
      case .plain(let value): head += "\(header.name): \(value)\r\n"
      case .secret(let value): head += "\(header.name): \(text(of: value))\r\n"
      }
    }
    let body = request.body.map(text(of:)) ?? ""
    guard
      let answer = fetch(request.method.rawValue, request.url.text, head: head, body: body),
      let end = answer.firstRange(of: "\r\n\r\n")
    else { throw .unreachable(host: request.url.host, reason: "the server gave no answer") }
    var lines = answer[..<end.lowerBound].split(separator: "\r\n")
    let status = lines.removeFirst().split(separator: " ").dropFirst().first.flatMap { Int($0) }
    let headers = lines.compactMap { line -> (name: String, value: String)? in
      guard let colon = line.firstIndex(of: ":") else { return nil }
      return (
        line[..<colon].lowercased(), String(line[line.index(after: colon)...].drop { $0 == " " })
      )
    }
    return HTTPAnswer(
      status: status ?? 0, headers: headers,
      body: try SharedSecret(text: String(answer[end.upperBound...])))
  }

  /// Where a browser is sent that opens a URL; `nil` when it is shown a page instead.
  func location(of url: String) -> String? {
    guard let answer = fetch("GET", url, head: "", body: ""),
      let line = answer.split(separator: "\r\n").first(where: { $0.hasPrefix("Location: ") })
    else { return nil }
    return String(line.dropFirst("Location: ".count))
  }

  private func fetch(_ method: String, _ url: String, head: String, body: String) -> String? {
    guard let connection = try? connectToLoopback(port: port) else { return nil }
    defer { _ = close(connection) }
    writeAll(
      connection,
      "\(method) \(url) HTTP/1.1\r\n\(head)Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
    return readMessage(connection)
  }
}

/// The bytes of a secret that this test made up.
func text(of secret: SharedSecret) -> String {
  secret.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
}
