#if canImport(Darwin)
  internal import Platform

  /// The program of the process that started this one, for the log.
  enum ParentProgram {
    /// Absolute; `nil` where the system does not say, as of a process of another user.
    static var path: [UInt8]? {
      var buffer = [UInt8](repeating: 0, count: 4096)
      let count = proc_pidpath(getppid(), &buffer, UInt32(buffer.count))
      return count > 0 ? Array(buffer.prefix(Int(count))) : nil
    }
  }
#endif
