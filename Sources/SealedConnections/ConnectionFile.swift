internal import Connections
internal import Secrets
internal import Vault

/// The bytes of a connection's file, as `ConnectionFile.md` tells them. Integers are little-endian.
enum ConnectionFile {
  /// `mcpvconn` in ASCII, read as a little-endian integer.
  static let magic: UInt64 = 0x6e6e_6f63_7670_636d
  static let version: UInt16 = 1

  static let headerLength = 80
  static let digestLength = 32
  static let tagLength = 16
  static let nonceOffset = 56
  static let nonceLength = 24
  /// A header, one sealed byte and the digest.
  static let minimumLength = headerLength + tagLength + 1 + digestLength
  static let maximumLength =
    headerLength + ConnectionLimits.maximumRecordLength + tagLength + digestLength

  /// What a header says beside what is the same in every file.
  struct Header {
    var connectionID: RandomID
    /// 1 when the connection was made, one more with every write.
    var generation: UInt64
    /// Random in every write.
    var writeID: RandomID
  }

  /// - Parameter bytes: ``headerLength`` at least.
  /// - Returns: `nil` without the magic and the version.
  static func header(_ bytes: UnsafeRawBufferPointer) -> Header? {
    guard bytes.count >= headerLength, integer(bytes, 0) == magic,
      integer(bytes, 8) == version
    else { return nil }
    return Header(
      connectionID: RandomID(bytes, at: 16), generation: integer(bytes, 32),
      writeID: RandomID(bytes, at: 40))
  }

  /// A whole file.
  static func seal(
    _ record: ConnectionRecord, _ header: Header, key: ConnectionKey
  ) throws(ConnectionStoreError) -> SecretBytes {
    let plain = try encode(record)
    let sealedLength = plain.count + tagLength
    // Sealed in place, so what is secret on the way lies in locked memory.
    var file = try secretMemory(count: headerLength + sealedLength + digestLength)
    file.withUnsafeMutableBytes { file in
      put(magic, into: file, at: 0)
      put(version, into: file, at: 8)
      put(UInt32(sealedLength), into: file, at: 12)
      header.connectionID.withBytes { part(file, 16, 16).copyMemory(from: $0) }
      put(header.generation, into: file, at: 32)
      header.writeID.withBytes { part(file, 40, 16).copyMemory(from: $0) }
      Sealing.fillRandomly(part(file, nonceOffset, nonceLength))
      let body = part(file, headerLength, plain.count)
      plain.withUnsafeBytes { body.copyMemory(from: $0) }
      key.withBytes { key in
        Sealing.seal(
          UnsafeRawBufferPointer(body), into: body,
          tag: part(file, headerLength + plain.count, tagLength),
          nonce: UnsafeRawBufferPointer(part(file, nonceOffset, nonceLength)),
          associated: UnsafeRawBufferPointer(part(file, 0, headerLength)), key: key)
      }
      let covered = headerLength + sealedLength
      Blake2b.digest(
        UnsafeRawBufferPointer(part(file, 0, covered)),
        into: part(file, covered, digestLength))
    }
    return file
  }

  private static func encode(
    _ record: ConnectionRecord
  ) throws(ConnectionStoreError) -> SecretBytes {
    do { return try record.encoded() } catch { throw .record(error) }
  }

  /// Opens a whole file; what was sealed is open in the same memory then.
  ///
  /// - Parameters:
  ///   - file: all bytes of it.
  ///   - path: for messages.
  static func open(
    _ file: UnsafeMutableRawBufferPointer, key: ConnectionKey, path: String
  ) throws(ConnectionStoreError) -> (ConnectionRecord, Header) {
    let bytes = UnsafeRawBufferPointer(file)
    try checkDigest(bytes, path: path)
    let (version, flags): (UInt16, UInt16) = (integer(bytes, 8), integer(bytes, 10))
    guard version == Self.version else { throw .unsupportedVersion(path: path, version) }
    guard flags == 0 else { throw .unknownFlags(path: path, flags) }
    let length = Int(integer(bytes, 12) as UInt32)
    guard length == bytes.count - headerLength - digestLength, length > tagLength,
      let header = header(bytes)
    else { throw .malformed(path: path, "its lengths do not fit") }
    guard header.connectionID == key.connectionID else {
      throw .malformed(path: path, "it is the file of another connection")
    }
    let body = part(file, headerLength, length - tagLength)
    let isOpen = key.withBytes { key in
      Sealing.open(
        UnsafeRawBufferPointer(body), into: body,
        tag: UnsafeRawBufferPointer(part(file, headerLength + body.count, tagLength)),
        nonce: UnsafeRawBufferPointer(part(file, nonceOffset, nonceLength)),
        associated: UnsafeRawBufferPointer(part(file, 0, headerLength)), key: key)
    }
    guard isOpen else { throw .tampered(path: path) }
    do {
      return (try ConnectionRecord(UnsafeRawBufferPointer(body)), header)
    } catch { throw .record(error) }
  }

  /// Accident before all else: only then do the other fields mean anything.
  private static func checkDigest(
    _ bytes: UnsafeRawBufferPointer, path: String
  ) throws(ConnectionStoreError) {
    guard bytes.count >= minimumLength, integer(bytes, 0) == magic else {
      throw .corrupt(path: path)
    }
    let covered = bytes.count - digestLength
    let isIntact = withUnsafeTemporaryAllocation(byteCount: digestLength, alignment: 16) { digest in
      Blake2b.digest(UnsafeRawBufferPointer(rebasing: bytes[..<covered]), into: digest)
      return digest.elementsEqual(bytes[covered...])
    }
    guard isIntact else { throw .corrupt(path: path) }
  }

  private static func integer<Integer: FixedWidthInteger & BitwiseCopyable>(
    _ bytes: UnsafeRawBufferPointer, _ offset: Int
  ) -> Integer {
    Integer(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Integer.self))
  }

  private static func put<Integer: FixedWidthInteger & BitwiseCopyable>(
    _ value: Integer, into bytes: UnsafeMutableRawBufferPointer, at offset: Int
  ) {
    bytes.storeBytes(of: value.littleEndian, toByteOffset: offset, as: Integer.self)
  }

  private static func part(
    _ bytes: UnsafeMutableRawBufferPointer, _ offset: Int, _ length: Int
  ) -> UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(rebasing: bytes[offset..<offset + length])
  }
}
