// Plays a relay in a process of its own: a socket, a loop, and answers as a relay gives them.
//
//   control-driver serve FOLDER [OPTION…] NAME[=VERSION]…   a relay that holds these secrets
//     --name SERVER      the server's name (default: played)
//     --fail             every swap fails
//     --late MS          opens the socket at once and serves it after that time
//     --slow MS          between two answers to a swap
//     --mute             never answers anything
//     --old              does not know the withdrawal of a grant
//   control-driver exec FOLDER NAME[=VERSION]… -- COMMAND…  writes a start record and executes
//
// It says on standard output: `ready NAME` when the socket is there, `stop MS`, and for every value
// of a swap `value REFERENCE VERSION LENGTH TEXT`; `connection REFERENCE ID KEY`,
// `withdraw NAME`. The values of tests are no secrets.
internal import Control
internal import Files
internal import Platform
internal import Secrets

/// Unbuffered: a test kills this process at any moment.
func say(_ line: String) {
  let bytes = Array("\(line)\n".utf8)
  _ = write(1, bytes, bytes.count)
}

do {
  switch CommandLine.arguments.dropFirst().first {
  case "serve":
    var relay = try PlayedRelay(CommandLine.arguments.dropFirst(2))
    try relay.run()
  case "exec": try execute(CommandLine.arguments.dropFirst(2))
  default: exit(64)
  }
} catch {
  say("error \(error)")
  exit((error as? any ReportableError)?.exitCode.rawValue ?? 70)
}

func held(_ word: String) throws -> HeldSecret {
  let parts = word.split(separator: "=")
  let reference = try SecretReference(parts[0])
  return HeldSecret(reference, version: parts.count > 1 ? UInt32(parts[1]) : nil)
}

func locations(_ folder: String) throws -> Locations {
  // The folder of a test is `…/run`.
  try Locations { $0 == "MCP_VALET_HOME" ? String(folder.dropLast(4)) : nil }
}

func execute(_ words: ArraySlice<String>) throws {
  guard let folder = words.first, let end = words.firstIndex(of: "--") else { exit(64) }
  let secrets = try words[(words.startIndex + 1)..<end].map(held)
  let command = Array(words[(end + 1)...])
  try StartRecord.write(
    serverName: "executed", command: command[0], secrets: secrets, in: try locations(folder))
  let arguments = command.map { strdup($0) } + [nil]
  execvp(command[0], arguments)
  exit(127)
}

struct PlayedRelay {
  var folder = ""
  var name: String? = "played"
  var fails = false
  var mute = false
  var isOld = false
  var late: UInt32 = 0
  var slow: Int64 = 0
  var secrets: [HeldSecret] = []

  init(_ words: ArraySlice<String>) throws {
    var rest = words
    folder = rest.popFirst() ?? ""
    while let word = rest.popFirst() {
      switch word {
      case "--name": name = rest.popFirst()
      case "--fail": fails = true
      case "--mute": mute = true
      case "--old": isOld = true
      case "--late": late = rest.popFirst().flatMap { UInt32($0) } ?? 0
      case "--slow": slow = rest.popFirst().flatMap { Int64($0) } ?? 0
      default: secrets.append(try held(word))
      }
    }
  }

  /// What is to be answered at a time.
  struct Due {
    let time: Int64
    let call: CallIdentity
    let answer: ControlAnswer
  }

  mutating func run() throws {
    let listener = try ControlListener(folderPath: folder)
    say("ready \(listener.name)")
    if late > 0 { usleep(late * 1000) }
    if mute { while true { pause() } }
    var status = ServerStatus(
      serverName: name, command: "played-server", brokerProcessID: getpid(),
      hostProcessID: getppid(), hostName: ProcessInstance.name(of: getppid()),
      started: Int64(time(nil)))
    status.era = .handshake
    status.secrets = secrets
    status.memoryBytes = ProcessInstance.anonymousMemory(of: getpid())
    var desk = ControlDesk(listener, now: ControlClock.now())
    var due: [Due] = []
    let slots = UnsafeMutableBufferPointer<pollfd>.allocate(capacity: ControlDesk.slotCount)
    slots.initialize(repeating: pollfd(fd: -1, events: 0, revents: 0))
    while true {
      desk.fill(slots)
      let now = ControlClock.now()
      let next = [desk.deadline, due.map(\.time).min()].compactMap { $0 }.min()
      poll(
        slots.baseAddress, nfds_t(slots.count),
        next.map { Int32(clamping: max($0 - now, 0)) } ?? -1)
      desk.serve(slots, now: ControlClock.now())
      while let call = desk.next() {
        let identity = call.identity
        switch call.takeRequest() {
        case .status: desk.answer(identity, .status(status))
        case .stop(let grace):
          say("stop \(grace)")
          desk.answer(identity, .stopping)
          if slow > 0 { usleep(UInt32(slow) * 1000) }
          return
        case .withdraw where isOld:
          // As a relay does that cannot read the request.
          desk.answer(
            identity, .failed(.init(message: "unknown kind 4", hint: nil, exitCode: .software)))
        case .withdraw(let other):
          say("withdraw \(other)")
          desk.answer(identity, other == name ? .withdrawn : .notAffected)
        case .swap(let order): due += swap(order, identity, &status)
        }
      }
      let then = ControlClock.now()
      for item in due where item.time <= then { desk.answer(item.call, item.answer) }
      due.removeAll { $0.time <= then }
    }
  }

  private func swap(
    _ order: borrowing SwapOrder, _ call: CallIdentity, _ status: inout ServerStatus
  ) -> [Due] {
    let now = ControlClock.now()
    // A version stands for its value here.
    if !order.secrets.isEmpty, order.secrets.allSatisfy({ status.secrets.contains($0) }) {
      return [Due(time: now, call: call, answer: .unchanged)]
    }
    var affected = order.secrets.isEmpty
    for secret in order.secrets {
      guard let index = status.secrets.firstIndex(where: { $0.reference == secret.reference })
      else { continue }
      affected = true
      if !fails { status.secrets[index] = secret }
      let version = secret.version.map { "\($0)" } ?? "-"
      _ = order.values.withValue(of: secret.reference) {
        let text = String(decoding: $0.prefix(64), as: UTF8.self)
        say("value \(secret.reference) \(version) \($0.count) \(text)")
      }
    }
    for connection in order.connections {
      let list = { (bytes: [UInt8]) in bytes.map { "\($0)" }.joined(separator: ",") }
      let key = connection.key.withUnsafeBytes { Array($0) }
      say("connection \(connection.reference) \(list(connection.connectionID)) \(list(key))")
    }
    guard affected else { return [Due(time: now, call: call, answer: .notAffected)] }
    if fails {
      let failure = ControlAnswer.Failure(
        message: "the new server ended with exit code 3", hint: "check the new value",
        exitCode: .storeUnavailable)
      return [Due(time: now + slow, call: call, answer: .failed(failure))]
    }
    status.swapCount += 1
    return [
      Due(time: now + slow, call: call, answer: .switched),
      Due(
        time: now + 2 * slow, call: call, answer: .finished(abandoned: 0, announced: true)),
    ]
  }
}
