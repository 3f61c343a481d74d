private import CSodium

/// Secret memory that could not be had.
package enum SecretMemoryError: Error, Equatable, Sendable {
  /// `sodium_malloc` refused `byteCount` bytes.
  case outOfMemory(byteCount: Int)
}

extension SecretMemoryError: ReportableError {
  package var message: String {
    switch self {
    case .outOfMemory(let byteCount): "not enough memory for \(byteCount) bytes of secrets"
    }
  }
  package var hint: String? { "free some memory, or raise the limit of this session or container" }
  package var exitCode: ExitCode { .storeUnavailable }
}

/// Bytes that must not be swapped out, dumped, copied by accident or left behind.
///
/// The memory comes from `sodium_malloc`: between guard pages, excluded from core dumps, locked
/// where `RLIMIT_MEMLOCK` allows (`sodium_malloc` succeeds even where locking failed), absent from
/// forked copies of the process, and wiped when the value goes out of scope. There is no
/// `description`, no `Codable`, no `==`: read it inside a closure and compare with
/// ``isEqual(to:)``.
package struct SecretBytes: ~Copyable, @unchecked Sendable {
  // Sendable: the pointer is owned by this value alone, which cannot be copied, and every access
  // that writes needs an exclusive (`mutating`) borrow.
  private let base: UnsafeMutableRawPointer
  /// Length in bytes.
  package let count: Int

  /// `count` zero bytes.
  package init(count: Int) throws(SecretMemoryError) {
    guard sodium_init() >= 0, let base = sodium_malloc(max(count, 1)) else {
      throw .outOfMemory(byteCount: count)
    }
    self.base = base
    self.count = count
    base.initializeMemory(as: UInt8.self, repeating: 0, count: max(count, 1))
    // `sodium_malloc` gives out whole pages.
    ForkedMemory.exclude(UnsafeRawBufferPointer(start: base, count: max(count, 1)))
  }

  /// A copy of `bytes`; the caller wipes the original.
  package init(copying bytes: UnsafeRawBufferPointer) throws(SecretMemoryError) {
    try self.init(count: bytes.count)
    if let source = bytes.baseAddress { base.copyMemory(from: source, byteCount: bytes.count) }
  }

  /// Whether memory for a secret of the largest size can be locked here, so that it is never
  /// swapped out: `sodium_malloc` goes on without a word where it cannot.
  package static var canBeLocked: Bool {
    guard let bytes = try? SecretBytes(count: SecretLimits.maximumValueLength) else { return false }
    return sodium_mlock(bytes.base, bytes.count) == 0
  }

  /// `count` bytes from the system's random generator.
  package static func random(count: Int) throws(SecretMemoryError) -> SecretBytes {
    let bytes = try SecretBytes(count: count)
    randombytes_buf(bytes.base, count)
    return bytes
  }

  /// Lends the bytes for the length of the call; do not let the pointer escape.
  package borrowing func withUnsafeBytes<Result: ~Copyable, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(UnsafeRawBufferPointer(start: base, count: count))
  }

  /// Lends the bytes for writing for the length of the call; do not let the pointer escape.
  package mutating func withUnsafeMutableBytes<Result: ~Copyable, Failure: Error>(
    _ body: (UnsafeMutableRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(UnsafeMutableRawBufferPointer(start: base, count: count))
  }

  /// Compares in time that depends on the lengths only.
  package borrowing func isEqual(to other: borrowing SecretBytes) -> Bool {
    count == other.count && sodium_memcmp(base, other.base, count) == 0
  }

  /// As ``isEqual(to:)``, for bytes that are lent.
  package borrowing func isEqual(to other: UnsafeRawBufferPointer) -> Bool {
    count == other.count
      && (count == 0 || other.baseAddress.map { sodium_memcmp(base, $0, count) == 0 } ?? false)
  }

  /// The first `newCount` bytes, moved into memory of that size.
  package consuming func prefix(_ newCount: Int) throws(SecretMemoryError) -> SecretBytes {
    try SecretBytes(copying: UnsafeRawBufferPointer(start: base, count: min(newCount, count)))
  }

  // `sodium_free` wipes before it unmaps.
  deinit {
    ForkedMemory.forget(UnsafeRawBufferPointer(start: base, count: max(count, 1)))
    sodium_free(base)
  }
}

/// Compares secret bytes in time that depends on the lengths only.
package func isEqual(_ one: UnsafeRawBufferPointer, to other: UnsafeRawBufferPointer) -> Bool {
  guard one.count == other.count else { return false }
  guard let left = one.baseAddress, let right = other.baseAddress else { return true }
  return sodium_memcmp(left, right, one.count) == 0
}

/// Overwrites memory that held secret bytes and was not a ``SecretBytes``, such as a read buffer;
/// the compiler cannot remove the call.
package func wipe(_ memory: UnsafeMutableRawBufferPointer) {
  if let base = memory.baseAddress { sodium_memzero(base, memory.count) }
}
