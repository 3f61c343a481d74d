internal import CLibzip

/// Unpacks the entries of an archive that lies in memory.
struct ArchiveReader: ~Copyable {
  private let libzip: Libzip
  private let archive: OpaquePointer
  private let entries: [ArchiveEntry]

  /// - Parameters:
  ///   - bytes: stay where they are as long as the reader is there.
  ///   - layout: theirs.
  /// - Throws: ``BundleError/libraryMissing(reason:)``; ``BundleError/archive(path:_:)`` where
  ///   libzip finds something in them that we did not.
  init(
    _ bytes: UnsafeRawBufferPointer, _ layout: ArchiveLayout, path: String
  ) throws(BundleError) {
    let libzip = try Libzip.load()
    guard let archive = libzip.open(bytes) else {
      throw .archive(path: path, .inconsistent("libzip cannot read it"))
    }
    guard libzip.functions.pointee.zip_get_num_entries(archive, 0) == layout.entries.count else {
      libzip.functions.pointee.zip_discard(archive)
      throw .archive(path: path, .inconsistent("libzip finds other entries"))
    }
    self.libzip = libzip
    self.archive = archive
    entries = layout.entries
  }

  deinit { libzip.functions.pointee.zip_discard(archive) }

  /// For what copies entries as they are stored.
  var handle: OpaquePointer { archive }

  /// Unpacks an entry piece by piece.
  ///
  /// - Throws: ``ArchiveFault/damaged(name:reason:)`` where it does not have the size and the
  ///   checksum that the directory says; what `body` throws.
  func read(
    _ index: Int, _ body: (UnsafeRawBufferPointer) throws(BundleError) -> Void, path: String
  ) throws(BundleError) {
    let entry = entries[index]
    if entry.isFolder { return }
    func damaged(_ reason: String) -> BundleError {
      .archive(path: path, .damaged(name: entry.name, reason: reason))
    }
    let file = libzip.functions.pointee.zip_fopen_index(archive, UInt64(index), 0)
    guard let file else { throw damaged(libzip.reason(archive)) }
    defer { _ = libzip.functions.pointee.zip_fclose(file) }
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    var done = 0
    while true {
      let count = buffer.withUnsafeMutableBytes { buffer in
        // Never empty.
        libzip.functions.pointee.zip_fread(
          file, buffer.baseAddress.unsafelyUnwrapped, UInt64(buffer.count))
      }
      // The checksum is compared at the end.
      guard count >= 0 else { throw damaged("it cannot be unpacked") }
      if count == 0 { break }
      done += Int(count)
      guard done <= entry.size else { throw damaged("it is larger than it says") }
      let failure: BundleError? = buffer.withUnsafeBytes { bytes in
        do throws(BundleError) {
          try body(UnsafeRawBufferPointer(rebasing: bytes[..<Int(count)]))
          return nil
        } catch {
          return error
        }
      }
      if let failure { throw failure }
    }
    guard done == entry.size else { throw damaged("it is smaller than it says") }
  }

  /// The whole of a small entry.
  func bytes(_ index: Int, path: String) throws(BundleError) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(entries[index].size)
    try read(index, { (piece) throws(BundleError) in bytes += piece }, path: path)
    return bytes
  }
}
