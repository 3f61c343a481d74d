internal import JSONText
internal import Secrets

/// An error that the broker answers a request with, in place of a server.
///
/// Its code is the exit code of a command that fails so, as in ``FailureReport``: outside of
/// -32768 to -32000, which belong to JSON-RPC and the specification (S8).
struct ErrorAnswer {
  let code: ExitCode
  let message: String
  /// Whether the server may have seen the request, and acted on it.
  let wasSent: Bool

  /// Appends the line that answers one request.
  ///
  /// - Parameter token: its id as it is written; `nil` where it could not be read.
  func append(token: some Collection<UInt8>, to output: inout [UInt8]) {
    output += #"{"jsonrpc":"2.0","id":"#.utf8
    output.append(contentsOf: token)
    output += #","error":{"code":"#.utf8
    output += String(code.rawValue).utf8
    output += #","message":"#.utf8
    JSONString.append("mcp-valet: " + message, to: &output)
    output += #","data":{"sent":"#.utf8
    output += (wasSent ? "true" : "false").utf8
    output += "}}}\n".utf8
  }

  static func ended(_ server: String, _ end: ServerEnd) -> ErrorAnswer {
    let message = "\(server) \(end.event) before it answered; the request was not sent again"
    return ErrorAnswer(
      code: .storeUnavailable,
      message: end.lastWords.isEmpty ? message : "\(message): \(end.lastWords)", wasSent: true)
  }

  static func replaced(_ server: String, milliseconds: Int64) -> ErrorAnswer {
    ErrorAnswer(
      code: .tryAgain,
      message: "\(server) was restarted with new secrets and did not finish this request within"
        + " \(milliseconds) ms; the request was not sent again",
      wasSent: true)
  }

  static func unavailable(_ server: String) -> ErrorAnswer {
    ErrorAnswer(
      code: .storeUnavailable,
      message: "\(server) is not running; restart it in the host, or rotate its secret again",
      wasSent: false)
  }

  /// - Parameter reason: what has ended, and what to type.
  static func loginEnded(_ server: String, _ reason: String) -> ErrorAnswer {
    ErrorAnswer(
      code: .denied, message: "\(server) cannot be used: \(reason)", wasSent: false)
  }

  static func tooMany(_ server: String) -> ErrorAnswer {
    ErrorAnswer(
      code: .tryAgain,
      message: "more than \(OpenRequests.maximumCount) requests to \(server) are open; try again"
        + " when some are answered",
      wasSent: false)
  }

  static func requestTooLong(_ server: String) -> ErrorAnswer {
    ErrorAnswer(
      code: .corruptData,
      message: "this request to \(server) is longer than \(LineFramer.defaultMaximumLength >> 20)"
        + " MiB and was not sent",
      wasSent: false)
  }

  static func answerTooLong(_ server: String) -> ErrorAnswer {
    ErrorAnswer(
      code: .corruptData,
      message:
        "the answer of \(server) is longer than \(LineFramer.defaultMaximumLength >> 20) MiB",
      wasSent: true)
  }

  /// - Parameter reason: what is wrong with it, such as `is not JSON`.
  static func unreadable(_ server: String, _ reason: String) -> ErrorAnswer {
    ErrorAnswer(
      code: .corruptData,
      message: "the answer of \(server) \(reason) and was not passed on", wasSent: true)
  }

  /// To a server, about a request of its own.
  static func refused(_ reason: String) -> ErrorAnswer {
    ErrorAnswer(
      code: .corruptData, message: "this request \(reason) and was not passed on", wasSent: false)
  }

  static let tooManyQuestions = ErrorAnswer(
    code: .tryAgain,
    message: "more than \(ServerRequests.maximumCount) requests to the host are open",
    wasSent: false)
}
