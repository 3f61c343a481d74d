import Relay

/// What a line costs in the machine: scan, bookkeeping, action; no copying, no redaction.
func runBenchmarks() {
  measure("notification of the server, 100 B", line(100, head: notification)) {
    session, line, sink in
    session.receive(line, fromServer: 1, redacting: { _, _ in .unchanged }, sink)
  }
  for size in [100, 4 << 10, 30 << 10, 1 << 20] {
    let request = line(
      size, head: #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"text":""#)
    let answer = line(size, head: #"{"jsonrpc":"2.0","id":1,"result":{"text":""#)
    let label = "request and answer, \(size) B each"
    measure(label, request) { session, line, sink in
      session.receiveFromHost(line, sink)
      answer.withUnsafeBufferPointer {
        session.receive($0, fromServer: 1, redacting: { _, _ in .unchanged }, sink)
      }
    }
  }
  let structured = Array(
    (#"{"jsonrpc":"2.0","method":"x","params":["#
      + (0..<64).map { #"{"name":"item \#($0)","value":\#($0),"flag":true,"list":[1,2,3]}"# }
      .joined(separator: ",") + "]}\n").utf8)
  measure("notification of many small values, \(structured.count) B", structured) {
    session, line, sink in
    session.receive(line, fromServer: 1, redacting: { _, _ in .unchanged }, sink)
  }
}

private let notification = #"{"jsonrpc":"2.0","method":"notifications/message","params":{"data":""#

private func line(_ size: Int, head: String) -> [UInt8] {
  let tail = #""}}"#
  let filling = max(size - head.utf8.count - tail.utf8.count, 0)
  let text = String(repeating: "some text, ", count: filling / 11 + 1).utf8.prefix(filling)
  return Array(head.utf8) + text + Array((tail + "\n").utf8)
}

private func measure(
  _ label: String, _ line: [UInt8],
  _ body: (inout RelaySession, UnsafeBufferPointer<UInt8>, RelaySession.Sink) -> Void
) {
  var session = RelaySession(server: "srv", nonce: 1, now: 0)
  // As it is in a session that has begun.
  for text in [#"{"id":0,"method":"initialize"}"#, #"{"method":"notifications/initialized"}"#] {
    Array((text + "\n").utf8).withUnsafeBufferPointer { session.receiveFromHost($0) { _ in } }
  }
  let rounds = max(200_000_000 / (line.count + 400), 200)
  var total = 0
  var best = Duration.seconds(1_000)
  line.withUnsafeBufferPointer { line in
    for _ in 0..<5 {
      let started = ContinuousClock.now
      for _ in 0..<rounds / 5 {
        body(&session, line) {
          if case .toHost(let bytes) = $0 { total &+= bytes.count }
        }
      }
      best = min(best, ContinuousClock.now - started)
    }
  }
  let nanoseconds =
    Double(best.components.attoseconds) / 1e9 + Double(best.components.seconds) * 1e9
  let each = nanoseconds / Double(rounds / 5)
  print("\(label): \(Int(each)) ns, \(Int(Double(line.count) * 1000 / each)) MB/s (\(total % 2))")
}
