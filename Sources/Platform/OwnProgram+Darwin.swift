#if canImport(Darwin)
  extension OwnProgram {
    /// Absolute path of the executable of this process, links resolved.
    package static var path: String? {
      var size = UInt32(PATH_MAX)
      var path = [CChar](repeating: 0, count: Int(size))
      guard _NSGetExecutablePath(&path, &size) == 0, let resolved = realpath(path, nil) else {
        return nil
      }
      defer { free(resolved) }
      return String(validatingCString: resolved)
    }
  }
#endif
