private import CSodium

/// BLAKE2b (RFC 7693) as the log uses it. All keys have 32 bytes.
enum AuditHash {
  /// To be called once before the others: several threads may.
  static func prepare() { _ = sodium_init() }

  /// - Parameters:
  ///   - key: 32 bytes; `nil` for a plain digest.
  ///   - output: 16 or 32 bytes.
  static func digest(
    _ message: UnsafeRawBufferPointer, key: UnsafeRawBufferPointer? = nil,
    into output: UnsafeMutableRawBufferPointer
  ) {
    guard let target = output.assumingMemoryBound(to: UInt8.self).baseAddress else { return }
    let result = crypto_generichash(
      target, output.count,
      message.assumingMemoryBound(to: UInt8.self).baseAddress, UInt64(message.count),
      key?.assumingMemoryBound(to: UInt8.self).baseAddress, key?.count ?? 0)
    precondition(result == 0)
  }

  /// As ``digest(_:key:into:)``, for what is not secret.
  static func digest(_ message: UnsafeRawBufferPointer) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: 32) { buffer, count in
      digest(message, into: UnsafeMutableRawBufferPointer(start: buffer.baseAddress, count: 32))
      count = 32
    }
  }

  static func digest(
    _ text: StaticString, key: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) {
    digest(
      UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount), key: key,
      into: output)
  }

  static func fillWithRandomBytes(_ buffer: UnsafeMutableRawBufferPointer) {
    guard let base = buffer.baseAddress else { return }
    randombytes_buf(base, buffer.count)
  }
}

/// The keys of a log, each made from the one before: whoever gets one cannot go back.
enum AuditKey {
  static let byteCount = 32
  static let idLength = 16

  /// Overwrites a key by the next one.
  static func advance(_ key: UnsafeMutableRawBufferPointer) {
    AuditHash.digest("mcp-valet audit next key 1", key: UnsafeRawBufferPointer(key), into: key)
  }

  /// The key of the first record of an epoch.
  static func first(
    root: UnsafeRawBufferPointer, logID: [UInt8], epochID: [UInt8],
    into key: UnsafeMutableRawBufferPointer
  ) {
    let message = Array("mcp-valet audit epoch 1".utf8) + logID + epochID
    message.withUnsafeBytes { AuditHash.digest($0, key: root, into: key) }
  }

  /// Tells roots apart; says nothing about the root, which is random.
  static func rootID(_ root: UnsafeRawBufferPointer) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: 16) { buffer, count in
      AuditHash.digest(
        "mcp-valet audit root 1", key: root,
        into: UnsafeMutableRawBufferPointer(start: buffer.baseAddress, count: 16))
      count = 16
    }
  }
}
