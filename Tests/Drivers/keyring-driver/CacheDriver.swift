internal import CKernelKeys
internal import Keyring
internal import Platform
internal import Secrets

/// Operations on the cache of vault keys. The key of the tests is 32 bytes, each the first byte of
/// the vault's id plus its position.
struct CacheDriver {
  /// - Returns: the exit code that `mcp-valet` would use.
  func run(_ arguments: [String]) -> Int32 {
    var words = arguments
    if words.first == "isolated" {
      // A session keyring of its own, without a link to the user keyring, as services have.
      print("joined", valet_keyctl(1, 0, 0, 0, 0) >= 0)
      words.removeFirst()
    }
    let id = words.count > 1 ? words[1] : ""
    do {
      switch words[0] {
      case "store": try store(id, words)
      case "load": try load(id)
      case "clear": print(try KeyCache.clear(vaultID: id))
      case "clear-all": print(try KeyCache.clearAll())
      case "serial": print(serial(id))
      case "read-serial": readSerial(Int(id) ?? 0)
      case "load-and-exec": try loadAndExec(id)
      case "fill-quota": fillQuota()
      case "fill-quota-and-store":
        // Makes the user keyring, if there was none.
        _ = try KeyCache.load(vaultID: id)
        fillQuota()
        try store(id, words)
      case "time": try time(id)
      default: print("unknown operation")
      }
      return 0
    } catch {
      print("error: \(error.message)")
      return error.exitCode.rawValue
    }
  }

  private func store(_ id: String, _ words: [String]) throws(KeyCacheError) {
    let first = Array(id.utf8)[0]
    guard var key = try? SecretBytes(count: 32) else { return }
    key.withUnsafeMutableBytes { for index in 0..<32 { $0[index] = first &+ UInt8(index) } }
    let generation = words.count > 2 ? UInt64(words[2]) ?? 0 : 0
    try KeyCache.store(vaultID: id, generation: generation, key: key)
    print("stored")
  }

  private func load(_ id: String) throws(KeyCacheError) {
    guard let cached = try KeyCache.load(vaultID: id) else {
      print("no key")
      return
    }
    let first = Array(id.utf8)[0]
    let isRight = cached.key.withUnsafeBytes { key in
      key.count == 32 && (0..<32).allSatisfy { key[$0] == first &+ UInt8($0) }
    }
    print(isRight ? "the key," : "another key,", "generation", cached.generation)
  }

  /// The serial number, which only who may search the user keyring learns; -1 without a key.
  private func serial(_ id: String) -> Int {
    "user".withCString { type in
      "mcp-valet:\(id)".withCString {
        valet_keyctl(
          10, UInt(bitPattern: -4), UInt(bitPattern: type), UInt(bitPattern: $0), 0)
      }
    }
  }

  /// Reads by serial number, and links nothing first.
  private func readSerial(_ serial: Int) {
    var bytes = [UInt8](repeating: 0, count: 256)
    let result = bytes.withUnsafeMutableBytes {
      valet_keyctl(11, UInt(bitPattern: serial), UInt(bitPattern: $0.baseAddress), 256, 0)
    }
    print(result < 0 ? "not readable: \(String(cString: strerror(Int32(-result))))" : "readable")
  }

  /// Loads the key, which links the user keyring, and becomes a program that has only the serial.
  private func loadAndExec(_ id: String) throws(KeyCacheError) {
    try load(id)
    let words = ["/proc/self/exe", "cache", "read-serial", String(serial(id))]
    var pointers: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) }
    pointers.append(nil)
    fflush(nil)
    execv("/proc/self/exe", pointers)
    print("exec failed")
  }

  /// Keys until the kernel says that there are enough; they go with the process's keyring.
  private func fillQuota() {
    var count = 0
    let payload = [UInt8](repeating: 1, count: 64)
    while count < 100_000 {
      let result = payload.withUnsafeBytes {
        valet_add_key("user", "mcp-valet-test-filler:\(count)", $0.baseAddress!, $0.count, -2)
      }
      if result < 0 {
        print("quota:", String(cString: strerror(Int32(-result))))
        return
      }
      count += 1
    }
    print("quota: never reached")
  }

  private func time(_ id: String) throws(KeyCacheError) {
    for _ in 0..<100 { _ = try KeyCache.load(vaultID: id) }
    let clock = ContinuousClock()
    var times: [Duration] = []
    for _ in 0..<1001 {
      let start = clock.now
      _ = try KeyCache.load(vaultID: id)
      times.append(clock.now - start)
    }
    times.sort()
    print("median", times[500], "p90", times[900])
  }
}
