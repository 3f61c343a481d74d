#if os(Linux)
  internal import Platform
  package import Secrets

  extension KeyCache {
    /// Keeps a vault's key, in place of an older one. The caller holds the vault's lock, or has just
    /// unlocked the vault.
    ///
    /// - Parameters:
    ///   - vaultID: at most 64 hexadecimal digits.
    ///   - key: 32 bytes.
    ///   - lifetime: until it is forgotten in any case; zero or less clears the cache.
    ///   - idleLimit: how long it may go unused.
    package static func store(
      vaultID: String, generation: UInt64, key: borrowing SecretBytes,
      lifetime: Duration = defaultLifetime, idleLimit: Duration? = nil
    ) throws(KeyCacheError) {
      precondition(key.count == keyLength && vaultID.utf8.count <= maximumIDLength)
      guard lifetime > .zero else {
        try clear(vaultID: vaultID)
        return
      }
      try Kernel.possessUserKeyring()
      let now = Kernel.bootTime()
      let payload = KeyCachePayload(
        bootID: try Kernel.bootID(), deadline: now &+ nanoseconds(lifetime),
        idleLimit: idleLimit.map(nanoseconds) ?? 0, generation: generation, vaultID: vaultID)
      if idleLimit != nil { try noteUse(vaultID, now: now, lifetime: lifetime) }
      // What was noted beside the older key would count for this one.
      if let serial = try Kernel.search(generationPrefix + vaultID) { try Kernel.forget(serial) }
      try write(payload, seconds: seconds(lifetime)) { memory in
        key.withUnsafeBytes { memory.copyMemory(from: $0) }
      }
    }

    /// The key of a vault; `nil` when there is none that may still be used. One past its deadline,
    /// its idle limit or its boot is removed.
    ///
    /// - Parameter countsAsUse: whether the idle limit begins anew.
    package static func load(
      vaultID: String, countsAsUse: Bool = true
    ) throws(KeyCacheError) -> CachedKey? {
      try withPayload(vaultID) { (payload, memory) throws(KeyCacheError) in
        let now = Kernel.bootTime()
        let remaining = payload.lifetime(at: now)
        if countsAsUse, payload.idleLimit != 0 {
          try noteUse(vaultID, now: now, lifetime: remaining)
        }
        let noted = try number(generationPrefix + vaultID) ?? 0
        let bytes = UnsafeRawBufferPointer(rebasing: memory)
        do throws(SecretMemoryError) {
          return CachedKey(
            key: try SecretBytes(copying: bytes), generation: max(payload.generation, noted),
            remaining: remaining,
            idleLimit: payload.idleLimit == 0 ? nil : .nanoseconds(payload.idleLimit))
        } catch {
          throw .outOfMemory
        }
      }
    }

    /// Records a newer generation beside a cached key; `false` when there is none. An older one
    /// than is known changes nothing.
    @discardableResult
    package static func updateGeneration(
      vaultID: String, generation: UInt64
    ) throws(KeyCacheError) -> Bool {
      let updated = try withPayload(vaultID) { (payload, _) throws(KeyCacheError) -> Bool in
        let name = generationPrefix + vaultID
        guard generation > max(payload.generation, try number(name) ?? 0) else { return true }
        try add(name, generation, lifetime: payload.lifetime(at: Kernel.bootTime()))
        return true
      }
      return updated ?? false
    }

    /// Forgets the key of a vault; `false` when there was none.
    @discardableResult
    package static func clear(vaultID: String) throws(KeyCacheError) -> Bool {
      try Kernel.possessUserKeyring()
      for prefix in [usePrefix, generationPrefix] {
        if let serial = try Kernel.search(prefix + vaultID) { try Kernel.forget(serial) }
      }
      guard let serial = try Kernel.search(keyPrefix + vaultID) else { return false }
      try Kernel.forget(serial)
      return true
    }

    /// Forgets the keys of all vaults of this user.
    ///
    /// - Returns: how many there were.
    @discardableResult
    package static func clearAll() throws(KeyCacheError) -> Int {
      try Kernel.possessUserKeyring()
      var count = 0
      for serial in try Kernel.userKeyringMembers() {
        guard let description = Kernel.describe(serial) else { continue }
        let isKey = description.utf8.starts(with: keyPrefix.utf8)
        let isBeside = [usePrefix, generationPrefix].contains {
          description.utf8.starts(with: $0.utf8)
        }
        guard isKey || isBeside else { continue }
        try Kernel.forget(serial)
        if isKey { count += 1 }
      }
      return count
    }
  }

  extension KeyCache {
    private static let keyPrefix = "mcp-valet:"
    /// When a key with an idle limit was last used lies in a key of its own: a reader that wrote the
    /// whole payload again could bring back a vault key that another process just replaced.
    private static let usePrefix = "mcp-valet-use:"
    /// So does the newest generation, for the same reason: writing it must neither bring back a key
    /// that was just locked away nor undo a change of key.
    private static let generationPrefix = "mcp-valet-gen:"

    /// Lends the payload of a usable key; its buffer is wiped behind it.
    private static func withPayload<Result: ~Copyable>(
      _ vaultID: String,
      _ body: (KeyCachePayload, Slice<UnsafeRawBufferPointer>) throws(KeyCacheError) -> Result
    ) throws(KeyCacheError) -> Result? {
      precondition(vaultID.utf8.count <= maximumIDLength)
      try Kernel.possessUserKeyring()
      guard let serial = try Kernel.search(keyPrefix + vaultID) else { return nil }
      let bootID = try Kernel.bootID()
      return try withWipedMemory { (memory) throws(KeyCacheError) -> Result? in
        let length = try Kernel.read(serial, into: memory)
        // Nobody else's payload: it went away meanwhile, or another version wrote it.
        guard length <= memory.count,
          let payload = KeyCachePayload(UnsafeRawBufferPointer(rebasing: memory[..<length]))
        else { return nil }
        let lastUse = payload.idleLimit == 0 ? nil : try number(usePrefix + vaultID)
        guard
          payload.isValid(
            bootID: bootID, vaultID: vaultID, now: Kernel.bootTime(), lastUse: lastUse)
        else {
          try clear(vaultID: vaultID)
          return nil
        }
        let key = KeyCachePayload.keyOffset..<KeyCachePayload.keyOffset + keyLength
        return try body(payload, UnsafeRawBufferPointer(memory)[key])
      }
    }

    /// - Parameter fillKey: copies the key to where it belongs.
    private static func write(
      _ payload: KeyCachePayload, seconds: UInt32,
      _ fillKey: (UnsafeMutableRawBufferPointer) -> Void
    ) throws(KeyCacheError) {
      try withWipedMemory { (memory) throws(KeyCacheError) in
        let length = payload.encode(into: memory)
        let key = KeyCachePayload.keyOffset..<KeyCachePayload.keyOffset + keyLength
        fillKey(UnsafeMutableRawBufferPointer(rebasing: memory[key]))
        try Kernel.add(
          keyPrefix + payload.vaultID, UnsafeRawBufferPointer(rebasing: memory[..<length]),
          seconds: seconds)
      }
    }

    /// Memory on the stack for one payload: a look-up takes microseconds, and `sodium_malloc` of a
    /// second buffer would be most of them.
    private static func withWipedMemory<Result: ~Copyable>(
      _ body: (UnsafeMutableRawBufferPointer) throws(KeyCacheError) -> Result
    ) throws(KeyCacheError) -> Result {
      // 160 bytes, more than a payload has.
      typealias Block = (UInt64, UInt64, UInt64, UInt64, UInt64)
      var memory: (Block, Block, Block, Block) = (
        (0, 0, 0, 0, 0), (0, 0, 0, 0, 0), (0, 0, 0, 0, 0), (0, 0, 0, 0, 0)
      )
      return try withUnsafeMutableBytes(of: &memory) { (bytes) throws(KeyCacheError) in
        defer { wipe(bytes) }
        return try body(bytes)
      }
    }

    private static func noteUse(
      _ vaultID: String, now: UInt64, lifetime: Duration
    ) throws(KeyCacheError) {
      try add(usePrefix + vaultID, now, lifetime: lifetime)
    }

    /// Writes a number into a kernel key of its own.
    private static func add(
      _ description: String, _ number: UInt64, lifetime: Duration
    ) throws(KeyCacheError) {
      try withUnsafeBytes(of: number.littleEndian) { (bytes) throws(KeyCacheError) in
        try Kernel.add(description, bytes, seconds: seconds(lifetime))
      }
    }

    /// What ``add(_:_:lifetime:)`` wrote; `nil` when it is not there.
    private static func number(_ description: String) throws(KeyCacheError) -> UInt64? {
      guard let serial = try Kernel.search(description) else { return nil }
      var number: UInt64 = 0
      let length = try withUnsafeMutableBytes(of: &number) { (bytes) throws(KeyCacheError) in
        try Kernel.read(serial, into: bytes)
      }
      return length == MemoryLayout<UInt64>.size ? UInt64(littleEndian: number) : nil
    }

    /// Clamped to 100 years.
    private static func nanoseconds(_ duration: Duration) -> UInt64 {
      let parts = min(max(duration, .zero), .seconds(3_155_760_000)).components
      return UInt64(parts.seconds) * 1_000_000_000 + UInt64(parts.attoseconds / 1_000_000_000)
    }

    /// For the kernel's own timeout, which is a second net: it runs on the clock that people set.
    /// At least 1, since 0 stands for "never".
    private static func seconds(_ duration: Duration) -> UInt32 {
      UInt32(clamping: nanoseconds(duration) / 1_000_000_000 + 1)
    }
  }
#endif
