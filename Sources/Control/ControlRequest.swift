package import Secrets

/// What a command asks of a relay.
package enum ControlRequest: ~Copyable {
  case status
  /// End the server and the relay.
  ///
  /// - Parameter graceMilliseconds: from SIGTERM to SIGKILL.
  case stop(graceMilliseconds: UInt32)
  /// Take these values and replace the server; without values, replace it all the same.
  case swap(SwapOrder)
  /// The server of this name is allowed nothing any more: it keeps the values that it has, and gets
  /// no others.
  case withdraw(serverName: String)
}

/// New values for a running server.
package struct SwapOrder: ~Copyable {
  /// Whose values there are; the values are in ``values`` under the same references.
  package internal(set) var secrets: [HeldSecret]
  package let values: SecretValues
  /// When the values were fetched, by ``ControlClock/issueTime()``: of two orders that arrive in
  /// the wrong order the relay knows which is the older one. Version numbers do not tell: they
  /// begin anew with a secret that was removed, or with a vault that was restored.
  package let issued: UInt64
  /// Where tokens among the values come from; not for all of them. At most one for each.
  package internal(set) var connections: [ConnectionHandover]

  /// - Parameters:
  ///   - secrets: each with a value in `values`.
  ///   - issued: as ``issued``.
  ///   - connections: of references in `secrets`.
  package init(
    secrets: [HeldSecret], values: consuming SecretValues, issued: UInt64,
    connections: [ConnectionHandover] = []
  ) {
    self.secrets = secrets
    self.values = values
    self.issued = issued
    self.connections = connections
  }
}

extension ControlRequest {
  enum Kind {
    static let status: UInt8 = 1
    static let stop: UInt8 = 2
    static let swap: UInt8 = 3
    static let withdraw: UInt8 = 4
    static let swapWithConnections: UInt8 = 5
  }

  /// - Parameter body: becomes the memory of the values, so that they are never copied.
  /// - Throws: ``ControlError/malformed(_:)``.
  init(kind: UInt8, body: consuming SecretBytes) throws(ControlError) {
    switch kind {
    case Kind.status:
      guard body.count == 0 else { throw .malformed("a status request has a body") }
      self = .status
    case Kind.stop:
      let grace = try body.withUnsafeBytes { (bytes) throws(ControlError) in
        var reader = FieldReader(bytes)
        let grace = try reader.integer(UInt32.self)
        guard reader.isAtEnd else { throw .malformed("a stop request is too long") }
        return grace
      }
      self = .stop(graceMilliseconds: grace)
    case Kind.swap, Kind.swapWithConnections:
      let parts = try body.withUnsafeBytes { (bytes) throws(ControlError) in
        try SwapParts(bytes, hasConnections: kind == Kind.swapWithConnections)
      }
      self = .swap(
        SwapOrder(
          secrets: parts.secrets, values: SecretValues(memory: body, places: parts.places),
          issued: parts.issued, connections: parts.connections))
    case Kind.withdraw:
      let name = try body.withUnsafeBytes { (bytes) throws(ControlError) in
        var reader = FieldReader(bytes)
        let name = try reader.text()
        guard reader.isAtEnd else { throw .malformed("a withdrawal is too long") }
        return name
      }
      self = .withdraw(serverName: name)
    default: throw .malformed("a request of the unknown kind \(kind)")
    }
  }
}

/// What stands in a swap request beside the values, and where they lie.
private struct SwapParts {
  let issued: UInt64
  var secrets: [HeldSecret] = []
  var places: [SecretValues.Place] = []
  var connections: [ConnectionHandover] = []

  init(_ bytes: UnsafeRawBufferPointer, hasConnections: Bool) throws(ControlError) {
    var reader = FieldReader(bytes)
    issued = try reader.integer()
    let count = try reader.count(ofAtLeast: 8)
    guard count <= ControlFormat.maximumValueCount else { throw .malformed("too many values") }
    for _ in 0..<count {
      let reference = try reader.reference()
      let version: UInt32? = try reader.optionalInteger()
      let length = Int(try reader.integer(UInt32.self))
      guard (1...SecretLimits.maximumValueLength).contains(length) else {
        throw .malformed("a value of \(length) bytes")
      }
      guard !secrets.contains(where: { $0.reference == reference }) else {
        throw .malformed("a value stands there twice")
      }
      secrets.append(HeldSecret(reference, version: version))
      places.append(.init(reference, try reader.skip(length), version: version))
    }
    if hasConnections { try readConnections(&reader, in: bytes) }
    guard reader.isAtEnd else { throw .malformed("a swap request is too long") }
  }

