package import Secrets

/// What opens one connection's file, and which file that is.
///
/// The key does not depend on the vault's: a vault that gets a new key keeps its connections' keys,
/// so that a relay, which holds nothing else, goes on.
package final class ConnectionKey: Sendable {
  /// 32 bytes.
  package static let byteCount = VaultFormat.keyLength

  /// Names the connection's file, and is never used again for another one.
  package let connectionID: RandomID
  private let memory: SecretBytes

  /// - Parameter bytes: 32 bytes; the caller wipes them.
  /// - Throws: ``VaultError/notEnoughMemory(byteCount:)``.
  package init(_ connectionID: RandomID, copying bytes: UnsafeRawBufferPointer) throws(VaultError) {
    precondition(bytes.count == Self.byteCount)
    self.connectionID = connectionID
    memory = try inMemory { () throws(SecretMemoryError) in try SecretBytes(copying: bytes) }
  }

  private init(_ connectionID: RandomID, _ memory: consuming SecretBytes) {
    self.connectionID = connectionID
    self.memory = memory
  }

  /// For a connection that is new.
  ///
  /// - Throws: ``VaultError/notEnoughMemory(byteCount:)``.
  package static func random() throws(VaultError) -> ConnectionKey {
    ConnectionKey(
      .random(),
      try inMemory { () throws(SecretMemoryError) in try SecretBytes.random(count: byteCount) })
  }

  /// Lends the 32 bytes.
  package func withBytes<Result: ~Copyable, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try memory.withUnsafeBytes(body)
  }
}

/// A connection as the vault knows it: by name, with nothing of what is in its file.
package struct ConnectionEntry: Sendable {
  package let name: ConnectionName
  package let key: ConnectionKey
  /// When it was made, in seconds since 1970-01-01T00:00:00Z.
  package let created: Int64

  package init(_ name: ConnectionName, _ key: ConnectionKey, created: Int64) {
    self.name = name
    self.key = key
    self.created = created
  }
}

/// A connection's record as it lies in the index, lengths checked.
struct ConnectionView {
  static let headLength = 64
  private let payload: UnsafeRawBufferPointer

  init(_ payload: UnsafeRawBufferPointer) throws(VaultError) {
    self.payload = payload
    guard payload.count >= Self.headLength,
      payload.count - Self.headLength >= Int(payload.integer(at: 0, as: UInt16.self))
    else { throw .malformed("a connection's record is too short") }
    guard !payload.part(2, 6).contains(where: { $0 != 0 }) else {
      throw .malformed("a reserved field of a connection's record is set")
    }
  }

  var nameBytes: UnsafeRawBufferPointer {
    payload.part(Self.headLength, Int(payload.integer(at: 0, as: UInt16.self)))
  }

  /// Of a later version.
  var rest: [UInt8] { Array(payload.dropFirst(Self.headLength + nameBytes.count)) }

  func entry() throws(VaultError) -> ConnectionEntry {
    let name: ConnectionName
    do {
      name = try ConnectionName(String(decoding: nameBytes, as: UTF8.self))
    } catch {
      throw .malformed("a connection's name: \(error.reason)")
    }
    let key = try ConnectionKey(
      RandomID(payload, at: 8), copying: payload.part(32, ConnectionKey.byteCount))
    return ConnectionEntry(name, key, created: payload.integer(at: 24))
  }
}

/// A connection's record as a writer keeps it.
struct ConnectionKeyRecord {
  let entry: ConnectionEntry
  var rest: [UInt8] = []

  init(_ entry: ConnectionEntry) { self.entry = entry }

  init(_ payload: UnsafeRawBufferPointer) throws(VaultError) {
    let view = try ConnectionView(payload)
    entry = try view.entry()
    rest = view.rest
  }

  var encodedLength: Int {
    ConnectionView.headLength + entry.name.text.utf8.count + rest.count
  }

  func encode(into writer: inout ByteWriter) {
    writer.write(UInt16(entry.name.text.utf8.count))
    writer.write([UInt8](repeating: 0, count: 6))
    entry.key.connectionID.withBytes { writer.write($0) }
    writer.write(entry.created)
    entry.key.withBytes { writer.write($0) }
    writer.write(entry.name.text)
    writer.write(rest)
  }
}
