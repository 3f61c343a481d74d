internal import Files
internal import Secrets

/// One generation of a vault, its index opened.
final class VaultSnapshot {
  let file: SealedVault
  private let index: WipedBuffer

  /// - Throws: as ``SealedVault/openIndex(_:)``.
  init(_ file: SealedVault, key: borrowing VaultKey) throws(VaultError) {
    self.file = file
    index = try file.openIndex(key)
  }

  var header: VaultHeader { file.header }

  /// The opened index, padding included.
  func withIndex<Result>(
    _ body: (UnsafeRawBufferPointer) throws(VaultError) -> Result
  ) throws(VaultError) -> Result {
    // `self` keeps the buffer alive for the length of the call.
    try body(index.bytes.part(0, index.count - VaultFormat.tagLength))
  }

  /// - Throws: ``VaultError/malformed(_:)``.
  func contents() throws(VaultError) -> VaultContents {
    try withIndex { (index) throws(VaultError) in
      try VaultContents(index, valuesLength: header.valuesLength)
    }
  }
}

extension VaultSnapshot {
  /// Reads and opens one value in place.
  ///
  /// - Parameters:
  ///   - seal: its nonce and tag under `key`.
  ///   - offset: where the value begins in the values region, checked.
  ///   - target: secret memory of the value's length.
  /// - Throws: ``VaultError/corrupt(_:)`` or ``VaultError/tampered(_:)`` of the value.
  func open(
    _ seal: ValueSeal, at offset: Int, name: SecretName,
    into target: UnsafeMutableRawBufferPointer, key: borrowing VaultKey,
    valueKey: inout ValueKey
  ) throws(VaultError) {
    try file.read(into: target, at: header.valuesOffset + offset)
    let opened = valueKey.with(seal.keyMessage, of: key) { valueKey in
      header.vaultID.withBytes { vaultID in
        Sealing.open(
          UnsafeRawBufferPointer(target), into: target, tag: seal.tag, nonce: seal.nonce,
          associated: vaultID, key: valueKey)
      }
    }
    guard opened else { throw try file.damage(to: .value(name)) }
  }
}
