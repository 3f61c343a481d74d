#if os(Linux)
  internal import Platform

  /// Since Linux 4.14.
  func excludeFromForks(_ start: UnsafeMutableRawPointer?, _ count: Int) -> Bool {
    madvise(start, count, Int32(MADV_WIPEONFORK)) == 0
  }
#endif
