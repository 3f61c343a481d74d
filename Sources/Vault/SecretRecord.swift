internal import Secrets

/// A secret as a writer works on it. Values are not in it, only where they lie.
struct SecretRecord {
  var name: SecretName
  var note: String
  /// Reserved; kept as it was read.
  var flags: UInt32 = 0
  /// When the name was first stored, in seconds since 1970-01-01T00:00:00Z.
  var created: Int64
  /// When value, note or expiry last changed.
  var modified: Int64
  /// 0: never.
  var expires: Int64
  /// From the newest to the oldest; never empty.
  var versions: [SecretVersion]
}

/// One value of a secret.
struct SecretVersion {
  /// Where the sealed bytes are until the next write.
  enum Source {
    /// In the values region of the file that was read.
    case stored(offset: Int)
    /// In memory.
    case fresh([UInt8])
    /// In the values region of the file that was read, sealed under the key before; the
    /// version's own nonce and tag are those of the new key already.
    case resealed(offset: Int, nonce: [UInt8], tag: [UInt8])
  }

  /// Drawn anew for every version.
  var recordID: RandomID
  /// 1 for the first value of a name, then one more each time.
  var number: UInt32
  var created: Int64
  /// 24 bytes.
  var nonce: [UInt8]
  /// 16 bytes.
  var tag: [UInt8]
  /// 1 byte to 1 MiB.
  var length: Int
  var source: Source

  /// What the value's own key is derived from, 20 bytes; as ``VersionView/keyMessage``.
  var keyMessage: [UInt8] {
    [UInt8](unsafeUninitializedCapacity: 20) { buffer, used in
      var writer = ByteWriter(UnsafeMutableRawBufferPointer(buffer))
      recordID.withBytes { writer.write($0) }
      writer.write(number)
      used = writer.offset
    }
  }

  func encode(into writer: inout ByteWriter, offset: Int) {
    recordID.withBytes { writer.write($0) }
    writer.write(number)
    writer.write(created)
    writer.write(nonce)
    writer.write(tag)
    writer.write(UInt64(offset))
    writer.write(UInt32(length))
  }
}

extension SecretRecord {
  /// - Parameter valuesLength: of the file, in bytes: values must lie within.
  init(_ view: SecretView, valuesLength: Int) throws(VaultError) {
    guard let text = String(validating: view.name, as: UTF8.self),
      let name = try? SecretName(text)
    else { throw .malformed("a secret has an impossible name") }
    guard view.noteLength <= SecretLimits.maximumNoteLength,
      let note = String(validating: view.note, as: UTF8.self)
    else { throw .malformed("the note of \(name) is too long or no UTF-8") }
    guard view.reserved == 0 else {
      throw .malformed("a reserved field of \(name) is set")
    }
    self.name = name
    self.note = note
    flags = view.flags
    created = view.created
    modified = view.modified
    expires = view.expires
    versions = []
    versions.reserveCapacity(view.versionCount)
    for position in 0..<view.versionCount {
      let version = view.version(position)
      versions.append(
        SecretVersion(
          recordID: version.recordID, number: version.number, created: version.created,
          nonce: Array(version.nonce), tag: Array(version.tag), length: Int(version.length),
          source: .stored(
            offset: try version.checkedOffset(valuesLength: valuesLength, name: name))))
    }
    for (newer, older) in zip(versions, versions.dropFirst()) where newer.number <= older.number {
      throw .malformed("the versions of \(name) are out of order")
    }
  }

  var encodedLength: Int {
    VaultFormat.secretHeadLength + name.text.utf8.count + note.utf8.count
      + versions.count * VaultFormat.versionLength
  }

  /// - Parameter offset: where the first value lies; moved behind the last one.
  func encode(into writer: inout ByteWriter, offset: inout Int) {
    writer.write(UInt16(name.text.utf8.count))
    writer.write(UInt16(note.utf8.count))
    writer.write(UInt16(versions.count))
    writer.write(UInt16(0))
    writer.write(flags)
    writer.write(created)
    writer.write(modified)
    writer.write(expires)
    writer.write(name.text)
    writer.write(note)
    for version in versions {
      version.encode(into: &writer, offset: offset)
      offset += version.length
    }
  }
}

extension VersionView {
  /// Where the value begins in the values region.
  ///
  /// - Throws: ``VaultError/malformed(_:)`` when it does not lie within, or has an impossible
  ///   length.
  func checkedOffset(valuesLength: Int, name: SecretName) throws(VaultError) -> Int {
    let length = Int(length)
    guard (1...SecretLimits.maximumValueLength).contains(length), valuesLength >= length,
      offset <= UInt64(valuesLength - length)
    else { throw .malformed("a value of \(name) lies outside the values") }
    return Int(offset)
  }
}
