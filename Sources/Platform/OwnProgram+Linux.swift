#if os(Linux)
  extension OwnProgram {
    /// Absolute path of the executable of this process, links resolved.
    package static var path: String? {
      guard let resolved = realpath("/proc/self/exe", nil) else { return nil }
      defer { free(resolved) }
      return String(validatingCString: resolved)
    }
  }
#endif
