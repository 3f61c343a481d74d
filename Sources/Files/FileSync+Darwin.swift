#if canImport(Darwin)
  internal import Platform

  /// Makes what was written to a file or folder durable; negative with `errno` set on failure.
  ///
  /// `fsync` leaves the bytes in the drive's own cache here (fsync(2)); where the file system has
  /// no full sync it is what there is.
  func synchronizeToDisk(_ descriptor: Int32) -> Int32 {
    let result = fcntl(descriptor, F_FULLFSYNC)
    return result < 0 && (errno == ENOTSUP || errno == EINVAL) ? fsync(descriptor) : result
  }

  /// There is no cheaper full sync here.
  func synchronizeDataToDisk(_ descriptor: Int32) -> Int32 { synchronizeToDisk(descriptor) }
#endif
