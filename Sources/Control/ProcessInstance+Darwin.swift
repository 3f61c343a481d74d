#if canImport(Darwin)
  internal import Platform

  extension ProcessInstance {
    static var ownProcessID: Int32 { getpid() }

    /// Microseconds since 1970-01-01T00:00:00Z.
    static func startTime(of processID: Int32) -> UInt64? {
      var info = proc_bsdinfo()
      let size = Int32(MemoryLayout<proc_bsdinfo>.size)
      guard proc_pidinfo(processID, PROC_PIDTBSDINFO, 0, &info, size) == size,
        info.pbi_status != UInt32(SZOMB)
      else { return nil }
      return UInt64(info.pbi_start_tvsec) * 1_000_000 + UInt64(info.pbi_start_tvusec)
    }

    /// The start time holds the date, and there are no namespaces.
    static var ownWorld: UInt64? { digest([]) }

    package static func name(of processID: Int32) -> String {
      var buffer = [UInt8](repeating: 0, count: 256)
      let count = proc_name(processID, &buffer, UInt32(buffer.count))
      return String(decoding: buffer.prefix(Int(max(count, 0))), as: UTF8.self)
    }

    package static func anonymousMemory(of processID: Int32) -> UInt64 {
      var info = proc_taskinfo()
      let size = Int32(MemoryLayout<proc_taskinfo>.size)
      guard proc_pidinfo(processID, PROC_PIDTASKINFO, 0, &info, size) == size else { return 0 }
      return info.pti_resident_size
    }
  }
#endif
