import Secrets

@testable import Vault

/// Takes a vault's bytes apart and puts altered ones together, as somebody with or without the key
/// could.
struct Forge {
  var bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var headerLength: Int { Int(integer(at: 12, as: UInt32.self)) }
  var indexLength: Int { Int(integer(at: 80, as: UInt64.self)) }
  var valuesLength: Int { Int(integer(at: 88, as: UInt64.self)) }
  var valuesOffset: Int { headerLength + indexLength }

  func integer<Integer: FixedWidthInteger & BitwiseCopyable>(
    at offset: Int, as type: Integer.Type
  ) -> Integer {
    bytes.withUnsafeBytes { $0.integer(at: offset) }
  }

  mutating func put<Integer: FixedWidthInteger & BitwiseCopyable>(_ value: Integer, at offset: Int)
  {
    bytes.withUnsafeMutableBytes {
      $0.storeBytes(of: value.littleEndian, toByteOffset: offset, as: Integer.self)
    }
  }

  /// Makes the header's digest right, which anybody can.
  mutating func fixDigest() { fix(covered: 0..<headerLength - 32, at: headerLength - 32, key: nil) }

  /// Makes the trailer right, which anybody can.
  mutating func fixTrailer() {
    fix(covered: headerLength..<bytes.count - 32, at: bytes.count - 32, key: nil)
  }

  /// Makes MAC and digest of the header right, which takes the key.
  mutating func fixHeader(_ key: borrowing VaultKey) {
    let covered = 0..<headerLength - 64
    key.withSubkey(.headerMAC) { fix(covered: covered, at: covered.upperBound, key: $0) }
    fixDigest()
  }

  private mutating func fix(covered: Range<Int>, at offset: Int, key: UnsafeRawBufferPointer?) {
    let message = Array(bytes[covered])
    bytes.withUnsafeMutableBytes { all in
      message.withUnsafeBytes { Blake2b.digest($0, key: key, into: all.part(offset, 32)) }
    }
  }

  /// The opened index, padding included.
  func openIndex(_ key: borrowing VaultKey) throws -> [UInt8] {
    let length = indexLength - 16
    var plain = [UInt8](repeating: 0, count: length)
    let opened = plain.withUnsafeMutableBytes { plain in
      bytes.withUnsafeBytes { all in
        key.withSubkey(.index) {
          Sealing.open(
            all.part(headerLength, length), into: plain,
            tag: all.part(headerLength + length, 16), nonce: all.part(56, 24),
            associated: all.part(0, headerLength), key: $0)
        }
      }
    }
    guard opened else { throw VaultError.corrupt(.index) }
    return plain
  }

  /// Puts another index in, of any multiple of 4,096 bytes, and makes everything fit.
  mutating func sealIndex(_ plain: [UInt8], _ key: borrowing VaultKey) {
    let values = Array(bytes[valuesOffset..<bytes.count - 32])
    bytes = Array(bytes[..<headerLength])
    put(UInt64(plain.count + 16), at: 80)
    fixHeader(key)
    let header = bytes
    var sealed = [UInt8](repeating: 0, count: plain.count + 16)
    sealed.withUnsafeMutableBytes { sealed in
      plain.withUnsafeBytes { plain in
        header.withUnsafeBytes { header in
          key.withSubkey(.index) {
            Sealing.seal(
              plain, into: sealed.part(0, plain.count), tag: sealed.part(plain.count, 16),
              nonce: header.part(56, 24), associated: header, key: $0)
          }
        }
      }
    }
    bytes += sealed + values + [UInt8](repeating: 0, count: 32)
    fixTrailer()
  }

  /// Puts records in front of the ones that are there.
  mutating func insertRecords(
    _ records: [(type: UInt16, payload: [UInt8])], _ key: borrowing VaultKey
  ) throws {
    var plain = try openIndex(key)
    var inserted: [UInt8] = []
    for (type, payload) in records {
      inserted += withUnsafeBytes(of: type.littleEndian) { Array($0) }
      inserted += withUnsafeBytes(of: UInt32(payload.count).littleEndian) { Array($0) }
      inserted += payload
    }
    plain = inserted + plain
    while plain.count % 4096 != 0 {
      if plain.last == 0 { plain.removeLast() } else { plain.append(0) }
    }
    sealIndex(plain, key)
  }
}
