package import Secrets

/// Fields on their way into an encoding: type (2 bytes), length of the payload (4 bytes), payload,
/// all integers little-endian, in ascending order of type.
package struct FieldList: Sendable {
  enum Payload: Sendable {
    case plain([UInt8])
    case secret(SharedSecret)
    case list(FieldList)
  }

  static let headLength = 6
  private var fields: [(type: UInt16, payload: Payload)] = []
  /// Length of the encoding in bytes.
  package private(set) var byteCount = 0

  package init() {}

  /// Behind the fields of the same type, and before those of a greater one.
  private mutating func insert(_ type: UInt16, _ payload: Payload, byteCount count: Int) {
    var position = fields.count
    while position > 0, fields[position - 1].type > type { position -= 1 }
    fields.insert((type, payload), at: position)
    byteCount += Self.headLength + count
  }

  package mutating func add(_ type: UInt16, bytes: [UInt8]) {
    insert(type, .plain(bytes), byteCount: bytes.count)
  }

  package mutating func add(_ type: UInt16, _ text: String?) {
    if let text { add(type, bytes: Array(text.utf8)) }
  }

  package mutating func add(_ type: UInt16, _ texts: [String]) {
    for text in texts { add(type, text) }
  }

  package mutating func add<Integer: FixedWidthInteger>(_ type: UInt16, _ value: Integer?) {
    guard var value = value?.littleEndian else { return }
    add(type, bytes: withUnsafeBytes(of: &value) { Array($0) })
  }

  package mutating func add(_ type: UInt16, _ secret: SharedSecret?) {
    if let secret { insert(type, .secret(secret), byteCount: secret.count) }
  }

  package mutating func add(_ type: UInt16, _ list: FieldList?) {
    if let list { insert(type, .list(list), byteCount: list.byteCount) }
  }

  mutating func add(_ unknown: [UnknownField]) {
    for field in unknown { add(field.type, field.payload) }
  }

  /// The encoding behind `prefix`, in memory that is wiped.
  package func encoded(behind prefix: [UInt8] = []) throws(ConnectionError) -> SecretBytes {
    var memory = try inMemory { () throws(SecretMemoryError) in
      try SecretBytes(count: prefix.count + byteCount)
    }
    memory.withUnsafeMutableBytes { memory in
      memory.copyBytes(from: prefix)
      var offset = prefix.count
      write(to: memory, at: &offset)
    }
    return memory
  }

  private func write(to memory: UnsafeMutableRawBufferPointer, at offset: inout Int) {
    for field in fields {
      let head = offset
      offset += Self.headLength
      let start = offset
      let rest = UnsafeMutableRawBufferPointer(rebasing: memory[start...])
      switch field.payload {
      case .plain(let bytes):
        rest.copyBytes(from: bytes)
        offset += bytes.count
      case .secret(let secret):
        secret.withUnsafeBytes { rest.copyMemory(from: $0) }
        offset += secret.count
      case .list(let list): list.write(to: memory, at: &offset)
      }
      memory.storeBytes(of: field.type.littleEndian, toByteOffset: head, as: UInt16.self)
      memory.storeBytes(
        of: UInt32(offset - start).littleEndian, toByteOffset: head + 2, as: UInt32.self)
    }
  }
}

/// A field of a later version, kept as it is. It may be a secret: nothing else is known of it.
package struct UnknownField: Sendable {
  package let type: UInt16
  package let payload: SharedSecret
}
