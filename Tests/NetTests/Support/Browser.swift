import OAuth
import Platform

/// What came back for a request.
struct PageAnswer: Sendable {
  var status: Int
  var headers: [String: String]
  var body: String
}

/// Gets a page over plain HTTP, as a browser would.
///
/// - Parameters:
///   - host: the `Host` header, where it is to be another than the URL's.
///   - address: where to connect to.
func get(
  _ text: String, method: String = "GET", host: String? = nil, headers: [String: String] = [:],
  address: String? = nil
) throws -> PageAnswer {
  let url = try OAuthURL(text)
  let target = address ?? (url.host == "localhost" ? "127.0.0.1" : url.host)
  let descriptor = try connected(to: target, port: url.effectivePort)
  defer { close(descriptor) }
  var request =
    "\(method) \(url.path.isEmpty ? "/" : url.path)\(url.query.map { "?\($0)" } ?? "") HTTP/1.1\r\n"
  request += "Host: \(host ?? String(url.origin.dropFirst("http://".count)))\r\n"
  for (name, value) in headers { request += "\(name): \(value)\r\n" }
  request += "Connection: close\r\n\r\n"
  var bytes = Array(request.utf8)
  _ = write(descriptor, &bytes, bytes.count)
  return try answer(from: descriptor)
}

private func connected(to address: String, port: UInt16) throws -> Int32 {
  let isSix = address.contains(":")
  let descriptor = socket(
    isSix ? AF_INET6 : AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
  var patience = timeval(tv_sec: 30, tv_usec: 0)
  setsockopt(
    descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
  var result: Int32 = -1
  if isSix {
    var name = sockaddr_in6()
    name.sin6_family = sa_family_t(AF_INET6)
    name.sin6_port = port.bigEndian
    inet_pton(AF_INET6, address, &name.sin6_addr)
    result = withUnsafePointer(to: &name) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in6>.size))
      }
    }
  } else {
    var name = sockaddr_in()
    name.sin_family = sa_family_t(AF_INET)
    name.sin_port = port.bigEndian
    inet_pton(AF_INET, address, &name.sin_addr)
    result = withUnsafePointer(to: &name) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
  }
  guard result == 0 else {
    let failure = SystemFailure("connect to \(address) \(port)")
    close(descriptor)
    throw failure
  }
  return descriptor
}

private func answer(from descriptor: Int32) throws -> PageAnswer {
  var received: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 65_536)
  while true {
    let count = read(descriptor, &buffer, buffer.count)
    guard count > 0 else { break }
    received += buffer[..<count]
  }
  let text = String(decoding: received, as: UTF8.self)
  let halves = text.split(separator: "\r\n\r\n", maxSplits: 1, omittingEmptySubsequences: false)
  let lines = halves[0].split(separator: "\r\n").map(String.init)
  guard let first = lines.first, let status = Int(first.split(separator: " ")[1]) else {
    throw SystemFailure("no answer")
  }
  var headers: [String: String] = [:]
  for line in lines.dropFirst() {
    let parts = line.split(separator: ":", maxSplits: 1)
    if parts.count == 2 {
      headers[parts[0].lowercased()] = String(parts[1].drop { $0 == " " })
    }
  }
  return PageAnswer(
    status: status, headers: headers, body: halves.count > 1 ? String(halves[1]) : "")
}

/// Opens a page and follows its redirects to the end, as a browser whose owner agrees to all.
///
/// - Returns: the last answer.
@discardableResult
func browse(_ url: String) throws -> PageAnswer {
  var url = url
  for _ in 0..<5 {
    let answer = try get(url)
    guard (300..<400).contains(answer.status), let location = answer.headers["location"] else {
      return answer
    }
    url = location
  }
  throw SystemFailure("too many redirects")
}

/// Where an authorization page sends the browser.
func redirectTarget(of url: String) throws -> String {
  guard let location = try get(url).headers["location"] else { throw SystemFailure("no redirect") }
  return location
}
