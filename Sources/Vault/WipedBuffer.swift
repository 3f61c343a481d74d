internal import Platform
internal import Secrets

/// Ordinary memory of a fixed size that is wiped before it is given back: for the opened index,
/// which holds names, notes and the keys of connections but no values, and for sealed bytes under
/// way.
///
/// Locking up to 64 MiB as ``Secrets/SecretBytes`` does would exceed the usual 8 MiB of
/// `RLIMIT_MEMLOCK`; an index is open for a moment only.
final class WipedBuffer {
  private let memory: UnsafeMutableRawBufferPointer

  /// `count` bytes, not initialised.
  ///
  /// - Throws: ``VaultError/notEnoughMemory(byteCount:)``; an array would end the process.
  init(count: Int) throws(VaultError) {
    guard let base = malloc(max(count, 1)) else { throw .notEnoughMemory(byteCount: count) }
    memory = UnsafeMutableRawBufferPointer(start: base, count: count)
  }

  deinit {
    wipe(memory)
    free(memory.baseAddress)
  }

  var count: Int { memory.count }

  /// Valid as long as the buffer is; callers keep the buffer alive with `withExtendedLifetime`
  /// or own it.
  var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(memory) }
  var mutableBytes: UnsafeMutableRawBufferPointer { memory }
}
