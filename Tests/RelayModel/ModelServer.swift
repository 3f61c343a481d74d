/// One generation of a simulated server.
struct ModelServer {
  let generation: Int
  /// Whether the machine was told that it runs.
  var isStarted = false
  var isAlive = true
  /// Whether the machine may still write to it.
  var isInputOpen = true
  var inbox: [[UInt8]] = []
  var outbox: [[UInt8]] = []
  var wasTerminated = false
  var exitCode: Int32 = 0
  var hasReportedExit = false
  var hasReportedEnd = false
  /// It answers handshakes and probes with an error.
  let refuses: Bool
  /// It never answers a request.
  let isSilent: Bool
  /// It answers what it was asked when its input has ended; else it just ends.
  let finishesAtEnd: Bool
  /// It does not end when its input does, and takes its time to answer.
  var staysAtEnd = false
  /// Ids of requests it has and has not answered.
  private(set) var pending: [[UInt8]] = []
  private(set) var streams: [[UInt8]] = []
  private(set) var questions: Set<Int> = []
  private(set) var cancelledQuestions: Set<Int> = []
  private var notes = 0
  private(set) var violation: String?

  init(generation: Int, refuses: Bool, isSilent: Bool, finishesAtEnd: Bool) {
    self.generation = generation
    self.refuses = refuses
    self.isSilent = isSilent
    self.finishesAtEnd = finishesAtEnd
  }

  var hasEnded: Bool { hasReportedExit && hasReportedEnd }

  /// Reads one line.
  mutating func step() {
    guard !inbox.isEmpty else {
      if !isInputOpen { endOrderly() }
      return
    }
    let line = ModelLine(inbox.removeFirst())
    guard let id = line.id else { return takeNotification(line) }
    guard line.method != nil else { return takeResponse(line) }
    if line.isMethod("initialize") {
      refuses
        ? say(ModelLine.line("{\"id\":", .bytes(id), ",\"error\":{\"code\":-1,\"message\":\"\"}}"))
        : say(
          ModelLine.line(
            "{\"id\":", .bytes(id),
            ",\"result\":{\"protocolVersion\":\"v\",\"capabilities\":{\"tools\":{\"listChanged\":true}},\"g\":",
            .number(generation), "}}"))
    } else if line.isMethod("server/discover") {
      refuses
        ? say(ModelLine.line("{\"id\":", .bytes(id), ",\"error\":{\"code\":-1,\"message\":\"\"}}"))
        : say(
          ModelLine.line(
            "{\"id\":", .bytes(id), ",\"result\":{\"supportedVersions\":[\"2026-07-28\"],\"g\":",
            .number(generation), "}}"))
    } else if line.isMethod("tools/list") {
      if isSilent { return }
      say(
        ModelLine.line(
          "{\"id\":", .bytes(id), ",\"result\":{\"tools\":[", .number(generation % 2), "],\"g\":",
          .number(generation), "}}"))
    } else if line.isMethod("subscriptions/listen") {
      streams.append(id)
      say(
        ModelLine.line(
          "{\"method\":\"notifications/subscriptions/acknowledged\",\"params\":{\"_meta\":{\"io.modelcontextprotocol/subscriptionId\":",
          .bytes(id), "}}}"))
    } else {
      pending.append(id)
    }
  }

  private mutating func takeNotification(_ line: ModelLine) {
    guard line.isMethod("notifications/cancelled"), let id = line.token("\"requestId\":") else {
      return
    }
    pending.removeAll { $0 == id }
    streams.removeAll { $0 == id }
  }

  private mutating func takeResponse(_ line: ModelLine) {
    guard let id = line.number("\"id\":"), let asked = line.number("\"q\":"),
      let asker = line.number("\"g\":")
    else {
      if !line.hasError { violation = "server \(generation) got an answer to nothing" }
      return
    }
    if asker != generation || asked != id {
      violation = "server \(generation) got the answer to question \(asked) of \(asker) as \(id)"
    }
    if questions.remove(id) == nil, cancelledQuestions.remove(id) == nil {
      violation = "server \(generation) got an answer to \(id) twice"
    }
  }

  mutating func say(_ line: [UInt8]) { outbox.append(line) }

  /// Answers one of its requests.
  mutating func answer(_ choice: Int) {
    guard !pending.isEmpty, !isSilent else { return }
    let id = pending.remove(at: choice % pending.count)
    say(ModelLine.line("{\"id\":", .bytes(id), ",\"result\":{\"g\":", .number(generation), "}}"))
  }

  mutating func note() {
    notes += 1
    say(
      ModelLine.line(
        "{\"method\":\"note\",\"params\":{\"g\":", .number(generation), ",\"n\":", .number(notes),
        "}}"))
  }

  /// Asks the host something; all generations use the same few ids.
  mutating func ask() {
    let free = (0..<4).first { !questions.contains($0) && !cancelledQuestions.contains($0) }
    guard let id = free else { return }
    questions.insert(id)
    say(
      ModelLine.line(
        "{\"id\":", .number(id), ",\"method\":\"ping\",\"params\":{\"g\":", .number(generation),
        ",\"q\":", .number(id), "}}"))
  }

  mutating func cancelQuestion() {
    guard let id = questions.min() else { return }
    questions.remove(id)
    cancelledQuestions.insert(id)
    say(
      ModelLine.line(
        "{\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":", .number(id), "}}"))
  }

  private mutating func endOrderly() {
    while !pending.isEmpty, !isSilent, finishesAtEnd, !staysAtEnd { answer(0) }
    for id in streams {
      say(ModelLine.line("{\"id\":", .bytes(id), ",\"result\":{\"g\":", .number(generation), "}}"))
    }
    streams = []
    if !staysAtEnd { die(code: 0) }
  }

  /// Whether it is about to answer something.
  var isAnswering: Bool { staysAtEnd && !isSilent && !pending.isEmpty }

  mutating func die(code: Int32) {
    isAlive = false
    exitCode = code
    inbox = []
  }
}
