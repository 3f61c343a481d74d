#if os(Linux)
  internal import Platform

  func excludeFromCoreDumps(_ memory: UnsafeRawBufferPointer) {
    madvise(UnsafeMutableRawPointer(mutating: memory.baseAddress), memory.count, MADV_DONTDUMP)
  }
#endif
