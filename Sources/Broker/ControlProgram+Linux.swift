#if os(Linux)
  internal import Platform

  extension ControlProgram {
    /// Absolute path of the executable of this process, links resolved.
    static var ownPath: String? {
      guard let resolved = realpath("/proc/self/exe", nil) else { return nil }
      defer { free(resolved) }
      return String(validatingCString: resolved)
    }
  }
#endif
