internal import Broker
internal import Control
internal import Secrets

/// What became of one running server.
struct ServerOutcome {
  enum Result: Equatable {
    /// It was replaced by one with the new values; so many requests were answered with an error.
    case switched(abandoned: UInt32)
    /// It has the newest value already.
    case current
    case stopped
    /// It did not answer and was killed.
    case killed
    /// Started with `--exec`: nobody stays who could replace it.
    case unsupervised
    /// Its relay said why not.
    case failed(ControlAnswer.Failure)
    /// Its relay could not be asked.
    case unreached(ControlError)
  }

  let server: LiveServer
  let result: Result

  /// Why it is not as it was to be.
  var failure: ControlAnswer.Failure? {
    switch result {
    case .failed(let failure): failure
    case .unreached(let error): .init(error)
    case .switched, .current, .stopped, .killed, .unsupervised: nil
    }
  }

  /// Whether its relay tried, and the new server was not taken.
  var isRejection: Bool {
    if case .failed(let failure) = result { failure.exitCode == .storeUnavailable } else { false }
  }

  /// For a person.
  var line: String { "\(server.title): \(text)" }

  private var text: String {
    switch result {
    case .switched(0): return "replaced by one with the new value"
    case .switched(let count):
      return "replaced by one with the new value; \(count) open requests got an error"
    case .current: return "has the newest value already"
    case .stopped: return "stopped"
    case .killed: return "did not answer and was killed"
    case .unsupervised:
      let host = server.hostName
      return "started with --exec, so it keeps the old value: restart it"
        + (host.isEmpty ? "" : " in \(host)")
    case .failed, .unreached:
      guard let failure else { return "failed" }
      return "failed: \(failure.message)" + (failure.hint.map { " (\($0))" } ?? "")
    }
  }

  /// What `--json` prints.
  struct Record: Encodable {
    var server: String?
    var pid: Int32
    var host: String
    var outcome: String
    var abandoned: UInt32?
    var message: String?
    var hint: String?
  }

  var record: Record {
    var record = Record(
      server: server.name, pid: server.processID, host: server.hostName, outcome: "")
    switch result {
    case .switched(let abandoned):
      record.outcome = "switched"
      record.abandoned = abandoned
    case .current: record.outcome = "current"
    case .stopped: record.outcome = "stopped"
    case .killed: record.outcome = "killed"
    case .unsupervised: record.outcome = "unsupervised"
    case .failed, .unreached:
      record.outcome = "failed"
      record.message = failure?.message
      record.hint = failure?.hint
    }
    return record
  }
}

/// The report of a command that did something to running servers.
struct OutcomeReport {
  private let isJSON: Bool
  private(set) var outcomes: [ServerOutcome] = []

  init(json: Bool) { isJSON = json }

  /// A person sees each line when it is known.
  mutating func add(_ outcome: ServerOutcome) {
    outcomes.append(outcome)
    if !isJSON { Report.output(outcome.line) }
  }

  /// - Parameters:
  ///   - nothing: what to say when no server was concerned.
  ///   - hint: what to type for those that failed.
  ///   - rejected: what to type instead when a new server was tried and not taken.
  /// - Throws: ``CommandError/failed(_:hint:)`` when a server failed, or keeps an old value since
  ///   nobody can replace it: a script must not take that for done.
  func finish(nothing: String, hint: String?, rejected: String? = nil) throws {
    if isJSON { try JSONOutput.print(outcomes.map(\.record)) }
    if outcomes.isEmpty, !isJSON { Report.note(nothing) }
    let failed = outcomes.filter { $0.failure != nil }
    let left = outcomes.filter { $0.result == .unsupervised }.count
    guard failed.isEmpty else {
      let isRejected = failed.contains(where: \.isRejection)
      throw CommandError.failed(
        "\(failed.count) of \(outcomes.count) servers failed"
          + (left == 0 ? "" : ", \(left) started with --exec keep the old value"),
        hint: isRejected ? rejected ?? hint : hint)
    }
    guard left == 0 else {
      throw CommandError.failed(
        "\(left) of \(outcomes.count) servers keep the old value: started with --exec",
        hint: "restart them in their hosts, or: mcp-valet stop SERVER")
    }
  }
}
