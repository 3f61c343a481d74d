package import Secrets

/// What a ``RelaySession`` wants done. Actions are to be carried out in the order they come; bytes
/// are valid during the call only.
package enum RelayAction {
  /// One or more whole lines for the host, line ends included.
  case toHost(UnsafeBufferPointer<UInt8>)
  /// Bytes for the standard input of a server.
  case toServer(UnsafeBufferPointer<UInt8>, generation: Int)
  /// A line for our own standard error, marked as ours.
  case toStandardError(UnsafeBufferPointer<UInt8>)
  /// Start another server, with the newest values of the secrets. To be answered with
  /// ``RelaySession/serverStarted(_:_:)`` or ``RelaySession/serverNotStarted(_:exitCode:because:_:)``.
  case start(generation: Int)
  /// Close the standard input of a server when all bytes for it are written.
  case closeInput(generation: Int)
  case terminate(generation: Int, Force)
  /// How a swap goes, for who asked for it.
  case report(swap: Int, SwapEvent)
  /// The session is over: when all bytes are written, exit with this code.
  case end(exitCode: Int32)

  package enum Force: Equatable, Sendable {
    /// SIGTERM.
    case politely
    /// SIGKILL, for the whole tree.
    case atOnce
  }
}

/// Where a line of a server goes, for whoever redacts it.
package enum LineDestination: Sendable {
  /// A message for the host: it stays JSON, and its id stays what it is.
  case host
  /// Anything else, and parts of messages: no structure is to be kept.
  case text
}

/// What is to be passed on instead of a line.
package enum RedactedLine {
  case unchanged
  /// Another line, its line end included, with the same ids and structure.
  case replaced([UInt8])
  /// As `replaced`, in memory that is valid until the next line is asked for.
  case lent(UnsafeBufferPointer<UInt8>)
}

/// How a new server comes to replace the old one.
package enum SwapMode: Equatable, Sendable {
  /// Both run side by side until the old one has answered what it was asked.
  case overlap
  /// The new one is started when the old one has ended (ports, profile locks, container names).
  case stopFirst
  /// The server is not to be replaced while its host runs.
  case never
}

/// How a swap goes.
package enum SwapEvent: Equatable, Sendable {
  /// New requests go to the new server from now on; the old one finishes what it was asked.
  case switched
  /// The old server has ended.
  ///
  /// - Parameters:
  ///   - abandoned: how many requests it left unanswered; each was answered with an error.
  ///   - announced: whether the host was told of changed lists.
  case finished(abandoned: Int, announced: Bool)
  case failed(SwapFailure)
}

/// Why a server was not replaced. Unless it says otherwise, the old one goes on.
package enum SwapFailure: ReportableError, Equatable {
  /// The server is configured with `"swap": "never"`.
  case refused
  /// The session is at its end.
  case ending
  /// More than ``RelaySettings/maximumServers`` of its servers still run, or as many swaps wait.
  case tooMany
  /// The new server could not be started.
  case notStarted(exitCode: Int32, FailureReport.Problem? = nil)
  /// The new server ended before it was ready, or while the old one was still there to go on.
  case ended(exitCode: Int32, ServerEnd? = nil)
  /// The new server was not ready within this time.
  case timedOut(milliseconds: Int64)
  /// The new server answered the host's `initialize` or our `server/discover` with an error.
  case refusedHandshake(errorCode: Int?)
  /// The new server speaks another revision of the protocol than the old one did.
  case otherProtocolVersion
  /// The host's `initialize` is too large to be kept for a swap.
  case handshakeTooLarge
  /// The server's own answer to `initialize` is still awaited.
  case noHandshake

  package var message: String {
    switch self {
    case .refused: "the server is configured not to be replaced while it runs"
    case .ending: "the server is being stopped"
    case .tooMany: "too many servers of this session are still finishing"
    case .notStarted(_, let problem?):
      "the new server could not be started: \(FailureReport.onOneLine(problem.message))"
    case .notStarted(let code, nil): "the new server could not be started (exit code \(code))"
    case .ended(_, let end?): "the new server \(end.event)\(Self.lastWords(of: end))"
    case .ended(let code, nil): "the new server ended with exit code \(code)"
    case .timedOut(let time): "the new server was not ready within \(time) ms"
    case .refusedHandshake(let code?): "the new server refused the host's handshake (error \(code))"
    case .refusedHandshake(nil): "the new server refused the host's handshake"
    case .otherProtocolVersion: "the new server speaks another version of the protocol"
    case .handshakeTooLarge: "the host's handshake is too large to be repeated"
    case .noHandshake: "the old server has not finished its handshake with the host"
    }
  }

  package var hint: String? {
    switch self {
    case .refused: "restart the server in its host to give it the new value"
    case .ending: nil
    case .tooMany, .noHandshake: "try again in a minute"
    case .notStarted(_, let problem?) where problem.hint != nil: problem.hint
    case .notStarted, .ended, .timedOut, .refusedHandshake, .otherProtocolVersion:
      "check the new value; mcp-valet rollback SECRET brings the old one back"
    case .handshakeTooLarge: "restart the server in its host"
    }
  }

  package var exitCode: ExitCode {
    switch self {
    case .refused: .configuration
    case .ending, .tooMany, .noHandshake: .tryAgain
    default: .storeUnavailable
    }
  }

  /// 400 characters: a few lines of a terminal, of which the last one mostly says why.
  private static let shownLength = 400

  private static func lastWords(of end: ServerEnd) -> String {
    if end.lastWords.isEmpty { return "" }
    let line = FailureReport.onOneLine(end.lastWords)
    return line.count > shownLength ? ": …\(line.suffix(shownLength))" : ": \(line)"
  }
}
