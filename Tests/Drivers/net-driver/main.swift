// Stands where mcp-valet-net does, with an authorization server in a folder instead of a network:
// the token endpoint of the record is the folder's path.
//
//   requests      gets one line for each request: the refresh token that was sent
//   surroundings  gets what this process was started with: its descriptors, and its environment
//   current       the refresh token that is valid; absent: any is
//   delay         milliseconds until the answer
//   lifetime      seconds that a token lives; 3600
//   time          what the clock says; absent: the system's
//   mode          rotate (the default), keep (no new refresh token), down, refused, scope (no end of the login), die (before the
//                 server knows), vanish (after it knows), hang, garbage, foreign (another's record)
internal import Connections
internal import Platform
internal import Secrets

func read(_ path: String) -> String? {
  let file = open(path, O_RDONLY)
  guard file >= 0 else { return nil }
  defer { close(file) }
  var bytes = [UInt8](repeating: 0, count: 4096)
  let count = read(file, &bytes, bytes.count)
  return String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self)
}

func append(_ text: String, to path: String) {
  let file = open(path, O_WRONLY | O_CREAT | O_APPEND, 0o600)
  let bytes = Array(text.utf8)
  _ = write(file, bytes, bytes.count)
  close(file)
}

func replace(_ text: String, at path: String) {
  let temporary = "\(path).\(getpid())"
  append(text, to: temporary)
  rename(temporary, path)
}

func secret(_ text: String) throws -> SharedSecret {
  var text = text
  return try text.withUTF8 { try SharedSecret(copying: UnsafeRawBufferPointer($0)) }
}

func send(_ message: NetMessage) throws {
  let bytes = try message.encoded()
  bytes.withUnsafeBytes { _ = write(ExchangeFormat.descriptor, $0.baseAddress, $0.count) }
}

func surroundings() -> String {
  var text = "descriptors"
  for number in Int32(0)..<64 where fcntl(number, F_GETFD) >= 0 { text += " \(number)" }
  text += "\narguments \(CommandLine.arguments.joined(separator: " "))\nenvironment"
  var entry = environ
  while let line = entry.pointee {
    text += " " + String(cString: line)
    entry += 1
  }
  return text + "\n"
}

func receive() throws -> NetRequest.Begin? {
  var assembler = try FrameAssembler()
  while true {
    if let frame = assembler.next() {
      guard case .begin(let begin) = try NetRequest(frame) else { return nil }
      return begin
    }
    let count = try assembler.withSpace {
      read(ExchangeFormat.descriptor, $0.baseAddress, $0.count)
    }
    if count <= 0 { return nil }
  }
}

func answer(_ begin: NetRequest.Begin) throws {
  var record = begin.record
  let folder = record.endpoints.token ?? "/nonexistent"
  let mode = read("\(folder)/mode") ?? "rotate"
  if mode == "die" { exit(3) }
  let sent = record.refreshToken?.withUnsafeBytes { String(decoding: $0, as: UTF8.self) } ?? "-"
  append("\(sent)\n", to: "\(folder)/requests")
  replace(surroundings(), at: "\(folder)/surroundings")
  let number = (read("\(folder)/requests") ?? "").utf8.count { $0 == UInt8(ascii: "\n") }
  let isValid = read("\(folder)/current").map { $0 == sent } ?? true
  if mode == "rotate" || mode == "vanish", isValid {
    replace("refresh-\(number)", at: "\(folder)/current")
  }
  usleep((read("\(folder)/delay").flatMap { UInt32($0) } ?? 0) * 1000)
  switch mode {
  case "hang": sleep(60)
  case "vanish": exit(3)
  case "garbage": append("garbage", to: "/dev/fd/3")
  case "down":
    try send(
      .failure(
        NetFailure(
          code: "unreachable", message: "the server is down", exitCode: .tryAgain,
          effect: .isTransient)))
  case "scope":
    try send(
      .failure(
        NetFailure(code: "invalid_scope", message: "the server refused", exitCode: .denied)))
  case "foreign":
    try send(.result(ConnectionRecord(name: "other")))
  default:
    guard mode != "refused", isValid else {
      return try send(
        .failure(
          NetFailure(
            code: "invalid_grant", message: "the server refused", exitCode: .denied,
            effect: .dropsTokens)))
    }
    let now = read("\(folder)/time").flatMap { Int64($0) } ?? Int64(time(nil))
    record.accessToken = try secret("access-\(number)")
    if mode == "rotate" { record.refreshToken = try secret("refresh-\(number)") }
    record.obtained = now
    record.expires = now + (read("\(folder)/lifetime").flatMap { Int64($0) } ?? 3600)
    // What a program that fell to an attacker would try as well.
    record.endpoints.token = "https://attacker.example.com/token"
    try send(.progress(.exchanging))
    try send(.result(record))
  }
}

// Like the real one: it ends when it is not wanted any more.
signal(SIGPIPE, SIG_IGN)
if let begin = try? receive() { try? answer(begin) }
