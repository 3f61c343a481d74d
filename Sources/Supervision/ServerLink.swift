internal import Launch
internal import Redaction
internal import Relay
internal import Secrets

/// One generation of the server, as the loop sees it.
final class ServerLink {
  let generation: Int
  var server: GuardedServer
  /// Its standard output.
  @exclusivity(unchecked) var reader: LineReader
  /// For its standard input.
  var input = OutputQueue()
  /// Of its standard error.
  var redactor: StreamRedactor
  var lastWords = LastWords()
  /// What it was started with, by number; looked for as long as there is this link.
  var values: [Int] = []

  /// The session was told that it runs.
  var isStarted = false
  /// Its input is to be closed when ``input`` is empty.
  var closesInput = false
  /// It does not read any more, and the session is to be told.
  var isInputBroken = false
  /// When that became known, in milliseconds.
  var breakTime: Int64?
  /// Its output has come to its end.
  var hasOutputEnded = false
  /// The session was told so.
  var isOutputDone = false
  /// Its end, as `waitpid` gives it.
  var status: Int32?
  /// When it ended, in milliseconds.
  var endTime: Int64 = 0
  /// Bytes that its pipes held when it ended and that were not read yet.
  var owedOutput = 0
  var owedErrors = 0
  /// When what is held back of its standard error is passed on.
  var flushTime: Int64?
  /// Its guardian was told to end, …
  var isDismissed = false
  /// … and has.
  var hasGone = false
  /// When a start that hangs is given up.
  var startDeadline: Int64?

  init(_ generation: Int, _ server: consuming GuardedServer) throws(SecretMemoryError) {
    self.generation = generation
    // Both may throw, so before what must be ended is owned.
    let reader = try LineReader()
    let redactor = try StreamRedactor()
    self.server = server
    self.reader = reader
    self.redactor = redactor
  }

  var hasErrorsOpen: Bool { server.errorDescriptor >= 0 }
}
