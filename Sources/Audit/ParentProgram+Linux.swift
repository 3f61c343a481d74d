#if os(Linux)
  internal import Platform

  /// The program of the process that started this one, for the log.
  enum ParentProgram {
    /// Absolute; `nil` where the system does not say, as of a process of another user.
    static var path: [UInt8]? {
      var link = Array("/proc/".utf8)
      AuditLine.append(UInt64(UInt32(bitPattern: getppid())), to: &link)
      link += Array("/exe\0".utf8)
      let target = [UInt8](unsafeUninitializedCapacity: 4096) { buffer, count in
        guard let base = buffer.baseAddress else { return }
        let length = link.withUnsafeBufferPointer { path in
          path.withMemoryRebound(to: CChar.self) { path in
            path.baseAddress.map { readlink($0, base, 4096) } ?? -1
          }
        }
        count = max(length, 0)
      }
      return target.isEmpty ? nil : target
    }
  }
#endif
