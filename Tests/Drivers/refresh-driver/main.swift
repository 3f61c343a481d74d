// Gets a fresh token in a process of its own, so that tests can start many at once, or kill one.
//
//   refresh-driver HOME ID KEY NET [forced] [minimum SECONDS] [pause SECONDS] [wait SECONDS]
//
// ID and KEY are hexadecimal, NET is the path of the program on the network. Prints one line: fresh,
// usable or failed, the token, whether this process got it, and what is wrong.
internal import Connections
internal import Files
internal import NetClient
internal import Platform
internal import Refreshing
internal import SealedConnections
internal import Secrets
internal import Vault

func say(_ line: String) {
  let bytes = Array("\(line)\n".utf8)
  _ = write(1, bytes, bytes.count)
}

func text(_ stored: StoredConnection) -> String {
  stored.record.accessToken?.withUnsafeBytes { String(decoding: $0, as: UTF8.self) } ?? "-"
}

struct Usage: Error {}

func run(_ words: [String]) throws {
  guard words.count >= 4, let id = RandomID(words[1]), words[2].utf8.count == 64 else {
    throw Usage()
  }
  let digits = Array(words[2].utf8)
  let bytes = stride(from: 0, to: 64, by: 2).compactMap {
    UInt8(String(decoding: digits[$0..<$0 + 2], as: UTF8.self), radix: 16)
  }
  let key = try bytes.withUnsafeBytes { try ConnectionKey(id, copying: $0) }
  let home = words[0]
  let store = ConnectionStore(try Locations { $0 == "MCP_VALET_HOME" ? home : nil })
  var options = RefreshOptions()
  options.program = NetExecutable(words[3])
  options.isForced = words.contains("forced")
  func number(behind word: String) -> Int64? {
    words.firstIndex(of: word).flatMap { Int64(words[$0 + 1]) }
  }
  if let seconds = number(behind: "minimum") { options.minimumLife = seconds }
  if let seconds = number(behind: "pause") { options.pauseSeconds = seconds }
  if let seconds = number(behind: "wait") { options.answerWait = .seconds(seconds) }
  let refresh = TokenRefresh(
    try ConnectionName("work"), key, try store.read(key), in: store, options: options)
  for outcome in TokenRefresh.finish([refresh]) {
    let here = refresh.hasRefreshed ? "here" : "elsewhere"
    switch outcome {
    case .fresh(let stored): say("fresh \(text(stored)) \(here)")
    case .usable(let stored, let error): say("usable \(text(stored)) \(here) \(error.message)")
    case .failed(let error): say("failed - \(here) \(error.message) | \(error.hint ?? "")")
    }
  }
}

do {
  try run(Array(CommandLine.arguments.dropFirst()))
} catch {
  say("error \(error)")
  exit(70)
}
