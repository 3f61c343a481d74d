internal import Platform
internal import Synchronization
internal import Testing

/// A request as a server sees it.
struct ReceivedRequest: Sendable {
  var method: String
  /// The whole URL without its query: requests come in the form that proxies get (RFC 9112 section
  /// 3.2.2), so that one server stands for all hosts of a provider.
  var url: String
  var query: [(name: String, value: String)]
  /// Names in lower case.
  var headers: [(name: String, value: String)]
  var body: String

  func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }
}

/// What a server answers.
struct ServedAnswer: Sendable {
  var status: Int
  var type = "application/json"
  var headers: [(name: String, value: String)] = []
  var body = ""
}

/// An HTTP/1.1 server at a port of 127.0.0.1, one request a connection.
final class LoopbackServer: Sendable {
  let port: UInt16
  private let socket: Int32
  private let isClosed = Atomic(false)

  /// - Parameter answer: called by the server's thread, one request at a time.
  init(_ answer: @escaping @Sendable (ReceivedRequest) -> ServedAnswer) throws {
    let socket = Platform.socket(AF_INET, streamSocket, 0)
    try #require(socket >= 0)
    var address = loopback(port: 0)
    try withSocketAddress(&address) { pointer, length in
      try #require(bind(socket, pointer, length) == 0)
    }
    try #require(listen(socket, 16) == 0)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    _ = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(socket, $0, &length) }
    }
    self.socket = socket
    port = UInt16(bigEndian: address.sin_port)
    startThread { [self] in
      while true {
        let connection = accept(socket, nil, nil)
        if connection < 0 || isClosed.load(ordering: .relaxed) {
          if connection >= 0 { _ = Platform.close(connection) }
          _ = Platform.close(socket)
          return
        }
        Self.serve(connection, answer)
        _ = Platform.close(connection)
      }
    }
  }

  /// Ends the thread by a connection that it does not serve.
  func close() {
    isClosed.store(true, ordering: .relaxed)
    if let connection = try? connectToLoopback(port: port) { _ = Platform.close(connection) }
  }

  private static func serve(_ connection: Int32, _ answer: (ReceivedRequest) -> ServedAnswer) {
    guard let text = readMessage(connection), let request = parse(text) else { return }
    let answer = answer(request)
    var head = "HTTP/1.1 \(answer.status) Replay\r\nConnection: close\r\n"
    head += "Content-Type: \(answer.type)\r\nContent-Length: \(answer.body.utf8.count)\r\n"
    for (name, value) in answer.headers { head += "\(name): \(value)\r\n" }
    writeAll(connection, head + "\r\n" + answer.body)
  }

  private static func parse(_ text: String) -> ReceivedRequest? {
    guard let end = text.firstRange(of: "\r\n\r\n") else { return nil }
    var lines = text[..<end.lowerBound].split(separator: "\r\n")
    guard !lines.isEmpty else { return nil }
    let words = lines.removeFirst().split(separator: " ")
    guard words.count == 3 else { return nil }
    let target = words[1].split(separator: "?", maxSplits: 1)
    let headers = lines.compactMap { line -> (name: String, value: String)? in
      guard let colon = line.firstIndex(of: ":") else { return nil }
      let value = line[line.index(after: colon)...].drop { $0 == " " }
      return (line[..<colon].lowercased(), String(value))
    }
    return ReceivedRequest(
      method: String(words[0]), url: String(target[0]),
      query: formFields(target.count > 1 ? String(target[1]) : ""), headers: headers,
      body: String(text[end.upperBound...]))
  }
}

/// The fields of a form or a query, decoded.
func formFields(_ text: String) -> [(name: String, value: String)] {
  text.split(separator: "&").map { pair in
    let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    return (formDecoded(parts[0]), parts.count > 1 ? formDecoded(parts[1]) : "")
  }
}

func formDecoded(_ text: Substring) -> String {
  var bytes: [UInt8] = []
  var rest = Array(text.utf8)[...]
  while let byte = rest.popFirst() {
    if byte == UInt8(ascii: "+") {
      bytes.append(UInt8(ascii: " "))
    } else if byte == UInt8(ascii: "%"), rest.count >= 2,
      let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
    {
      bytes.append(value)
      rest = rest.dropFirst(2)
    } else {
      bytes.append(byte)
    }
  }
  return String(decoding: bytes, as: UTF8.self)
}