  private mutating func readConnections(
    _ reader: inout FieldReader, in bytes: UnsafeRawBufferPointer
  ) throws(ControlError) {
    let length = ConnectionHandover.idLength + ConnectionHandover.keyLength
    for _ in 0..<(try reader.count(ofAtLeast: length)) {
      let connection = try ConnectionHandover(&reader, in: bytes)
      guard secrets.contains(where: { $0.reference == connection.reference }) else {
        throw .malformed("a connection without its token")
      }
      guard !connections.contains(where: { $0.reference == connection.reference }) else {
        throw .malformed("a connection stands there twice")
      }
      connections.append(connection)
    }
  }
}

/// A request ready to be sent, to one relay or to many.
package final class ControlMessage {
  let bytes: SecretBytes

  private init(_ bytes: consuming SecretBytes) { self.bytes = bytes }

  private init(kind: UInt8, body: [UInt8] = []) throws(ControlError) {
    let head = FrameHead(kind: kind, identifier: 1, length: body.count)
    bytes = try secretMemory(copying: head.bytes + body)
  }

  package static func status() throws(ControlError) -> ControlMessage {
    try ControlMessage(kind: ControlRequest.Kind.status)
  }

  /// - Parameter graceMilliseconds: from SIGTERM to SIGKILL.
  package static func stop(graceMilliseconds: UInt32) throws(ControlError) -> ControlMessage {
    var body = FieldWriter()
    body.write(graceMilliseconds)
    return try ControlMessage(kind: ControlRequest.Kind.stop, body: body.bytes)
  }

  /// - Parameter serverName: as grants have it.
  package static func withdraw(serverName: String) throws(ControlError) -> ControlMessage {
    var body = FieldWriter()
    body.write(serverName)
    return try ControlMessage(kind: ControlRequest.Kind.withdraw, body: body.bytes)
  }

  /// - Throws: ``ControlError/malformed(_:)`` for more than
  ///   ``ControlFormat/maximumRequestLength`` bytes or a secret without a value,
  ///   ``ControlError/memory(_:)``.
  package static func swap(_ order: borrowing SwapOrder) throws(ControlError) -> ControlMessage {
    enum Secret {
      case none
      case value(SecretReference)
      case key(ConnectionHandover)
    }
    var pieces: [(fields: [UInt8], secret: Secret)] = []
    var length = 0
    func add(_ fields: FieldWriter, _ secret: Secret = .none, count: Int = 0) {
      pieces.append((fields.bytes, secret))
      length += fields.bytes.count + count
    }
    var start = FieldWriter()
    start.write(order.issued)
    start.write(UInt16(clamping: order.secrets.count))
    add(start)
    for secret in order.secrets {
      guard let count = order.values.count(of: secret.reference) else {
        throw .malformed("no value for \(secret.reference)")
      }
      var fields = FieldWriter()
      fields.write(secret.reference.description)
      fields.write(secret.version)
      fields.write(UInt32(count))
      add(fields, .value(secret.reference), count: count)
    }
    if !order.connections.isEmpty {
      var fields = FieldWriter()
      fields.write(UInt16(clamping: order.connections.count))
      add(fields)
    }
    for connection in order.connections {
      var fields = FieldWriter()
      fields.write(connection.reference.description)
      for byte in connection.connectionID { fields.write(byte) }
      add(fields, .key(connection), count: connection.key.count)
    }
    guard length <= ControlFormat.maximumRequestLength,
      order.secrets.count <= ControlFormat.maximumValueCount
    else { throw .malformed("the values are too long for one message") }
    let kind =
      order.connections.isEmpty
      ? ControlRequest.Kind.swap : ControlRequest.Kind.swapWithConnections
    let head = FrameHead(kind: kind, identifier: 1, length: length)
    pieces.insert((head.bytes, .none), at: 0)
    var memory = try secretMemory(count: ControlFormat.headLength + length)
    memory.withUnsafeMutableBytes { memory in
      var offset = 0
      func add(_ bytes: UnsafeRawBufferPointer) {
        UnsafeMutableRawBufferPointer(rebasing: memory[offset...]).copyMemory(from: bytes)
        offset += bytes.count
      }
      for piece in pieces {
        piece.fields.withUnsafeBytes(add)
        switch piece.secret {
        case .none: break
        case .value(let reference): _ = order.values.withValue(of: reference, add)
        case .key(let connection): connection.key.withUnsafeBytes(add)
        }
      }
    }
    return ControlMessage(memory)
  }
}

func secretMemory(count: Int) throws(ControlError) -> SecretBytes {
  do { return try SecretBytes(count: count) } catch { throw .memory(error) }
}

private func secretMemory(copying bytes: [UInt8]) throws(ControlError) -> SecretBytes {
  var memory = try secretMemory(count: bytes.count)
  memory.withUnsafeMutableBytes { $0.copyBytes(from: bytes) }
  return memory
}
