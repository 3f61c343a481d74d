#if canImport(Darwin)
  internal import Platform

  func excludeFromForks(_ start: UnsafeMutableRawPointer?, _ count: Int) -> Bool {
    guard let start else { return true }
    return minherit(start, count, VM_INHERIT_NONE) == 0
  }
#endif
