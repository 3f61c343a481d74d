#if os(Linux)
  internal import Platform

  enum LockedMemory {
    // `RLIM_INFINITY`, which Swift takes for a negative number.
    static let unlimited = rlim_t.max

    static func readLimit(_ limit: inout rlimit) -> Bool {
      getrlimit(Int32(__RLIMIT_MEMLOCK.rawValue), &limit) == 0
    }
  }
#endif
