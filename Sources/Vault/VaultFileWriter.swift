internal import Files

/// Writes the parts of a vault one behind another and keeps the trailer's digest.
final class VaultFileWriter {
  private let descriptor: Descriptor
  private let path: String
  private let digest = RunningDigest()
  private let buffer: WipedBuffer
  private var filled = 0

  /// - Parameter descriptor: of a new, empty file.
  init(_ descriptor: consuming Descriptor, path: String) throws(VaultError) {
    buffer = try WipedBuffer(count: 256 << 10)
    self.descriptor = descriptor
    self.path = path
  }

  /// Appends bytes that the trailer covers.
  func write(_ bytes: UnsafeRawBufferPointer) throws(VaultError) {
    digest.add(bytes)
    try append(bytes)
  }

  /// Appends the header, which has a digest of its own.
  func writeHeader(_ header: VaultHeader) throws(VaultError) {
    try append(header.bytes)
  }

  /// Appends `length` bytes from byte `offset` of another file.
  func copy(from file: SealedVault, at offset: Int, length: Int) throws(VaultError) {
    var done = 0
    while done < length {
      if filled == buffer.count { try flush() }
      let piece = buffer.mutableBytes.part(filled, min(buffer.count - filled, length - done))
      try file.read(into: piece, at: offset + done)
      digest.add(UnsafeRawBufferPointer(piece))
      filled += piece.count
      done += piece.count
    }
  }

  /// Writes the trailer, makes the file durable and returns the trailer.
  func finish() throws(VaultError) -> [UInt8] {
    let trailer = digest.finish()
    try append(trailer)
    try flush()
    do { try descriptor.synchronize(path: path) } catch { throw .file(error) }
    return trailer
  }

  private func append(_ bytes: [UInt8]) throws(VaultError) {
    let result = bytes.withUnsafeBytes { bytes in
      Result { () throws(VaultError) in try append(bytes) }
    }
    try result.get()
  }

  private func append(_ bytes: UnsafeRawBufferPointer) throws(VaultError) {
    var rest = bytes
    while !rest.isEmpty {
      if filled == buffer.count { try flush() }
      let count = min(buffer.count - filled, rest.count)
      buffer.mutableBytes.part(filled, count).copyMemory(from: rest.part(0, count))
      filled += count
      rest = rest.part(count, rest.count - count)
    }
  }

  private func flush() throws(VaultError) {
    do {
      try descriptor.writeAll(buffer.bytes.part(0, filled), path: path)
    } catch { throw .file(error) }
    filled = 0
  }
}
