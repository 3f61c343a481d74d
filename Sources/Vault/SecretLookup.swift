internal import Secrets

/// Finds a few names among many records in one pass that allocates nothing per record.
struct SecretLookup {
  private let names: [String]
  /// One bit for each hash that is wanted: most records are passed over without a comparison.
  private var wanted: UInt64 = 0

  init(_ names: [SecretName]) {
    self.names = names.map(\.text)
    for var name in self.names {
      name.withUTF8 { wanted |= Self.bit(UnsafeRawBufferPointer($0)) }
    }
  }

  /// Calls `found` with the position of each name that is there, in the order of the index.
  func run(
    over index: UnsafeRawBufferPointer,
    found: (Int, SecretView) throws(VaultError) -> Void
  ) throws(VaultError) {
    var cursor = IndexCursor(index)
    var left = names.count
    while left > 0, let record = try cursor.next() {
      guard record.type == VaultFormat.RecordType.secret else { continue }
      let secret = try SecretView(record.payload)
      let name = secret.name
      guard wanted & Self.bit(name) != 0 else { continue }
      for position in names.indices where Self.matches(names[position], name) {
        try found(position, secret)
        left -= 1
      }
    }
  }

  /// A hash of 6 bits over the start, the middle and the end of a name, which is enough to tell
  /// apart names that share most of their text (`service-17/token`).
  private static func bit(_ name: UnsafeRawBufferPointer) -> UInt64 {
    var mixed = UInt64(truncatingIfNeeded: name.count)
    if name.count < 8 {
      for byte in name { mixed = mixed << 8 ^ UInt64(byte) }
    } else {
      mixed &+= name.integer(at: 0, as: UInt64.self)
      mixed ^= name.integer(at: (name.count - 8) / 2, as: UInt64.self) &* 3
      mixed ^= name.integer(at: name.count - 8, as: UInt64.self) &* 5
    }
    // Fibonacci hashing: the top bits of the product depend on all bits.
    return 1 << ((mixed &* 0x9E37_79B9_7F4A_7C15) >> 58)
  }

  private static func matches(_ text: String, _ name: UnsafeRawBufferPointer) -> Bool {
    var text = text
    return text.utf8.count == name.count
      && text.withUTF8 { UnsafeRawBufferPointer($0).elementsEqual(name) }
  }
}
