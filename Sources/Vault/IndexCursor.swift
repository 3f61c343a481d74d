/// Walks over the records of an opened index without allocating.
struct IndexCursor {
  struct Record {
    let type: UInt16
    let payload: UnsafeRawBufferPointer
  }

  private let index: UnsafeRawBufferPointer
  private var offset = 0

  init(_ index: UnsafeRawBufferPointer) { self.index = index }

  /// The next record; `nil` at the end.
  ///
  /// - Throws: ``VaultError/malformed(_:)`` where a record does not fit into the index, or where
  ///   the padding is not zero.
  mutating func next() throws(VaultError) -> Record? {
    guard index.count - offset >= VaultFormat.recordHeadLength else {
      return try end()
    }
    let type: UInt16 = index.integer(at: offset)
    if type == VaultFormat.RecordType.end { return try end() }
    let length = Int(index.integer(at: offset + 2, as: UInt32.self))
    offset += VaultFormat.recordHeadLength
    guard index.count - offset >= length else {
      throw .malformed("an index record is longer than the index")
    }
    defer { offset += length }
    return Record(type: type, payload: index.part(offset, length))
  }

  private mutating func end() throws(VaultError) -> Record? {
    // Fewer than 4,096 bytes in what any writer makes.
    for position in offset..<index.count where index[position] != 0 {
      throw .malformed("the padding of the index is not zero")
    }
    offset = index.count
    return nil
  }
}

/// A secret's record as it lies in the index, lengths checked.
struct SecretView {
  private let payload: UnsafeRawBufferPointer
  let nameLength: Int
  let noteLength: Int
  let versionCount: Int

  init(_ payload: UnsafeRawBufferPointer) throws(VaultError) {
    guard payload.count >= VaultFormat.secretHeadLength else {
      throw .malformed("a secret's record is too short")
    }
    self.payload = payload
    nameLength = Int(payload.integer(at: 0, as: UInt16.self))
    noteLength = Int(payload.integer(at: 2, as: UInt16.self))
    versionCount = Int(payload.integer(at: 4, as: UInt16.self))
    let expected =
      VaultFormat.secretHeadLength + nameLength + noteLength
      + versionCount * VaultFormat.versionLength
    guard payload.count == expected, nameLength > 0, versionCount > 0 else {
      throw .malformed("the lengths in a secret's record do not fit")
    }
  }

  var reserved: UInt16 { payload.integer(at: 6) }
  var flags: UInt32 { payload.integer(at: 8) }
  var created: Int64 { payload.integer(at: 12) }
  var modified: Int64 { payload.integer(at: 20) }
  var expires: Int64 { payload.integer(at: 28) }
  var name: UnsafeRawBufferPointer { payload.part(VaultFormat.secretHeadLength, nameLength) }
  var note: UnsafeRawBufferPointer {
    payload.part(VaultFormat.secretHeadLength + nameLength, noteLength)
  }

  /// Versions are stored from the newest, at 0, to the oldest.
  func version(_ position: Int) -> VersionView {
    precondition(position < versionCount)
    let start = VaultFormat.secretHeadLength + nameLength + noteLength
    return VersionView(
      payload.part(start + position * VaultFormat.versionLength, VaultFormat.versionLength))
  }
}

/// One version of a secret as it lies in the index.
struct VersionView {
  private let bytes: UnsafeRawBufferPointer

  init(_ bytes: UnsafeRawBufferPointer) {
    precondition(bytes.count == VaultFormat.versionLength)
    self.bytes = bytes
  }

  var recordID: RandomID { RandomID(bytes, at: 0) }
  var number: UInt32 { bytes.integer(at: 16) }
  var created: Int64 { bytes.integer(at: 20) }
  var nonce: UnsafeRawBufferPointer { bytes.part(28, VaultFormat.nonceLength) }
  var tag: UnsafeRawBufferPointer { bytes.part(52, VaultFormat.tagLength) }
  var offset: UInt64 { bytes.integer(at: 68) }
  var length: UInt32 { bytes.integer(at: 76) }
  /// Record id and version number: what the value's own key is derived from.
  var keyMessage: UnsafeRawBufferPointer { bytes.part(0, 20) }
}
