internal import Keyring
internal import Platform
internal import Secrets
internal import ValetTesting

struct Driver {
  let interaction: KeyringInteraction
  let deadline: Duration?

  /// - Returns: the exit code that `mcp-valet` would use.
  func run(_ arguments: [String]) -> Int32 {
    do {
      let store = KeyringStore(interaction: interaction, deadline: deadline, variable: variable)
      let started = ContinuousClock.now
      defer {
        if getenv("DRIVER_TIMES") != nil { print("took \(ContinuousClock.now - started)") }
      }
      let words = Array(arguments.dropFirst())
      switch arguments.first {
      case "conformance": conformance(words)
      case "get": try get(words, from: store)
      case "get-each": try getEach(words, from: store)
      case "set": try set(words, in: store)
      case "list": try list(store)
      case "remove": try store.remove(try SecretName(words[0]))
      case "persistent":
        print(store.persistentCollection(), store.persistentCollectionAvailable())
      case "vault-key": try vaultKey(words, in: store)
      case "environment": try environment(store)
      case "cache": return CacheDriver().run(words)
      default: print("unknown operation")
      }
      return 0
    } catch let error as any ReportableError {
      print("error: \(error.message)")
      return error.exitCode.rawValue
    } catch {
      print("error: \(error)")
      return 70
    }
  }

  private func conformance(_ words: [String]) {
    let (interaction, deadline) = (interaction, deadline)
    let conformance = StoreConformance(
      writerCount: words.first.flatMap { Int($0) } ?? 8,
      writesPerWriter: words.last.flatMap { Int($0) } ?? 100
    ) {
      KeyringStore(interaction: interaction, deadline: deadline, variable: variable)
    }
    let broken = conformance.brokenRules()
    for rule in broken { print("broken: \(rule)") }
    print(broken.isEmpty ? "conforms" : "does not conform")
  }

  /// Prints the values in the order of the references: as text where they are plain, else in
  /// hexadecimal digits; long ones by length and sum.
  private func get(_ words: [String], from store: KeyringStore) throws {
    let references = try words.map { try SecretReference($0) }
    let values = try store.read(references)
    for reference in references {
      let text = values.withValue(of: reference) { bytes in
        if bytes.count > 64 {
          return "\(bytes.count) bytes, sum \(bytes.reduce(0) { $0 &* 31 &+ Int($1) })"
        }
        let isPlain = bytes.allSatisfy { (0x20..<0x7F).contains($0) }
        return isPlain
          ? String(decoding: bytes, as: UTF8.self)
          : "hex " + bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
      }
      print(text ?? "missing \(reference)")
    }
  }

  /// One after the other with the same store; `pause` waits for a second.
  private func getEach(_ words: [String], from store: KeyringStore) throws {
    for word in words {
      if word == "pause" { sleep(1) } else { try get([word], from: store) }
    }
  }

  /// `set NAME LENGTH BYTE…`: the bytes, in decimal, repeated up to that length.
  /// `set NAME TEXT [NOTE]`: the text.
  private func set(_ words: [String], in store: KeyringStore) throws {
    var bytes = Array(words[1].utf8)
    var details = SecretDetails()
    if let length = Int(words[1]), words.count > 2 {
      let pattern = words[2...].compactMap { UInt8($0) }
      bytes = (0..<length).map { pattern[$0 % pattern.count] }
    } else if words.count > 2 {
      details.note = words[2]
    }
    var value = try SecretBytes(count: bytes.count)
    value.withUnsafeMutableBytes { $0.copyBytes(from: bytes) }
    try store.write(try SecretName(words[0]), value: value, details: details)
    print("stored")
  }

  private func list(_ store: KeyringStore) throws {
    for summary in try store.list() {
      print(summary.name, summary.expires ?? 0, summary.note, summary.stored == nil ? "?" : "dated")
    }
  }

  private func vaultKey(_ words: [String], in store: KeyringStore) throws {
    let generation = UInt64(words.count > 2 ? words[2] : "0") ?? 0
    switch words[0] {
    case "write":
      var key = try SecretBytes(count: 32)
      key.withUnsafeMutableBytes { for index in 0..<32 { $0[index] = UInt8(index * 8) } }
      try store.writeVaultKey(vaultID: words[1], key: key, generation: generation)
      print("stored")
    case "read":
      if let item = try store.readVaultKey(vaultID: words[1]) {
        let isRight = item.key.withUnsafeBytes { key in
          key.count == 32 && (0..<32).allSatisfy { key[$0] == UInt8($0 * 8) }
        }
        print(isRight ? "the key," : "another key,", "generation", item.generation)
      } else {
        print("no key")
      }
    case "update":
      print(try store.updateVaultKeyGeneration(vaultID: words[1], generation: generation))
    case "delete": print(try store.deleteVaultKey(vaultID: words[1]))
    default: print("unknown operation")
    }
  }

  /// Which of some variables are left after the keyring was asked, whatever the answer.
  private func environment(_ store: KeyringStore) throws {
    _ = store.persistentCollection()
    for name in ["SECRET_BACKEND", "GIO_EXTRA_MODULES", "G_DEBUG", "G_MESSAGES_DEBUG", "GOPATH"] {
      print(name, variable(name) ?? "unset")
    }
  }
}
