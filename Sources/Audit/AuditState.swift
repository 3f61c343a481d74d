/// The key file without its key: where the log is, and what comes next.
///
/// `AuditFormat.md` has the table.
struct AuditState: Equatable {
  static let byteCount = 208
  static let keyOffset = 144
  private static let checksumOffset = 176
  /// `mcpaudit`.
  private static let magic = Array("mcpaudit".utf8)
  private static let version: UInt16 = 1
  static let noID = [UInt8](repeating: 0, count: AuditKey.idLength)
  static let noDigest = [UInt8](repeating: 0, count: 32)

  /// Of the log; drawn when it is begun and the vault's word for it.
  var logID = noID
  /// Whose vault it belongs to; zeros: none.
  var vaultID = noID
  /// What the epoch's first key was made from; zeros: nothing anybody knows.
  var rootID = noID
  var epochID = noID
  /// The number of the epoch's first record.
  var epochStart: UInt64 = 1
  /// The number of the next record.
  var next: UInt64 = 1
  /// Which file is the present one, counted from 1.
  var segment: UInt64 = 1
  /// Where the next record begins in it, in bytes.
  var offset: UInt64 = 0
  /// Of the last record's line, 32 bytes.
  var digest = noDigest

  init() {}

  /// Whether a key file was made and never written: after a power failure it may have its length,
  /// and zeros.
  static func isBlank(_ bytes: UnsafeRawBufferPointer) -> Bool { bytes.allSatisfy { $0 == 0 } }

  enum Damage: Error {
    case notWhole
    case version(UInt16)
  }

  /// - Parameter bytes: the whole file.
  init(_ bytes: UnsafeRawBufferPointer) throws(Damage) {
    guard bytes.count >= 10, bytes[..<8].elementsEqual(Self.magic) else { throw .notWhole }
    let version = UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt16.self))
    guard version == Self.version else { throw .version(version) }
    guard bytes.count == Self.byteCount else { throw .notWhole }
    let checksum = AuditHash.digest(.init(rebasing: bytes[..<Self.checksumOffset]))
    guard bytes[Self.checksumOffset...].elementsEqual(checksum) else { throw .notWhole }
    func number(_ offset: Int) -> UInt64 {
      UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }
    logID = Array(bytes[16..<32])
    vaultID = Array(bytes[32..<48])
    rootID = Array(bytes[48..<64])
    epochID = Array(bytes[64..<80])
    epochStart = number(80)
    next = number(88)
    segment = number(96)
    offset = number(104)
    digest = Array(bytes[112..<144])
    // No log gets there; sums of them stay within bounds below.
    let limit = UInt64(1) << 62
    guard epochStart <= next, next < limit, segment > 0, segment < limit, offset < limit else {
      throw .notWhole
    }
  }

  /// Writes the file around the key that lies in `buffer` already.
  ///
  /// - Parameter buffer: ``byteCount`` bytes.
  func write(around buffer: UnsafeMutableRawBufferPointer) {
    precondition(buffer.count == Self.byteCount)
    func put(_ bytes: [UInt8], _ offset: Int) {
      UnsafeMutableRawBufferPointer(rebasing: buffer[offset..<offset + bytes.count])
        .copyBytes(from: bytes)
    }
    func put(_ number: UInt64, _ offset: Int) {
      buffer.storeBytes(of: number.littleEndian, toByteOffset: offset, as: UInt64.self)
    }
    put(Self.magic, 0)
    put(UInt64(Self.version), 8)
    put(logID, 16)
    put(vaultID, 32)
    put(rootID, 48)
    put(epochID, 64)
    put(epochStart, 80)
    put(next, 88)
    put(segment, 96)
    put(offset, 104)
    put(digest, 112)
    put(
      AuditHash.digest(.init(rebasing: UnsafeRawBufferPointer(buffer)[..<Self.checksumOffset])),
      Self.checksumOffset)
  }
}
