// Little-endian access to raw bytes. Every access is checked in release builds as well: the bytes
// come from outside, and a missing length check must end the process rather than read past a
// buffer.

extension UnsafeRawBufferPointer {
  func integer<Integer: FixedWidthInteger & BitwiseCopyable>(
    at offset: Int, as type: Integer.Type = Integer.self
  ) -> Integer {
    precondition(offset >= 0 && count - offset >= MemoryLayout<Integer>.size)
    return Integer(littleEndian: loadUnaligned(fromByteOffset: offset, as: Integer.self))
  }

  /// `length` bytes from `offset` on.
  func part(_ offset: Int, _ length: Int) -> UnsafeRawBufferPointer {
    precondition(offset >= 0 && length >= 0 && count - offset >= length)
    return UnsafeRawBufferPointer(rebasing: self[offset..<offset + length])
  }

  /// In time that depends on the content: only for what is not secret.
  func hasSameBytes(as other: UnsafeRawBufferPointer) -> Bool {
    count == other.count && elementsEqual(other)
  }
}

extension UnsafeMutableRawBufferPointer {
  func part(_ offset: Int, _ length: Int) -> UnsafeMutableRawBufferPointer {
    precondition(offset >= 0 && length >= 0 && count - offset >= length)
    return UnsafeMutableRawBufferPointer(rebasing: self[offset..<offset + length])
  }
}

/// Fills a buffer of known size from its start.
struct ByteWriter {
  private let buffer: UnsafeMutableRawBufferPointer
  private(set) var offset = 0

  init(_ buffer: UnsafeMutableRawBufferPointer) { self.buffer = buffer }

  mutating func write<Integer: FixedWidthInteger & BitwiseCopyable>(_ value: Integer) {
    precondition(buffer.count - offset >= MemoryLayout<Integer>.size)
    buffer.storeBytes(of: value.littleEndian, toByteOffset: offset, as: Integer.self)
    offset += MemoryLayout<Integer>.size
  }

  mutating func write(_ bytes: UnsafeRawBufferPointer) {
    buffer.part(offset, bytes.count).copyMemory(from: bytes)
    offset += bytes.count
  }

  mutating func write(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { write($0) }
  }

  mutating func write(_ text: String) {
    var text = text
    text.withUTF8 { write(UnsafeRawBufferPointer($0)) }
  }
}
