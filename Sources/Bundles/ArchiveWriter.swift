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
    var name: String
    var mode: UInt32?
    var isFolder = false
    var (time, date) = (Self.time, Self.date)
    var source: OpaquePointer?
    switch item {
    case .copied(let index), .replaced(let index, _):
      let entry = layout.entries[index]
      (name, mode, isFolder) = (entry.name, entry.mode, entry.isFolder)
      (time, date) = (entry.time, entry.date)
      if case .replaced(_, let bytes) = item {
        source = self.source(bytes, archive, libzip)
      } else if !isFolder {
        source = functions.zip_source_zip(
          archive, reader.handle, UInt64(index), UInt32(valet_zip_compressed), 0, -1)
      }
    case .new(let newName, let bytes, let newMode):
      (name, mode) = (newName, newMode)
      source = self.source(bytes, archive, libzip)
    }

    let index: Int64
    if isFolder {
      index = functions.zip_dir_add(archive, name, UInt32(valet_zip_utf8))
    } else {
      guard let source else { throw failed() }
      index = functions.zip_file_add(archive, name, source, UInt32(valet_zip_utf8))
      if index < 0 { functions.zip_source_free(source) }
    }
    guard index >= 0 else { throw failed() }
    let number = UInt64(index)
    guard functions.zip_file_set_dostime(archive, number, time, date, 0) == 0 else {
      throw failed()
    }
    // Without bits it was not made on Unix, and hosts choose the mode.
    let kind: UInt32 = isFolder ? 0o040000 : 0o100000
    let attributes = mode.map { ($0 | kind) << 16 } ?? 0
    guard
      functions.zip_file_set_external_attributes(
        archive, number, 0, mode == nil ? 0 : UInt8(valet_zip_unix), attributes) == 0
    else { throw failed() }
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
