#if os(Linux)
  internal import Files
  internal import Hosts
  internal import Platform

  extension RunningHosts {
    /// The processes of this user, each by the name that the kernel shows (15 bytes of it), and, of a
    /// script that node or bun runs, by the script's.
    static func processes() -> [(name: String, id: Int32)] {
      HostFolder.entries(of: "/proc", limit: 65_536).flatMap { entry -> [(String, Int32)] in
        guard let id = Int32(entry.name) else { return [] }
        var status = stat()
        guard stat("/proc/\(id)", &status) == 0, status.st_uid == getuid() else { return [] }
        var names: [String] = []
        if let name = text("/proc/\(id)/comm")?.split(separator: "\n").first {
          names.append(String(name))
        }
        let words = (text("/proc/\(id)/cmdline") ?? "").split(separator: "\0").prefix(2).map {
          $0.split(separator: "/").last.map(String.init) ?? ""
        }
        if words.count == 2, ["node", "bun"].contains(words[0]) { names.append(words[1]) }
        return names.map { ($0, id) }
      }
    }

    /// The first 4 KiB of a file.
    private static func text(_ path: String) -> String? {
      let file = open(path, O_RDONLY | O_CLOEXEC)
      guard file >= 0 else { return nil }
      let descriptor = Descriptor(owning: file)
      var bytes = [UInt8](repeating: 0, count: 4096)
      let count = read(descriptor.rawValue, &bytes, bytes.count)
      return count > 0 ? String(decoding: bytes[..<count], as: UTF8.self) : nil
    }
  }
#endif
