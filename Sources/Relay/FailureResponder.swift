internal import JSONText
internal import Secrets

/// Answers every request of a host with the same JSON-RPC error: bytes in, bytes out.
///
/// It works in both eras of the protocol without knowing which one it is in. A host of the
/// stateless era may ask `server/discover` first, take the error for "not of this era" and send
/// `initialize`; one that gets no second answer shows "connection closed" instead of the first
/// error. Hence every request is answered, with its id exactly as it was written.
///
/// Notifications and responses want no answer. Batches get none either: they existed in one
/// revision only (2025-03-26), which forbids one before `initialize` has succeeded. Lines that are
/// no messages are ignored. One over the framer's limit is answered if it seems to be a request, with
/// the id `null` where its own was not found (JSON-RPC 2.0 section 5).
package struct FailureResponder: ~Copyable {
  private var framer = LineFramer()
  private let answer: Answer

  package init(_ report: FailureReport) {
    answer = Answer(
      head: Array(#"{"jsonrpc":"2.0","id":"#.utf8), tail: Self.tail(report))
  }

  /// Takes the next piece of the host's stream and appends the answers to `output`.
  package mutating func receive(
    _ piece: UnsafeBufferPointer<UInt8>, into output: inout [UInt8]
  ) {
    let answer = answer
    framer.receive(piece) { answer.append(to: &output, for: $0) }
  }

  /// The host's stream has ended; a last line without its line end counts.
  package mutating func finish(into output: inout [UInt8]) {
    let answer = answer
    framer.finish { answer.append(to: &output, for: $0) }
  }

  /// What stands before and behind the id.
  private struct Answer {
    let head: [UInt8]
    let tail: [UInt8]

    func append(to output: inout [UInt8], for event: LineFramer.Event) {
      switch event {
      case .line(let line), .partial(let line):
        let message = MessageScanner.scan(line)
        guard message.kind == .request, let id = message.id else { return }
        append(to: &output, id: line[id])
      case .tooLong(let line):
        let message = BrokenMessage(line)
        guard message.kind == .request else { return }
        append(to: &output, id: message.id ?? Array("null".utf8))
      }
    }

    private func append(to output: inout [UInt8], id: some Collection<UInt8>) {
      output += head
      output.append(contentsOf: id)
      output += tail
    }
  }

  /// `,"error":{"code":78,"message":…,"data":{"exitCode":78,"problems":[…]}}}` and a line end.
  private static func tail(_ report: FailureReport) -> [UInt8] {
    var output = Array(#","error":{"code":"#.utf8)
    output += String(report.errorCode).utf8
    output += #","message":"#.utf8
    JSONString.append(report.message, to: &output)
    output += #","data":{"exitCode":"#.utf8
    output += String(report.exitCode).utf8
    output += #","problems":["#.utf8
    for (index, problem) in report.problems.enumerated() {
      if index > 0 { output.append(UInt8(ascii: ",")) }
      output += #"{"message":"#.utf8
      JSONString.append(problem.message, to: &output)
      if let hint = problem.hint {
        output += #","hint":"#.utf8
        JSONString.append(hint, to: &output)
      }
      output.append(UInt8(ascii: "}"))
    }
    output += "]}}}\n".utf8
    return output
  }
}
