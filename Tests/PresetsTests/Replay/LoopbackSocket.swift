internal import Platform
internal import Testing

/// `SOCK_STREAM` as `socket` takes it.
let streamSocket = Int32(SOCK_STREAM.rawValue)

func loopback(port: UInt16) -> sockaddr_in {
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_port = port.bigEndian
  address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
  return address
}

func withSocketAddress<R>(
  _ address: inout sockaddr_in, _ body: (UnsafePointer<sockaddr>, socklen_t) throws -> R
) rethrows -> R {
  try withUnsafePointer(to: &address) { pointer in
    try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      try body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
    }
  }
}

func connectToLoopback(port: UInt16) throws -> Int32 {
  let connection = socket(AF_INET, streamSocket, 0)
  var address = loopback(port: port)
  let isConnected = withSocketAddress(&address) { connect(connection, $0, $1) == 0 }
  if !isConnected { _ = close(connection) }
  try #require(isConnected)
  return connection
}

func writeAll(_ connection: Int32, _ text: String) {
  var rest = Array(text.utf8)[...]
  while !rest.isEmpty {
    let count = rest.withUnsafeBytes { send(connection, $0.baseAddress, $0.count, noSignal) }
    if count <= 0 { return }
    rest = rest.dropFirst(count)
  }
}

/// `MSG_NOSIGNAL`: a peer that went away is an error, not a signal.
private let noSignal = Int32(MSG_NOSIGNAL)

/// A whole message: its head, and as many bytes behind it as `Content-Length` says. `nil` when the
/// other side closes before.
func readMessage(_ connection: Int32) -> String? {
  var bytes: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 16384)
  while true {
    let text = String(decoding: bytes, as: UTF8.self)
    if let end = text.firstRange(of: "\r\n\r\n") {
      let head = text[..<end.lowerBound].lowercased()
      let length = head.split(separator: "\r\n").first { $0.hasPrefix("content-length:") }
        .flatMap { Int($0.dropFirst(15).drop { $0 == " " }) }
      if text[end.upperBound...].utf8.count >= length ?? 0 { return text }
    }
    let count = recv(connection, &buffer, buffer.count, 0)
    if count <= 0 { return nil }
    bytes += buffer[..<count]
  }
}

/// Runs `body` by a thread of its own.
func startThread(_ body: @escaping @Sendable () -> Void) {
  final class Box {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }
  var thread = pthread_t()
  let box = Unmanaged.passRetained(Box(body)).toOpaque()
  _ = pthread_create(
    &thread, nil,
    { argument in
      guard let argument else { return nil }
      Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().body()
      return nil
    }, box)
  pthread_detach(thread)
}
