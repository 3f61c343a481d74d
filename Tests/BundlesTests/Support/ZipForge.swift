/// Makes zip archives by hand, every field of which can be wrong.
struct ZipForge {
  struct Entry {
    var name: [UInt8]
    var content: [UInt8] = []
    /// Raw bytes in the archive; `nil`: the content as it is.
    var stored: [UInt8]?
    var method: UInt16 = 0
    var flags: UInt16 = 0
    /// Upper half of the external attributes.
    var mode: UInt32 = 0o100644
    var extra: [UInt8] = []
    /// What the directory says instead of the truth.
    var size: UInt32?
    var packedSize: UInt32?
    var checksum: UInt32?
    var start: UInt32?
    /// What the entry's own header says instead of what the directory says.
    var localName: [UInt8]?
    var localSize: UInt32?
    var localMethod: UInt16?
    /// Of the descriptor behind the data, where the flags ask for one.
    var hasSignature = true
    var descriptorSize: UInt32?
    /// Behind all that.
    var trailer: [UInt8] = []

    init(_ name: String, _ content: String = "", mode: UInt32 = 0o100644) {
      self.name = Array(name.utf8)
      self.content = Array(content.utf8)
      self.mode = mode
    }

    static func folder(_ name: String) -> Entry { Entry(name + "/", mode: 0o040755) }

    /// Deflate (RFC 1951) without compression: one last block that is stored.
    func deflated() -> Entry {
      var entry = self
      let count = UInt16(content.count)
      entry.stored =
        [1] + ZipForge.bytes(count) + ZipForge.bytes(~count) + content
      entry.method = 8
      return entry
    }

    func with(_ change: (inout Entry) -> Void) -> Entry {
      var entry = self
      change(&entry)
      return entry
    }
  }

  var entries: [Entry] = []
  var prefix: [UInt8] = []
  /// Between the last entry and the directory.
  var gap: [UInt8] = []
  /// Between the directory and the end record.
  var locator: [UInt8] = []
  var comment: [UInt8] = []
  /// What the end record says instead of the truth.
  var count: UInt16?
  var commentLength: UInt16?
  var disk: UInt16 = 0
  var directoryStart: UInt32?
  var suffix: [UInt8] = []

  init(_ entries: [Entry]) { self.entries = entries }

  func with(_ change: (inout ZipForge) -> Void) -> ZipForge {
    var forge = self
    change(&forge)
    return forge
  }

  var bytes: [UInt8] {
    var archive = prefix
    var directory: [UInt8] = []
    for entry in entries {
      let data = entry.stored ?? entry.content
      let start = UInt32(archive.count)
      let checksum = entry.checksum ?? Self.crc32(entry.content)
      let size = entry.size ?? UInt32(entry.content.count)
      let packed = entry.packedSize ?? UInt32(data.count)
      let hasDescriptor = entry.flags & 8 != 0
      let localName = entry.localName ?? entry.name
      archive += Self.bytes(UInt32(0x0403_4B50)) + Self.bytes(UInt16(20))
      archive += Self.bytes(entry.flags) + Self.bytes(entry.localMethod ?? entry.method)
      archive += Self.bytes(UInt16(0)) + Self.bytes(UInt16(0x21))
      archive += Self.bytes(hasDescriptor ? 0 : checksum)
      archive += Self.bytes(hasDescriptor ? 0 : packed)
      archive += Self.bytes(hasDescriptor ? 0 : entry.localSize ?? size)
      archive += Self.bytes(UInt16(localName.count)) + Self.bytes(UInt16(0)) + localName + data
      if hasDescriptor {
        if entry.hasSignature { archive += Self.bytes(UInt32(0x0807_4B50)) }
        archive += Self.bytes(checksum) + Self.bytes(packed)
        archive += Self.bytes(entry.descriptorSize ?? size)
      }
      archive += entry.trailer

      directory += Self.bytes(UInt32(0x0201_4B50)) + Self.bytes(UInt16(3 << 8 | 20))
      directory += Self.bytes(UInt16(20)) + Self.bytes(entry.flags) + Self.bytes(entry.method)
      directory += Self.bytes(UInt16(0)) + Self.bytes(UInt16(0x21)) + Self.bytes(checksum)
      directory += Self.bytes(packed) + Self.bytes(size)
      directory += Self.bytes(UInt16(entry.name.count)) + Self.bytes(UInt16(entry.extra.count))
      directory += Self.bytes(UInt16(0)) + Self.bytes(UInt16(0)) + Self.bytes(UInt16(0))
      directory += Self.bytes(entry.mode << 16) + Self.bytes(entry.start ?? start)
      directory += entry.name + entry.extra
    }
    archive += gap
    let start = directoryStart ?? UInt32(archive.count)
    archive += directory + locator
    archive += Self.bytes(UInt32(0x0605_4B50)) + Self.bytes(disk) + Self.bytes(disk)
    archive += Self.bytes(count ?? UInt16(entries.count))
    archive += Self.bytes(count ?? UInt16(entries.count))
    archive += Self.bytes(UInt32(directory.count)) + Self.bytes(start)
    archive += Self.bytes(commentLength ?? UInt16(comment.count)) + comment
    return archive + suffix
  }

  static func bytes(_ number: UInt16) -> [UInt8] { [UInt8(number & 0xFF), UInt8(number >> 8)] }

  static func bytes(_ number: UInt32) -> [UInt8] {
    bytes(UInt16(number & 0xFFFF)) + bytes(UInt16(number >> 16))
  }

  /// ISO 3309, bit by bit.
  static func crc32(_ bytes: [UInt8]) -> UInt32 {
    var remainder: UInt32 = 0xFFFF_FFFF
    for byte in bytes {
      remainder ^= UInt32(byte)
      for _ in 0..<8 {
        remainder = remainder & 1 == 1 ? remainder >> 1 ^ 0xEDB8_8320 : remainder >> 1
      }
    }
    return ~remainder
  }
}
