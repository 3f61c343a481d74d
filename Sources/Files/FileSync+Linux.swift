#if os(Linux)
  internal import Platform

  /// Makes what was written to a file or folder durable; negative with `errno` set on failure.
  func synchronizeToDisk(_ descriptor: Int32) -> Int32 { fsync(descriptor) }
#endif
