internal import Secrets
internal import Testing

@testable internal import Age

/// The vectors of the RFCs, as far as what they ask for is asked for here.
@Suite struct KeyDerivationTests {
  private static func repeated(_ byte: UInt8, _ count: Int) -> [UInt8] {
    [UInt8](repeating: byte, count: count)
  }

  private func hexadecimal(_ bytes: UnsafeRawBufferPointer) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  /// RFC 4231, 4.2 to 4.5, 4.7 and 4.8; 4.6 is cut short, which nobody does here.
  private static let codes: [(key: [UInt8], message: [UInt8], code: String)] = [
    (
      repeated(0x0b, 20), Array("Hi There".utf8),
      "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
    ),
    (
      Array("Jefe".utf8), Array("what do ya want for nothing?".utf8),
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    ),
    (
      repeated(0xaa, 20), repeated(0xdd, 50),
      "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
    ),
    (
      Array(1...25), repeated(0xcd, 50),
      "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"
    ),
    (
      repeated(0xaa, 131), Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
    ),
    (
      repeated(0xaa, 131),
      Array(
        ("This is a test using a larger than block-size key and a larger than block-size data. "
          + "The key needs to be hashed before being used by the HMAC algorithm.").utf8),
      "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"
    ),
  ]

  @Test(arguments: codes.indices) func makesTheCodesOfRFC4231(index: Int) {
    let vector = Self.codes[index]
    var code = [UInt8](repeating: 0, count: KeyDerivation.byteCount)
    vector.key.withUnsafeBytes { key in
      vector.message.withUnsafeBytes { message in
        code.withUnsafeMutableBytes { KeyDerivation.code(of: message, key: key, into: $0) }
      }
    }
    #expect(code.withUnsafeBytes(hexadecimal) == vector.code)
  }

  /// RFC 5869, A.1 to A.3: the first 32 bytes of each.
  private static let keys: [(material: [UInt8], salt: [UInt8], info: [UInt8], key: String)] = [
    (
      repeated(0x0b, 22), Array(0...12), Array(0xf0...0xf9),
      "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"
    ),
    (
      Array(0...0x4f), Array(0x60...0xaf), Array(0xb0...0xff),
      "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c"
    ),
    (
      repeated(0x0b, 22), [], [],
      "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"
    ),
  ]

  @Test(arguments: keys.indices) func derivesTheKeysOfRFC5869(index: Int) throws {
    let vector = Self.keys[index]
    var material = try SecretBytes(count: vector.material.count)
    material.withUnsafeMutableBytes { $0.copyBytes(from: vector.material) }
    let key = try KeyDerivation.key(from: material, salt: vector.salt, info: vector.info)
    #expect(key.withUnsafeBytes { hexadecimal($0) } == vector.key)
  }
}
