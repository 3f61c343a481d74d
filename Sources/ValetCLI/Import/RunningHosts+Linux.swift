#if os(Linux)
  internal import Files
  internal import Hosts
  internal import Platform

  extension RunningHosts {
    /// The processes of this user, by the name that the kernel shows (15 bytes of it).
    static func processes() -> [(name: String, id: Int32)] {
      HostFolder.entries(of: "/proc", limit: 65_536).compactMap { entry in
        guard let id = Int32(entry.name) else { return nil }
        var status = stat()
        guard stat("/proc/\(id)", &status) == 0, status.st_uid == getuid() else { return nil }
        let file = open("/proc/\(id)/comm", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        let descriptor = Descriptor(owning: file)
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = read(descriptor.rawValue, &bytes, bytes.count)
        guard count > 1 else { return nil }
        return (String(decoding: bytes[..<(count - 1)], as: UTF8.self), id)
      }
    }
  }
#endif
