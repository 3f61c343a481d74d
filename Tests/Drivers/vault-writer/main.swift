// Writes to a vault in a process of its own, so that tests can take away its disk, its memory or
// its life. Values come from the command line: they are no secrets here.
//
//   vault-writer create HOME KEYFILE            a vault behind a key file
//   vault-writer set HOME KEYFILE NAME VALUE    one write
//   vault-writer large HOME KEYFILE NAME COUNT  one write of COUNT bytes
//   vault-writer many HOME KEYFILE PREFIX COUNT a write for each of PREFIX/1 … PREFIX/COUNT
//   vault-writer get HOME KEYFILE NAME          prints the present value
//   vault-writer rekey HOME KEYFILE             a new vault key for the same key file
//   vault-writer backup HOME KEYFILE PATH       a copy of the vault
//   vault-writer passphrase HOME TEXT           opens by passphrase
//   vault-writer fill HOME KEYFILE COUNT LENGTH COUNT secrets of LENGTH bytes in one write
//   vault-writer time HOME KEYFILE NAME ROUNDS  medians of an open and read, in microseconds
//
// Warnings are printed as their cases. An error is printed as its case, and its exit code ends the
// process.
internal import Files
internal import Platform
internal import Secrets
internal import Vault

let arguments = CommandLine.arguments
do {
  try run(Array(arguments.dropFirst()))
} catch {
  say("error \(error)")
  exit((error as? any ReportableError)?.exitCode.rawValue ?? 70)
}

/// Unbuffered: a test kills this process at any moment.
func say(_ line: String) {
  let bytes = Array("\(line)\n".utf8)
  _ = write(1, bytes, bytes.count)
}

func run(_ arguments: [String]) throws {
  let command = arguments.first ?? ""
  guard arguments.count >= 3 else { throw Usage() }
  let home = arguments[1]
  let location = VaultLocation(data: "\(home)/data", state: "\(home)/state")
  if command == "passphrase" {
    _ = try VaultStore.peek(location).unlock(with: .passphrase(try secret(arguments[2])))
    return
  }
  let keyFile = arguments[2]
  if command == "create" {
    _ = try VaultStore.create(location) { try $0.add(try KeyFile.read(keyFile)) }
    return
  }
  if command == "time" {
    guard arguments.count == 5, let rounds = Int(arguments[4]) else { throw Usage() }
    try measure(location, keyFile: keyFile, name: arguments[3], rounds: rounds)
    return
  }
  let key = try VaultStore.peek(location).unlock(with: try KeyFile.read(keyFile))
  // Eight writers on a slow disk: none may give up.
  let store = try VaultStore.open(
    location, key: key, options: VaultOptions(lockWait: .seconds(300)))
  say("opened")
  try run(command, Array(arguments.dropFirst(3)), store: store, keyFile: keyFile)
  for warning in store.warnings { say("warning \(warning)") }
  say("done")
}

func run(_ command: String, _ arguments: [String], store: VaultStore, keyFile: String) throws {
  switch (command, arguments.count) {
  case ("set", 2):
    try store.write(
      try SecretName(arguments[0]), value: try secret(arguments[1]), details: SecretDetails())
  case ("large", 2):
    let value = try SecretBytes(count: Int(arguments[1]) ?? 0)
    try store.write(try SecretName(arguments[0]), value: value, details: SecretDetails())
  case ("many", 2):
    for number in 1...(Int(arguments[1]) ?? 1) {
      try store.write(
        try SecretName("\(arguments[0])/\(number)"), value: try secret("\(number)"),
        details: SecretDetails())
    }
  case ("get", 1):
    let value = try store.read(try SecretName(arguments[0]))
    say(value.withUnsafeBytes { String(decoding: $0, as: UTF8.self) })
  case ("rekey", 0):
    try store.changeKey(purge: true) { try $0.add(try KeyFile.read(keyFile)) }
  case ("backup", 1): try store.backup(to: arguments[0])
  case ("fill", 2):
    let value = try SecretBytes.random(count: Int(arguments[1]) ?? 1)
    try store.writeAll { add in
      for number in 1...(Int(arguments[0]) ?? 1) {
        try add(try SecretName("service-\(number)/token"), value, SecretDetails())
      }
    }
  default: throw Usage()
  }
}

/// What a launch does with a cached key: open, find, read. The file is in the page cache.
func measure(_ location: VaultLocation, keyFile: String, name: String, rounds: Int) throws {
  let key = try VaultStore.peek(location).unlock(with: try KeyFile.read(keyFile))
  let references = [SecretReference.vault(try SecretName(name))]
  var times: [Int64] = []
  for _ in 0..<rounds {
    var values = 0
    let time = try ContinuousClock().measure {
      let sealed = try VaultStore.peek(location)
      let copy = try key.withBytes { try VaultKey(copying: $0) }
      let store = try sealed.open(copy)
      values = try store.read(references).references.count
    }
    guard values == 1 else { throw Usage() }
    times.append(time.components.attoseconds / 1_000_000_000_000)
  }
  let first = times[0]
  times.sort()
  say("first \(first) µs, median \(times[rounds / 2]) µs, best \(times[0]) µs")
}

func secret(_ text: String) throws -> SecretBytes {
  var bytes = try SecretBytes(count: text.utf8.count)
  bytes.withUnsafeMutableBytes { $0.copyBytes(from: text.utf8) }
  return bytes
}

struct Usage: ReportableError {
  var message: String { "wrong arguments" }
  var hint: String? { nil }
  var exitCode: ExitCode { .usage }
}
