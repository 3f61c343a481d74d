#if os(Linux)
  internal import Platform

  /// Makes what was written to a file or folder durable; negative with `errno` set on failure.
  func synchronizeToDisk(_ descriptor: Int32) -> Int32 { fsync(descriptor) }

  /// As ``synchronizeToDisk(_:)`` for a file's bytes and length, without its times.
  func synchronizeDataToDisk(_ descriptor: Int32) -> Int32 { fdatasync(descriptor) }
#endif
