#if canImport(Darwin)
  internal import Platform

  enum LockedMemory {
    static let unlimited = RLIM_INFINITY

    static func readLimit(_ limit: inout rlimit) -> Bool {
      getrlimit(RLIMIT_MEMLOCK, &limit) == 0
    }
  }
#endif
