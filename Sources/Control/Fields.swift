internal import Secrets

/// Writes the fields of a body that holds no secret.
struct FieldWriter {
  private(set) var bytes: [UInt8] = []

  mutating func write<Integer: FixedWidthInteger>(_ value: Integer) {
    var value = value.littleEndian
    withUnsafeBytes(of: &value) { bytes += $0 }
  }

  /// Cuts what is over 65,535 bytes.
  mutating func write(_ text: String) {
    let utf8 = text.utf8.prefix(Int(UInt16.max))
    write(UInt16(utf8.count))
    bytes += utf8
  }

  mutating func write<Integer: FixedWidthInteger>(_ value: Integer?) {
    write(UInt8(value == nil ? 0 : 1))
    if let value { write(value) }
  }

  mutating func write(_ text: String?) {
    write(UInt8(text == nil ? 0 : 1))
    if let text { write(text) }
  }
}

/// Reads fields from bytes that anybody may have written: whatever they are, it ends in a value or
/// in ``ControlError/malformed(_:)``.
struct FieldReader {
  private let bytes: UnsafeRawBufferPointer
  private(set) var offset = 0

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  var isAtEnd: Bool { offset == bytes.count }

  /// Passes over `count` bytes.
  ///
  /// - Returns: where they lie.
  mutating func skip(_ count: Int) throws(ControlError) -> Range<Int> {
    guard count >= 0, count <= bytes.count - offset else { throw .malformed("a field is cut off") }
    defer { offset += count }
    return offset..<offset + count
  }

  mutating func integer<Integer: FixedWidthInteger>(
    _ type: Integer.Type = Integer.self
  ) throws(ControlError) -> Integer {
    let range = try skip(MemoryLayout<Integer>.size)
    return Integer(
      littleEndian: bytes.loadUnaligned(fromByteOffset: range.lowerBound, as: Integer.self))
  }

  mutating func text() throws(ControlError) -> String {
    let range = try skip(Int(try integer(UInt16.self)))
    guard let text = String(validating: bytes[range], as: UTF8.self) else {
      throw .malformed("a text is not UTF-8")
    }
    return text
  }

  mutating func isPresent() throws(ControlError) -> Bool {
    switch try integer(UInt8.self) {
    case 0: return false
    case 1: return true
    default: throw .malformed("an optional field is neither there nor absent")
    }
  }

  mutating func optionalInteger<Integer: FixedWidthInteger>(
    _ type: Integer.Type = Integer.self
  ) throws(ControlError) -> Integer? {
    try isPresent() ? try integer(type) : nil
  }

  mutating func optionalText() throws(ControlError) -> String? {
    try isPresent() ? try text() : nil
  }

  /// How many elements follow, none of which is shorter than `minimum` bytes: a hostile count must
  /// not make us reserve memory.
  mutating func count(ofAtLeast minimum: Int) throws(ControlError) -> Int {
    let count = Int(try integer(UInt16.self))
    guard count * minimum <= bytes.count - offset else { throw .malformed("a list is cut off") }
    return count
  }

  mutating func reference() throws(ControlError) -> SecretReference {
    do {
      return try SecretReference(try text())
    } catch let error as ControlError {
      throw error
    } catch {
      throw .malformed("a reference is none")
    }
  }

  mutating func heldSecrets() throws(ControlError) -> [HeldSecret] {
    var secrets: [HeldSecret] = []
    for _ in 0..<(try count(ofAtLeast: 3)) {
      let reference = try reference()
      secrets.append(HeldSecret(reference, version: try optionalInteger()))
    }
    return secrets
  }
}

extension FieldWriter {
  mutating func write(_ secrets: [HeldSecret]) {
    let written = secrets.prefix(Int(UInt16.max))
    write(UInt16(written.count))
    for secret in written {
      write(secret.reference.description)
      write(secret.version)
    }
  }
}
