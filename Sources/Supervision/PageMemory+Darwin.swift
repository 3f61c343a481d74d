#if canImport(Darwin)
  /// There is no such wish; ``hardenProcess`` has switched core dumps off.
  func excludeFromCoreDumps(_ memory: UnsafeRawBufferPointer) {}
#endif
