/// The simulated host: what it has said, and whether what it hears is right.
struct ModelHost {
  struct Request {
    let token: [UInt8]
    let isStream: Bool
    var isCancelled = false
    var answers = 0
    var acknowledgements = 0
    /// The generations that it was sent to: a stream is opened again on the next one.
    var receivers: [Int] = []
  }

  enum Era { case none, handshake, stateless }

  let era: Era
  /// Nothing goes wrong: no error of ours may come, and no stream may end.
  let isBenign: Bool
  /// Whether the host may say what it likes: the handshake is over, or there is none.
  private(set) var isReady: Bool
  private(set) var opening: Int?
  private(set) var requests: [Request] = []
  private(set) var questions: [(token: [UInt8], generation: Int, number: Int)] = []
  private var slots: [[UInt8]: Int] = [:]
  private(set) var noteCount = 0
  private var lastNote: [Int: Int] = [:]
  private(set) var violation: String?

  init(era: Era, isBenign: Bool) {
    self.era = era
    self.isBenign = isBenign
    isReady = era == .none
  }

  // MARK: Saying

  mutating func request(isStream: Bool = false) -> [UInt8] {
    let number = requests.count
    let token =
      number % 2 == 0
      ? ModelLine.line(.number(number)) : ModelLine.line("\"h", .number(number), "\"")
    add(Array(token.dropLast()), isStream: isStream)
    let id = requests[number].token
    if isStream {
      return ModelLine.line(
        "{\"id\":", .bytes(id), ",\"method\":\"subscriptions/listen\",\"params\":{",
        .text(ModelLine.meta), ",\"notifications\":{\"toolsListChanged\":true}}}")
    }
    return ModelLine.line("{\"id\":", .bytes(id), ",\"method\":\"call\"}")
  }

  private mutating func add(_ token: [UInt8], isStream: Bool) {
    slots[token] = requests.count
    requests.append(Request(token: token, isStream: isStream))
  }

  /// The first message of its era, where one is due.
  mutating func open() -> [UInt8]? {
    guard !isReady, opening == nil else { return nil }
    opening = requests.count
    let token = Array(String(requests.count).utf8)
    add(token, isStream: false)
    return era == .handshake
      ? ModelLine.line("{\"id\":", .bytes(token), ",\"method\":\"initialize\",\"params\":{}}")
      : ModelLine.line(
        "{\"id\":", .bytes(token), ",\"method\":\"server/discover\",\"params\":{",
        .text(ModelLine.meta), "}}")
  }

  mutating func note() -> [UInt8] {
    noteCount += 1
    return ModelLine.line("{\"method\":\"note\",\"params\":{\"n\":", .number(noteCount), "}}")
  }

  /// Cancels a request that it waits for; `nil` when there is none.
  mutating func cancel(_ choice: Int) -> [UInt8]? {
    let candidates = requests.indices.filter {
      requests[$0].answers == 0 && !requests[$0].isCancelled && $0 != opening
    }
    guard !candidates.isEmpty else { return nil }
    let number = candidates[choice % candidates.count]
    requests[number].isCancelled = true
    return ModelLine.line(
      "{\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":",
      .bytes(requests[number].token), "}}")
  }

  mutating func answer(_ choice: Int) -> [UInt8]? {
    guard !questions.isEmpty else { return nil }
    let question = questions.remove(at: choice % questions.count)
    return ModelLine.line(
      "{\"id\":", .bytes(question.token), ",\"result\":{\"g\":", .number(question.generation),
      ",\"q\":", .number(question.number), "}}")
  }

  // MARK: Hearing

  /// - Returns: what it says at once.
  mutating func hear(_ line: ModelLine, forgets: Bool, isEnding: Bool) -> [UInt8]? {
    if line.method == nil {
      if isBenign, !isEnding { checkBenign(line) }
      return hearAnswer(line)
    }
    if line.isMethod("ping") {
      hearQuestion(line)
    } else if line.isMethod("note") {
      let (generation, number) = (line.number("\"g\":") ?? 0, line.number("\"n\":") ?? 0)
      if number != (lastNote[generation] ?? 0) + 1 {
        violation = "note \(number) of \(generation) behind \(lastNote[generation] ?? 0)"
      }
      lastNote[generation] = number
    } else if line.isMethod("notifications/cancelled") {
      guard let token = line.token("\"requestId\":") else { return nil }
      if let number = slots[token], requests[number].isStream {
        requests[number].isCancelled = true
      } else if forgets {
        questions.removeAll { $0.token == token }
      }
    } else if line.isMethod("notifications/subscriptions/acknowledged") {
      guard let token = line.token("\"io.modelcontextprotocol/subscriptionId\":"),
        let number = slots[token]
      else { return nil }
      requests[number].acknowledgements += 1
      if requests[number].acknowledgements > 1, !requests[number].isCancelled {
        violation = "a stream was acknowledged twice"
      }
    }
    return nil
  }

  private mutating func checkBenign(_ line: ModelLine) {
    if line.hasError { violation = "an error although nothing went wrong" }
    if let id = line.id, let number = slots[id], requests[number].isStream,
      !requests[number].isCancelled
    {
      violation = "a stream ended although nobody ended it"
    }
  }

  private mutating func hearQuestion(_ line: ModelLine) {
    guard let token = line.id, let generation = line.number("\"g\":"),
      let number = line.number("\"q\":")
    else { return }
    if questions.contains(where: { $0.token == token }) {
      violation = "two questions are open as \(String(decoding: token, as: UTF8.self))"
    }
    questions.append((token, generation, number))
  }

  private mutating func hearAnswer(_ line: ModelLine) -> [UInt8]? {
    guard let token = line.id, let number = slots[token] else {
      violation = "an answer to nothing: \(String(decoding: line.bytes, as: UTF8.self))"
      return nil
    }
    requests[number].answers += 1
    if requests[number].answers > 1 { violation = "request \(number) was answered twice" }
    if let generation = line.number("\"g\":") {
      if !requests[number].receivers.contains(generation) {
        violation = "request \(number) was answered by \(generation)"
      }
    } else if !line.hasError {
      violation = "an answer of no server"
    }
    guard number == opening else { return nil }
    opening = nil
    if line.hasError { return nil }
    isReady = true
    return era == .handshake
      ? ModelLine.line("{\"method\":\"notifications/initialized\"}") : nil
  }

  /// A line of the host goes to a server.
  mutating func noteSent(_ line: ModelLine, to generation: Int) {
    guard line.method != nil, let token = line.id, let number = slots[token] else { return }
    if !requests[number].receivers.isEmpty, !requests[number].isStream {
      violation = "request \(number) was sent twice"
    }
    requests[number].receivers.append(generation)
  }

  /// What must hold when all is over.
  mutating func close() {
    for (number, request) in requests.enumerated()
    where request.answers == 0 && !request.isCancelled {
      violation = violation ?? "request \(number) was never answered"
    }
  }
}
