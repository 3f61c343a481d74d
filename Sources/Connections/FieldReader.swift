internal import Secrets

/// Walks over fields that anybody may have written: whatever the bytes are, it ends in fields whose
/// payloads lie within them or in a ``ConnectionError``.
package struct FieldReader {
  private let bytes: UnsafeRawBufferPointer
  private var offset = 0
  private var lastType: UInt16 = 0

  /// - Parameter bytes: must outlive the reader and the payloads that it gives out.
  package init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  /// The next field; `nil` at the end.
  ///
  /// - Throws: ``ConnectionError/malformed(_:)`` when a field is cut off, when its type is 0 or
  ///   lower than the one before.
  package mutating func next() throws(ConnectionError) -> Field? {
    guard offset < bytes.count else { return nil }
    guard bytes.count - offset >= FieldList.headLength else {
      throw .malformed("a field is cut off")
    }
    let type = UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt16.self))
    let length = Int(
      UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset + 2, as: UInt32.self)))
    guard type != 0, type >= lastType else { throw .malformed("field \(type) is out of order") }
    let start = offset + FieldList.headLength
    guard bytes.count - start >= length else { throw .malformed("field \(type) is cut off") }
    let isRepeated = type == lastType
    lastType = type
    offset = start + length
    return Field(
      type: type, isRepeated: isRepeated,
      payload: UnsafeRawBufferPointer(rebasing: bytes[start..<offset]))
  }
}

/// One field as it lies in an encoding.
package struct Field {
  package let type: UInt16
  /// Whether the field before had the same type.
  package let isRepeated: Bool
  package let payload: UnsafeRawBufferPointer

  /// - Throws: ``ConnectionError/malformed(_:)`` when there was such a field already.
  private func once() throws(ConnectionError) {
    if isRepeated { throw .malformed("field \(type) is there twice") }
  }

  /// One of several texts of the same type: 1 to `limit` bytes of UTF-8 without control characters,
  /// which no URL, scope or identifier has.
  package func element(limit: Int = ConnectionLimits.maximumTextLength) throws(ConnectionError)
    -> String
  {
    guard payload.count > 0, payload.count <= limit else {
      throw .malformed("the text of field \(type) has \(payload.count) bytes")
    }
    for byte in payload where byte < 0x20 || byte == 0x7F {
      throw .malformed("the text of field \(type) has control characters")
    }
    guard let text = String(validating: payload, as: UTF8.self) else {
      throw .malformed("the text of field \(type) is not UTF-8")
    }
    return text
  }

  /// The only text of its type.
  package func text(limit: Int = ConnectionLimits.maximumTextLength) throws(ConnectionError)
    -> String
  {
    try once()
    return try element(limit: limit)
  }

  package func integer<Integer: FixedWidthInteger & BitwiseCopyable>(
    _ type: Integer.Type = Integer.self
  ) throws(ConnectionError) -> Integer {
    try once()
    guard payload.count == MemoryLayout<Integer>.size else {
      throw .malformed("field \(self.type) has \(payload.count) bytes")
    }
    return Integer(littleEndian: payload.loadUnaligned(as: Integer.self))
  }

  /// Unix seconds, up to the end of the year 9999, so that sums of them do not overflow.
  package func time() throws(ConnectionError) -> Int64 {
    let time = try integer(Int64.self)
    guard 0...253_402_300_799 ~= time else { throw .malformed("the time of field \(type)") }
    return time
  }

  package func flag() throws(ConnectionError) -> Bool {
    switch try integer(UInt8.self) {
    case 0: return false
    case 1: return true
    default: throw .malformed("field \(type) is neither 0 nor 1")
    }
  }

  /// The only secret of its type, copied into memory of its own.
  package func secret(
    limit: Int = ConnectionLimits.maximumSecretLength
  ) throws(ConnectionError) -> SharedSecret {
    try once()
    guard payload.count > 0, payload.count <= limit else {
      throw .malformed("the secret of field \(type) has \(payload.count) bytes")
    }
    return try copy()
  }

  /// The only list of its type.
  package func list() throws(ConnectionError) -> FieldReader {
    try once()
    return FieldReader(payload)
  }

  /// What a reader does with a field that it does not know.
  ///
  /// - Throws: ``ConnectionError/unknownField(_:)`` when it must be understood.
  func unknown() throws(ConnectionError) -> UnknownField {
    if type & ConnectionFormat.mustBeUnderstood != 0 { throw .unknownField(type) }
    return UnknownField(type: type, payload: try copy())
  }

  private func copy() throws(ConnectionError) -> SharedSecret {
    let payload = payload
    return try inMemory { () throws(SecretMemoryError) in try SharedSecret(copying: payload) }
  }
}
