#if canImport(Darwin)
  internal import Platform

  extension Supervisor {
    /// Of this process, in bytes; 0 where the system does not say.
    static var anonymousMemory: UInt64 {
      var usage = rusage_info_v0()
      let result = withUnsafeMutablePointer(to: &usage) {
        $0.withMemoryRebound(to: rusage_info_t?.self, capacity: 1) {
          proc_pid_rusage(getpid(), RUSAGE_INFO_V0, $0)
        }
      }
      return result == 0 ? usage.ri_phys_footprint : 0
    }
  }
#endif
