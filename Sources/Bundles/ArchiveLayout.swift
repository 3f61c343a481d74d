/// Where everything of a zip archive lies (APPNOTE.TXT 6.3.10), without unpacking anything.
///
/// Libraries are lenient, each in its own way, and the host that unpacks a bundle has another one
/// than we do. So an archive is accepted only where there is one way to read it: one end record, and
/// a directory and entries that lie one behind the other without gap or overlap and say the same.
package struct ArchiveLayout: Equatable, Sendable {
  /// In the order of the directory.
  package let entries: [ArchiveEntry]
  /// Bytes unpacked of all of them.
  package let unpackedSize: Int

  /// - Throws: ``ArchiveFault``.
  package init(
    of bytes: UnsafeRawBufferPointer, limits: BundleLimits = .standard
  ) throws(ArchiveFault) {
    guard bytes.count <= limits.archiveBytes else { throw .tooLarge(limit: limits.archiveBytes) }
    let end = try EndRecord(in: bytes)
    guard end.entries <= limits.entries else { throw .tooManyEntries(limit: limits.entries) }
    var names = ArchiveNames(limit: limits.entries)
    var entries: [ArchiveEntry] = []
    var total = 0
    var offset = end.directory
    while offset < end.position {
      guard entries.count < end.entries else { throw .inconsistent("more entries than it says") }
      let record = try DirectoryRecord(in: bytes, at: offset, limit: end.position)
      let entry = try record.entry(in: bytes, limits: limits)
      try names.add(entry)
      // Each below 4 GiB, so that the sum cannot overflow.
      total += entry.size
      guard total <= limits.unpackedBytes else {
        throw .tooLargeUnpacked(limit: limits.unpackedBytes)
      }
      entries.append(entry)
      offset = record.next
    }
    guard entries.count == end.entries else { throw .inconsistent("fewer entries than it says") }
    try Self.checkPlaces(entries, directory: end.directory)
    self.entries = entries
    unpackedSize = total
  }

  /// From the first byte to the directory, entry behind entry: nothing in front, which could be
  /// another archive or a program; nothing between, which a reader that goes from entry to entry
  /// would find; nothing used twice, of which bombs are made.
  private static func checkPlaces(
    _ entries: [ArchiveEntry], directory: Int
  ) throws(ArchiveFault) {
    var position = 0
    for entry in entries.sorted(by: { $0.start < $1.start }) {
      guard entry.start >= position else { throw .inconsistent("entries overlap") }
      guard entry.start == position else {
        throw .inconsistent("there are bytes that belong to no entry")
      }
      position = entry.end
    }
    guard position == directory else {
      throw .inconsistent(
        position > directory
          ? "an entry overlaps the directory" : "there are bytes that belong to no entry")
    }
  }

  /// The entry of a name, which is compared byte by byte; `nil` where there is none.
  package func index(of name: String) -> Int? {
    entries.firstIndex { $0.name.utf8.elementsEqual(name.utf8) }
  }
}

/// "End of central directory record", 4.3.16.
struct EndRecord {
  static let length = 22
  static let signature: UInt32 = 0x0605_4B50
  /// A comment has a length of 16 bits.
  static let maximumComment = 0xFFFF

  let position: Int
  let directory: Int
  let entries: Int

  init(in bytes: UnsafeRawBufferPointer) throws(ArchiveFault) {
    guard let position = Self.position(in: bytes) else { throw .notZip }
    let comment = Int(bytes.number16(at: position + 20))
    // Readers take the last signature, or the last one whose comment fits: they must be the same.
    guard position + Self.length + comment == bytes.count else {
      throw .inconsistent("its comment has another length than it says")
    }
    let disks = [4, 6].map { bytes.number16(at: position + $0) }
    guard disks == [0, 0] else { throw .unsupported("the archive is on several disks") }
    let size = Int(bytes.number32(at: position + 12))
    let directory = Int(bytes.number32(at: position + 16))
    let entries = bytes.number16(at: position + 10)
    let hasLocator =
      position >= 20 && bytes.number32(at: position - 20) == 0x0706_4B50
    guard !hasLocator, entries != 0xFFFF, directory != 0xFFFF_FFFF, size != 0xFFFF_FFFF else {
      throw .unsupported("the archive is of the kind for more than 4 GiB (zip64)")
    }
    guard bytes.number16(at: position + 8) == entries else {
      throw .inconsistent("it has two numbers of entries")
    }
    guard directory + size == position else {
      throw .inconsistent("the directory is not where it says")
    }
    self.position = position
    self.directory = directory
    self.entries = Int(entries)
  }

  /// Where the last one begins; `nil` where there is none.
  static func position(in bytes: UnsafeRawBufferPointer) -> Int? {
    guard bytes.count >= length else { return nil }
    let first = max(0, bytes.count - length - maximumComment)
    for position in stride(from: bytes.count - length, through: first, by: -1)
    where bytes[position] == 0x50 && bytes.number32(at: position) == signature {
      return position
    }
    return nil
  }
}

extension UnsafeRawBufferPointer {
  /// Two bytes, the low one first. The caller knows that they are there.
  func number16(at offset: Int) -> UInt16 {
    UInt16(self[offset]) | UInt16(self[offset + 1]) << 8
  }

  /// Four bytes, the lowest first. The caller knows that they are there.
  func number32(at offset: Int) -> UInt32 {
    UInt32(number16(at: offset)) | UInt32(number16(at: offset + 2)) << 16
  }
}
