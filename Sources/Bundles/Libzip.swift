// This file, `ArchiveReader` and `ArchiveWriter` are the only ones that touch C types of libzip.
internal import CLibzip
private import Synchronization

/// The functions of libzip, loaded on first use.
struct Libzip {
  /// Never changes once it is there, and is never unloaded.
  nonisolated(unsafe) let functions: UnsafePointer<valet_libzip>

  private static let loaded = Mutex<Result<Libzip, BundleError>?>(nil)

  /// - Throws: ``BundleError/libraryMissing(reason:)``.
  static func load() throws(BundleError) -> Libzip {
    let result = loaded.withLock { loaded in
      if let loaded { return loaded }
      var problem: UnsafePointer<CChar>?
      let result: Result<Libzip, BundleError> =
        if let functions = valet_libzip_load(&problem) {
          .success(Libzip(functions: functions))
        } else {
          .failure(.libraryMissing(reason: problem.map { String(cString: $0) } ?? "unknown"))
        }
      loaded = result
      return result
    }
    return try result.get()
  }

  /// Opens an archive that lies in memory and stays there as long as what is returned is open.
  func open(_ bytes: UnsafeRawBufferPointer) -> OpaquePointer? {
    let source = functions.pointee.zip_source_buffer_create(
      bytes.baseAddress, UInt64(bytes.count), 0, nil)
    guard let source else { return nil }
    let flags = Int32(valet_zip_read_only | valet_zip_consistent)
    guard let archive = functions.pointee.zip_open_from_source(source, flags, nil) else {
      functions.pointee.zip_source_free(source)
      return nil
    }
    return archive
  }

  func reason(_ archive: OpaquePointer) -> String {
    String(cString: functions.pointee.zip_strerror(archive))
  }
}
