internal import Platform
package import Secrets

/// Why the cache cannot be used. None of these keeps a launch from happening: the key is asked for
/// again, and the caller says once why.
package enum KeyCacheError: Error, Equatable, Sendable {
  /// The kernel has no key retention service, or the system is none that has.
  case notSupported
  /// The system call is not allowed, or there is no user keyring: the usual case in containers.
  /// `code` is the `errno`.
  case forbidden(code: Int32)
  /// The user has as many keys as the kernel allows (`/proc/sys/kernel/keys/maxkeys`, `maxbytes`).
  case quotaExhausted
  case outOfMemory
  /// Anything else the kernel said.
  case system(operation: String, code: Int32)
}

extension KeyCacheError: ReportableError {
  package var message: String {
    switch self {
    case .notSupported: "this system has no kernel keyring to keep the key in"
    case .forbidden(let code):
      "the kernel keyring cannot be used here: \(String(cString: strerror(code)))"
    case .quotaExhausted: "your quota of keys in the kernel keyring is used up"
    case .outOfMemory: "not enough memory for a key"
    case .system(let operation, let code):
      "the kernel keyring cannot \(operation): \(String(cString: strerror(code)))"
    }
  }

  package var hint: String? {
    switch self {
    case .notSupported, .forbidden: "use a key file where nobody can type a passphrase"
    case .quotaExhausted: "look at 'cat /proc/key-users' and remove keys that you do not need"
    case .outOfMemory: "free some memory, or raise the limit of this session or container"
    case .system: nil
    }
  }

  package var exitCode: ExitCode { .storeUnavailable }
}

/// A vault key from the cache.
package struct CachedKey: ~Copyable {
  /// 32 bytes.
  package let key: SecretBytes
  /// The last generation of the vault that was seen by whoever stored the key.
  package let generation: UInt64
  /// Until it is forgotten in any case.
  package let remaining: Duration
  /// How long it may go unused; `nil` when that is not limited.
  package let idleLimit: Duration?
}

/// The unlocked vault key in the memory of the kernel, where the user's own processes find it and
/// nobody else: neither swap nor core dump nor a file ever holds it.
///
/// The key lies in the user keyring (user-keyring(7)) and is gone with a restart, past its deadline,
/// after the idle limit, and with ``clear(vaultID:)``. It has the default permission bits: who
/// *possesses* it may read it, the user as such may not. Every process of the user can come to
/// possess it by linking the user keyring, as this code does, unless a sandbox forbids that; but a
/// process that merely learns the serial number gets nothing.
package enum KeyCache {
  /// 12 h: a working day. Locking the screen does not clear the cache.
  package static let defaultLifetime = Duration.seconds(12 * 3600)
  static let keyLength = 32
  /// Hexadecimal digits of the longest vault id.
  static let maximumIDLength = 64
}

/// What is stored in the kernel for one vault, field by field.
///
/// | bytes | what |
/// |---|---|
/// | 1 | version, 1 |
/// | 16 | boot id: a key never outlives its boot, but a snapshot of a virtual machine does |
/// | 8 | deadline in ns of `CLOCK_BOOTTIME`, which counts suspended time and which nobody sets |
/// | 8 | idle limit in ns, 0 for none |
/// | 8 | generation of the vault |
/// | 32 | the key |
/// | rest | vault id, hexadecimal digits |
///
/// Numbers are little-endian.
struct KeyCachePayload {
  static let version: UInt8 = 1
  static let bootIDLength = 16
  private static let deadlineOffset = 17
  private static let idleOffset = 25
  private static let generationOffset = 33
  static let keyOffset = 41
  private static let idOffset = keyOffset + KeyCache.keyLength
  static let maximumLength = idOffset + KeyCache.maximumIDLength

  var bootID: [UInt8]
  var deadline: UInt64
  var idleLimit: UInt64
  var generation: UInt64
  var vaultID: String

  /// Writes all but the key, which is copied to ``keyOffset`` by whoever has it.
  ///
  /// - Parameter bytes: of ``maximumLength``.
  /// - Returns: the length.
  func encode(into bytes: UnsafeMutableRawBufferPointer) -> Int {
    bytes[0] = Self.version
    UnsafeMutableRawBufferPointer(rebasing: bytes[1...]).copyBytes(from: bootID)
    bytes.storeBytes(
      of: deadline.littleEndian, toByteOffset: Self.deadlineOffset, as: UInt64.self)
    bytes.storeBytes(of: idleLimit.littleEndian, toByteOffset: Self.idleOffset, as: UInt64.self)
    bytes.storeBytes(
      of: generation.littleEndian, toByteOffset: Self.generationOffset, as: UInt64.self)
    UnsafeMutableRawBufferPointer(rebasing: bytes[Self.idOffset...]).copyBytes(from: vaultID.utf8)
    return Self.idOffset + vaultID.utf8.count
  }

  /// `nil` for what this version did not write.
  init?(_ bytes: UnsafeRawBufferPointer) {
    guard bytes.count > Self.idOffset, bytes.count <= Self.maximumLength,
      bytes[0] == Self.version
    else { return nil }
    func number(_ offset: Int) -> UInt64 {
      UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }
    bootID = Array(bytes[1..<Self.deadlineOffset])
    deadline = number(Self.deadlineOffset)
    idleLimit = number(Self.idleOffset)
    generation = number(Self.generationOffset)
    vaultID = String(decoding: bytes[Self.idOffset...], as: UTF8.self)
  }

  init(bootID: [UInt8], deadline: UInt64, idleLimit: UInt64, generation: UInt64, vaultID: String) {
    self.bootID = bootID
    self.deadline = deadline
    self.idleLimit = idleLimit
    self.generation = generation
    self.vaultID = vaultID
  }

  /// What is left until the deadline.
  func lifetime(at now: UInt64) -> Duration { .nanoseconds(deadline > now ? deadline - now : 0) }

  /// Whether the key may still be used.
  ///
  /// - Parameters:
  ///   - now: ns of `CLOCK_BOOTTIME`.
  ///   - lastUse: the same clock; `nil` when it is not known, which counts as too long ago.
  func isValid(bootID: [UInt8], vaultID: String, now: UInt64, lastUse: UInt64?) -> Bool {
    guard self.bootID == bootID, self.vaultID == vaultID, now < deadline else { return false }
    if idleLimit == 0 { return true }
    guard let lastUse, lastUse <= now else { return false }
    return now - lastUse < idleLimit
  }
}
