internal import Secrets

/// Puts frames together from what a descriptor gives, straight into the memory that they stay in.
///
/// ```swift
/// while let frame = try assembler.next() { … }
/// let count = try assembler.withSpace { read(descriptor, $0.baseAddress, $0.count) }
/// ```
package struct FrameAssembler: ~Copyable {
  /// The head while it is incomplete, then the payload.
  private var memory: SecretBytes
  private var filled = 0
  private var kind: UInt8?
  private var finished: ExchangeFrame?

  /// - Throws: ``ConnectionError/memory(_:)``.
  package init() throws(ConnectionError) {
    memory = try inMemory { () throws(SecretMemoryError) in
      try SecretBytes(count: ExchangeFormat.headLength)
    }
  }

  /// Whether a frame is begun and not complete: the end of input now cuts it off.
  package var isInsideFrame: Bool { filled > 0 || kind != nil }

  /// Lends memory for what comes next, never for more than one frame.
  ///
  /// - Parameter body: fills it from its start, and returns how many bytes; 0 or less for none.
  ///   It is not called while a frame waits to be taken by ``next()``.
  /// - Returns: what `body` returned; 0 when it was not called.
  /// - Throws: ``ConnectionError/tooLarge(byteCount:limit:)``, ``ConnectionError/memory(_:)``.
  package mutating func withSpace(
    _ body: (UnsafeMutableRawBufferPointer) -> Int
  ) throws(ConnectionError) -> Int {
    if finished != nil { return 0 }
    let offset = filled
    let count = memory.withUnsafeMutableBytes {
      body(UnsafeMutableRawBufferPointer(rebasing: $0[offset...]))
    }
    guard count > 0 else { return count }
    filled += min(count, memory.count - filled)
    if filled == memory.count { try advance() }
    return count
  }

  /// The frame that is complete, once; `nil` while there is none.
  package mutating func next() -> ExchangeFrame? {
    defer { finished = nil }
    return finished
  }

  private mutating func advance() throws(ConnectionError) {
    guard let kind else {
      let (length, kind) = memory.withUnsafeBytes { head in
        (Int(UInt32(littleEndian: head.loadUnaligned(as: UInt32.self))), head[4])
      }
      guard length <= ExchangeFormat.maximumPayloadLength else {
        throw .tooLarge(byteCount: length, limit: ExchangeFormat.maximumPayloadLength)
      }
      self.kind = kind
      try renew(count: length)
      if length == 0 { try advance() }
      return
    }
    var payload = try Self.head()
    swap(&payload, &memory)
    filled = 0
    self.kind = nil
    finished = ExchangeFrame(kind: kind, payload: SharedSecret(payload))
  }

  private mutating func renew(count: Int) throws(ConnectionError) {
    memory = try inMemory { () throws(SecretMemoryError) in try SecretBytes(count: count) }
    filled = 0
  }

  private static func head() throws(ConnectionError) -> SecretBytes {
    try inMemory { () throws(SecretMemoryError) in
      try SecretBytes(count: ExchangeFormat.headLength)
    }
  }
}

/// The whole frame, ready to be written.
func frame(kind: UInt8, _ fields: FieldList) throws(ConnectionError) -> SecretBytes {
  let length = fields.byteCount
  guard length <= ExchangeFormat.maximumPayloadLength else {
    throw .tooLarge(byteCount: length, limit: ExchangeFormat.maximumPayloadLength)
  }
  let head = (0..<4).map { UInt8(length >> (8 * $0) & 0xFF) } + [kind]
  return try fields.encoded(behind: head)
}
