internal import CLibzip
internal import Platform

/// Writes an archive from entries of another one, as they are stored there, and new ones.
enum ArchiveWriter {
  enum Item {
    /// An entry of the other archive: its bytes, mode and time.
    case copied(index: Int)
    /// The same, with other bytes.
    case replaced(index: Int, [UInt8])
    /// A new file.
    case new(name: String, [UInt8], mode: UInt32)
  }

  /// 1980-01-01 00:00, the first moment that MS-DOS knows: what is new says nothing of when it was
  /// written, so that the same bundle gives the same bytes.
  private static let time: UInt16 = 0
  private static let date: UInt16 = 1 << 5 | 1

  /// - Parameter path: of a file that does not exist; on errors it does not exist then either.
  /// - Throws: ``BundleError/library(operation:path:reason:)``.
  static func write(
    _ items: [Item], from reader: borrowing ArchiveReader, _ layout: ArchiveLayout,
    to path: String
  ) throws(BundleError) {
    let libzip = try Libzip.load()
    let archive = libzip.functions.pointee.zip_open(
      path, Int32(valet_zip_create | valet_zip_exclusive), nil)
    guard let archive else {
      throw .library(operation: "create", path: path, reason: String(cString: strerror(errno)))
    }
    do throws(BundleError) {
      for item in items {
        try add(item, from: reader, layout, to: archive, libzip, path: path)
      }
    } catch {
      libzip.functions.pointee.zip_discard(archive)
      throw error
    }
    guard libzip.functions.pointee.zip_close(archive) == 0 else {
      let reason = libzip.reason(archive)
      libzip.functions.pointee.zip_discard(archive)
      throw .library(operation: "write", path: path, reason: reason)
    }
  }

  private static func add(
    _ item: Item, from reader: borrowing ArchiveReader, _ layout: ArchiveLayout,
    to archive: OpaquePointer, _ libzip: Libzip, path: String
  ) throws(BundleError) {
    func failed() -> BundleError {
      .library(operation: "write", path: path, reason: libzip.reason(archive))
    }
    let functions = libzip.functions.pointee
    let header = Header(item, layout)
    let index: Int64
    if header.isFolder {
      index = functions.zip_dir_add(archive, header.name, UInt32(valet_zip_utf8))
    } else {
      guard let source = source(of: item, from: reader, archive, libzip) else { throw failed() }
      index = functions.zip_file_add(archive, header.name, source, UInt32(valet_zip_utf8))
      if index < 0 { functions.zip_source_free(source) }
    }
    guard index >= 0 else { throw failed() }
    let number = UInt64(index)
    guard functions.zip_file_set_dostime(archive, number, header.time, header.date, 0) == 0,
      functions.zip_file_set_external_attributes(
        archive, number, 0, header.system, header.attributes) == 0
    else { throw failed() }
  }

  /// What is said of an entry beside its bytes.
  private struct Header {
    let name: String
    let isFolder: Bool
    let time: UInt16
    let date: UInt16
    private let mode: UInt32?

    init(_ item: Item, _ layout: ArchiveLayout) {
      switch item {
      case .copied(let index), .replaced(let index, _):
        let entry = layout.entries[index]
        (name, isFolder, mode) = (entry.name, entry.isFolder, entry.mode)
        (time, date) = (entry.time, entry.date)
      case .new(let name, _, let mode):
        (self.name, isFolder, self.mode) = (name, false, mode)
        (time, date) = (ArchiveWriter.time, ArchiveWriter.date)
      }
    }

    // Without bits it was not made on Unix, and hosts choose the mode.
    var system: UInt8 { mode == nil ? 0 : UInt8(valet_zip_unix) }
    var attributes: UInt32 {
      let kind: UInt32 = isFolder ? 0o040000 : 0o100000
      return mode.map { ($0 | kind) << 16 } ?? 0
    }
  }

  /// The bytes of a file; `nil` on errors.
  private static func source(
    of item: Item, from reader: borrowing ArchiveReader, _ archive: OpaquePointer,
    _ libzip: Libzip
  ) -> OpaquePointer? {
    switch item {
    case .copied(let index):
      libzip.functions.pointee.zip_source_zip(
        archive, reader.handle, UInt64(index), UInt32(valet_zip_compressed), 0, -1)
    case .replaced(_, let bytes), .new(_, let bytes, _): source(bytes, archive, libzip)
    }
  }

  /// A source that owns a copy of the bytes.
  private static func source(
    _ bytes: [UInt8], _ archive: OpaquePointer, _ libzip: Libzip
  ) -> OpaquePointer? {
    guard let copy = malloc(max(bytes.count, 1)) else { return nil }
    bytes.withUnsafeBytes {
      if let start = $0.baseAddress { memcpy(copy, start, $0.count) }
    }
    let source = libzip.functions.pointee.zip_source_buffer(
      archive, copy, UInt64(bytes.count), 1)
    if source == nil { free(copy) }
    return source
  }
}
