internal import Platform
internal import Secrets

/// The bytes of the key file while they are needed, wiped afterwards.
///
/// Ordinary memory: a key lives here for microseconds, the file that it comes from is not locked
/// memory either, and `sodium_malloc` would cost a launch more than all else that the log does.
final class KeyMemory {
  let bytes: UnsafeMutableRawBufferPointer

  init() {
    bytes = .allocate(byteCount: AuditState.byteCount, alignment: 16)
    bytes.initializeMemory(as: UInt8.self, repeating: 0)
  }

  deinit {
    wipe(bytes)
    bytes.deallocate()
  }

  var key: UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(
      rebasing: bytes[AuditState.keyOffset..<AuditState.keyOffset + AuditKey.byteCount])
  }

  func advance(by count: UInt64) {
    for _ in 0..<count { AuditKey.advance(key) }
  }
}
