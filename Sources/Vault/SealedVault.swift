internal import Files

/// A vault file that is open, its header parsed, nothing decrypted: what there is to know without
/// the key, and the way to use the key.
///
/// The file is not changed in place by anybody, so it stays whole however long it is open.
package final class SealedVault {
  package let header: VaultHeader
  /// For messages; a new file gets its name last.
  package internal(set) var path: String

  let descriptor: Descriptor
  let identity: FileIdentity
  let folder: VaultFolder

  /// The first bytes of the file: the header, and the whole index of a small vault.
  private let start: WipedBuffer
  /// 16 KiB: header and index of some 70 secrets come with the first read, and reading that much
  /// costs no more than reading the header alone.
  private static let startLength = 16 << 10

  /// Opens a vault's file, checks its owner and mode, and reads its header.
  ///
  /// - Throws: ``VaultError/missing(path:)``, ``VaultError/file(_:)`` for a file that is not ours
  ///   alone or not a file, and as ``VaultHeader/init(start:fileLength:path:)``.
  convenience init(
    in folder: VaultFolder, name: String = VaultLocation.vaultName
  ) throws(VaultError) {
    let descriptor: Descriptor
    do {
      descriptor = try folder.folder.openFile(name)
    } catch .missing(let path) {
      throw .missing(path: path)
    } catch {
      throw .file(error)
    }
    try self.init(descriptor, path: folder.folder.path(of: name), folder: folder)
  }

  /// - Parameter descriptor: of a regular file, at any offset.
  init(
    _ descriptor: consuming Descriptor, path: String, folder: VaultFolder
  ) throws(VaultError) {
    Sealing.prepare()
    let (size, identity) = try Self.examine(descriptor, path: path)
    let start = try WipedBuffer(count: min(size, Self.startLength))
    let isWhole = try Self.read(descriptor, into: start.mutableBytes, at: 0, path: path)
    guard isWhole else { throw .truncated(expected: size, actual: start.count) }
    header = try VaultHeader(start: start.bytes, fileLength: size, path: path)
    self.start = start
    self.path = path
    self.descriptor = descriptor
    self.identity = identity
    self.folder = folder
  }

  private static func examine(
    _ descriptor: borrowing Descriptor, path: String
  ) throws(VaultError) -> (Int, FileIdentity) {
    do {
      return (try descriptor.size(path: path), try descriptor.identity(path: path))
    } catch { throw .file(error) }
  }

  private static func read(
    _ descriptor: borrowing Descriptor, into buffer: UnsafeMutableRawBufferPointer,
    at offset: Int, path: String
  ) throws(VaultError) -> Bool {
    do {
      return try descriptor.readExactly(into: buffer, at: offset, path: path)
    } catch { throw .file(error) }
  }

  /// Fills `buffer` from byte `offset` of the file.
  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(VaultError) {
    guard try Self.read(descriptor, into: buffer, at: offset, path: path) else {
      // Its length was right when it was opened.
      throw .truncated(expected: header.fileLength, actual: offset)
    }
  }

  /// Makes sure that the header was written by a holder of `key`.
  ///
  /// - Throws: as ``VaultHeader/check(_:)``.
  package func check(_ key: borrowing VaultKey) throws(VaultError) { try header.check(key) }

  /// Opens the vault's key with a secret; as ``VaultHeader/unlock(with:)``.
  package func unlock(with secret: borrowing SlotSecret) throws(VaultError) -> VaultKey {
    try header.unlock(with: secret)
  }

  /// Decrypts the index.
  ///
  /// - Throws: ``VaultError/tampered(_:)`` or ``VaultError/staleKey`` as ``check(_:)``;
  ///   ``VaultError/corrupt(_:)`` or ``VaultError/tampered(_:)`` of the index.
  func openIndex(_ key: borrowing VaultKey) throws(VaultError) -> WipedBuffer {
    try header.check(key)
    let index = try WipedBuffer(count: header.indexLength)
    let known = min(max(start.count - header.bytes.count, 0), index.count)
    if known > 0 {
      index.mutableBytes.part(0, known)
        .copyMemory(from: start.bytes.part(header.bytes.count, known))
    }
    if known < index.count {
      try read(
        into: index.mutableBytes.part(known, index.count - known),
        at: header.bytes.count + known)
    }
    let opened = key.withSubkey(.index) { subkey in
      header.withIndexNonce { nonce in
        header.bytes.withUnsafeBytes { associated in
          let length = index.count - VaultFormat.tagLength
          return Sealing.open(
            index.bytes.part(0, length), into: index.mutableBytes.part(0, length),
            tag: index.bytes.part(length, VaultFormat.tagLength), nonce: nonce,
            associated: associated, key: subkey)
        }
      }
    }
    guard opened else { throw try damage(to: .index) }
    return index
  }
}

extension SealedVault {
  /// Computes the digest over index and values and compares it with the trailer.
  func isTrailerIntact() throws(VaultError) -> Bool {
    let digest = RunningDigest()
    var offset = header.bytes.count
    let end = header.fileLength - VaultFormat.trailerLength
    let buffer = try WipedBuffer(count: min(end - offset, 256 << 10))
    while offset < end {
      let piece = buffer.mutableBytes.part(0, min(buffer.count, end - offset))
      try read(into: piece, at: offset)
      digest.add(UnsafeRawBufferPointer(piece))
      offset += piece.count
    }
    return try digest.finish() == trailer()
  }

  /// The 32 bytes at the end of the file.
  func trailer() throws(VaultError) -> [UInt8] {
    let trailer = try WipedBuffer(count: VaultFormat.trailerLength)
    try read(
      into: trailer.mutableBytes, at: header.fileLength - VaultFormat.trailerLength)
    return Array(trailer.bytes)
  }

  /// Says why a part did not open: only an intact trailer, which anybody can compute, shows that
  /// the change was no accident.
  func damage(to part: VaultError.Part) throws(VaultError) -> VaultError {
    try isTrailerIntact() ? .tampered(part) : .corrupt(part)
  }
}
