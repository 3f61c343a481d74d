/// "Central directory header", 4.3.12, and the entry's own header, 4.3.7, which must say the same.
struct DirectoryRecord {
  private static let length = 46
  private static let localLength = 30

  /// Where the next one begins.
  let next: Int
  private let position: Int
  private let name: Range<Int>
  private let extra: Range<Int>

  /// - Parameter limit: where the directory ends.
  init(
    in bytes: UnsafeRawBufferPointer, at position: Int, limit: Int
  ) throws(ArchiveFault) {
    guard position + Self.length <= limit, bytes.number32(at: position) == 0x0201_4B50 else {
      throw .inconsistent("its directory is damaged")
    }
    self.position = position
    let start = position + Self.length
    name = start..<start + Int(bytes.number16(at: position + 28))
    extra = name.upperBound..<name.upperBound + Int(bytes.number16(at: position + 30))
    next = extra.upperBound + Int(bytes.number16(at: position + 32))
    guard next <= limit else { throw .inconsistent("its directory is damaged") }
  }

  func entry(
    in bytes: UnsafeRawBufferPointer, limits: BundleLimits
  ) throws(ArchiveFault) -> ArchiveEntry {
    let text = try ArchiveNames.text(UnsafeRawBufferPointer(rebasing: bytes[name]))
    let flags = bytes.number16(at: position + 8)
    // Encrypted, strongly encrypted, a masked directory.
    guard flags & 0x2041 == 0 else { throw .encrypted(name: text) }
    // 0x0020: patches, and 0x1000 ff.: reserved.
    guard flags & 0xD7B0 == 0 else {
      throw .unsupported("an entry has flags that no host knows")
    }
    try checkUnicodeName(in: bytes, text)
    let isFolder = text.utf8.last == UInt8(ascii: "/")
    let plain = isFolder ? String(text.utf8.dropLast()) ?? text : text
    try ArchiveNames.check(plain, limit: limits.nameBytes)
    let mode = try mode(in: bytes, plain, isFolder: isFolder)

    let size = bytes.number32(at: position + 24)
    let packed = bytes.number32(at: position + 20)
    let start = bytes.number32(at: position + 42)
    guard size != 0xFFFF_FFFF, packed != 0xFFFF_FFFF, start != 0xFFFF_FFFF,
      bytes.number16(at: position + 34) == 0
    else { throw .unsupported("an entry is of the kind for more than 4 GiB (zip64)") }
    let method = bytes.number16(at: position + 10)
    guard method == 0 || method == 8 else {
      throw .unsupported("'\(plain)' is packed by a method that hosts do not know (\(method))")
    }
    guard method == 8 || size == packed else {
      throw .inconsistent("'\(plain)' has two sizes")
    }
    guard !isFolder || size == 0 else { throw .inconsistent("a folder has content") }
    if Int(size) > limits.ratioFloor, Int(size) / limits.ratio > Int(packed) {
      throw .bomb(name: plain)
    }
    return ArchiveEntry(
      name: plain, isFolder: isFolder, mode: mode, size: Int(size), packedSize: Int(packed),
      checksum: bytes.number32(at: position + 16), time: bytes.number16(at: position + 12),
      date: bytes.number16(at: position + 14), start: Int(start),
      end: try end(in: bytes, start: Int(start), packed: Int(packed), plain))
  }

  /// Permission bits; the kind of file, where there is one, must be that of a file or a folder.
  private func mode(
    in bytes: UnsafeRawBufferPointer, _ name: String, isFolder: Bool
  ) throws(ArchiveFault) -> UInt32? {
    let attributes = bytes.number32(at: position + 38) >> 16
    switch attributes & 0o170000 {
    case 0: break
    case 0o100000: if isFolder { throw .inconsistent("'\(name)' is a file and a folder") }
    case 0o040000: if !isFolder { throw .inconsistent("'\(name)' is a file and a folder") }
    case 0o120000: throw .link(name: name)
    default: throw .specialFile(name: name)
    }
    guard isFolder || attributes & 0o6000 == 0 else { throw .specialFile(name: name) }
    // No bits at all: not made on Unix, so that there are none to keep.
    return attributes & 0o777 == 0 ? nil : attributes & 0o777
  }

  /// Reads the entry's own header.
  ///
  /// - Returns: where the next entry, or the directory, must begin.
  private func end(
    in bytes: UnsafeRawBufferPointer, start: Int, packed: Int, _ text: String
  ) throws(ArchiveFault) -> Int {
    let damaged = ArchiveFault.inconsistent("'\(text)' is not where the directory says")
    guard start + Self.localLength <= bytes.count, bytes.number32(at: start) == 0x0403_4B50 else {
      throw damaged
    }
    let nameStart = start + Self.localLength
    let nameEnd = nameStart + Int(bytes.number16(at: start + 26))
    let data = nameEnd + Int(bytes.number16(at: start + 28))
    guard data + packed <= bytes.count else { throw damaged }
    guard bytes[nameStart..<nameEnd].elementsEqual(bytes[name]) else {
      throw .inconsistent("'\(text)' has two names")
    }
    let flags = bytes.number16(at: start + 6)
    guard flags == bytes.number16(at: position + 8),
      bytes.number16(at: start + 8) == bytes.number16(at: position + 10)
    else { throw .inconsistent("'\(text)' has two headers that differ") }
    // Checksum and both sizes: here, or behind the data where bit 3 says so.
    let facts = bytes[position + 16..<position + 28]
    let hasDescriptor = flags & 8 != 0
    let own = bytes[start + 14..<start + 26]
    guard own.elementsEqual(facts) || hasDescriptor && own.allSatisfy({ $0 == 0 }) else {
      throw .inconsistent("'\(text)' has two sizes or checksums")
    }
    let end = data + packed
    guard hasDescriptor else { return end }
    // 4.3.9: with a signature or without.
    for length in [16, 12] where end + length <= bytes.count {
      let isSigned = length == 16
      if isSigned, bytes.number32(at: end) != 0x0807_4B50 { continue }
      if bytes[end + length - 12..<end + length].elementsEqual(facts) { return end + length }
    }
    throw .inconsistent("'\(text)' has two sizes or checksums")
  }

  /// A second name, which some readers prefer ("Info-ZIP Unicode Path", 4.6.9), must be the first;
  /// and no sizes for zip64 may stand beside the others (4.5.3).
  private func checkUnicodeName(
    in bytes: UnsafeRawBufferPointer, _ text: String
  ) throws(ArchiveFault) {
    var offset = extra.lowerBound
    while offset + 4 <= extra.upperBound {
      let kind = bytes.number16(at: offset)
      let end = offset + 4 + Int(bytes.number16(at: offset + 2))
      guard end <= extra.upperBound else { throw .inconsistent("its directory is damaged") }
      if kind == 1 {
        throw .unsupported("an entry is of the kind for more than 4 GiB (zip64)")
      }
      if kind == 0x7075, end < offset + 9 || !bytes[offset + 9..<end].elementsEqual(text.utf8) {
        throw .inconsistent("'\(text)' has two names")
      }
      offset = end
    }
  }
}
