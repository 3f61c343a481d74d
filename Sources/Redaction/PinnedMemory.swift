internal import Secrets

/// Secret memory with its address at hand, for loops that cannot afford a closure a byte.
///
/// `SecretBytes` lends its memory inside a closure only. That memory does not move and lives as
/// long as this value, and nobody else can write to it: so ``base`` is valid until then, and must
/// not be kept longer.
struct PinnedMemory: ~Copyable {
  private var bytes: SecretBytes
  let base: UnsafeMutableRawPointer
  /// In bytes, all zero at first.
  let count: Int

  init(count: Int) throws(SecretMemoryError) {
    var bytes = try SecretBytes(count: max(count, 1))
    let address = bytes.withUnsafeMutableBytes { $0.baseAddress }
    guard let address else { throw .outOfMemory(byteCount: count) }
    self.bytes = bytes
    self.base = address
    self.count = count
  }

  func pointer<Element>(at offset: Int, to type: Element.Type) -> UnsafeMutablePointer<Element> {
    (base + offset).assumingMemoryBound(to: type)
  }
}
