// Makes connections without a login, and looks into them. What a test writes down is no secret.
//
//   connection-writer make HOME KEYFILE NAME ENDPOINT ACCESS REFRESH AGE LIFE
//       a connection, in the vault too, or new tokens in one that is there; the access token was got
//       AGE seconds ago and lives LIFE seconds in all; `-` for REFRESH: there is none
//   connection-writer show HOME KEYFILE NAME    generation, tokens, whether it has ended, last failure
internal import Connections
internal import Files
internal import Platform
internal import SealedConnections
internal import Secrets
internal import Vault

struct Usage: Error {}

func say(_ line: String) {
  let bytes = Array("\(line)\n".utf8)
  _ = write(1, bytes, bytes.count)
}

func secret(_ text: String) throws -> SharedSecret? {
  if text == "-" { return nil }
  var text = text
  return try text.withUTF8 { try SharedSecret(copying: UnsafeRawBufferPointer($0)) }
}

func text(_ secret: SharedSecret?) -> String {
  secret?.withUnsafeBytes { String(decoding: $0, as: UTF8.self) } ?? "-"
}

func fill(_ record: inout ConnectionRecord, _ words: [String]) throws {
  guard let age = Int64(words[3]), let life = Int64(words[4]) else { throw Usage() }
  let now = Int64(time(nil))
  record.issuer = "http://127.0.0.1"
  record.endpoints.token = words[0]
  record.set(
    ClientRegistration(
      issuer: record.issuer, clientID: "client", origin: .dynamic, authentication: .none))
  record.accessToken = try secret(words[1])
  record.refreshToken = try secret(words[2])
  record.tokenType = "Bearer"
  record.obtained = now - age
  record.expires = now - age + life
  record.loggedIn = now - age
  record.lastFailure = nil
  record.hasEnded = false
}

func run(_ words: [String]) throws {
  guard words.count >= 4 else { throw Usage() }
  let home = words[1]
  let locations = try Locations { $0 == "MCP_VALET_HOME" ? home : nil }
  let sealed = try VaultStore.peek(VaultLocation(locations))
  let vault = try sealed.open(try sealed.unlock(with: try KeyFile.read(words[2])))
  let store = ConnectionStore(locations)
  let name = try ConnectionName(words[3])
  switch words[0] {
  case "make" where words.count == 9:
    let rest = Array(words[4...])
    if let key = try vault.connectionKey(named: name) {
      let lock = try store.lock(key.connectionID)
      let present = try store.read(key)
      var record = present.record
      try fill(&record, rest)
      _ = try store.write(record, over: present, key, under: lock)
      lock.release()
    } else {
      var record = ConnectionRecord(name: name.text)
      try fill(&record, rest)
      let key = try ConnectionKey.random()
      try store.create(record, key)
      try vault.record(key, named: name)
    }
  case "show":
    guard let key = try vault.connectionKey(named: name) else { return say("none") }
    let stored = try store.read(key)
    let record = stored.record
    say(
      "\(stored.generation) \(text(record.accessToken)) \(text(record.refreshToken)) "
        + "\(record.hasEnded ? "ended" : "live") \(record.lastFailure?.code ?? "-")")
  default: throw Usage()
  }
}

do {
  try run(Array(CommandLine.arguments.dropFirst()))
} catch {
  say("error \(error)")
  exit(70)
}
