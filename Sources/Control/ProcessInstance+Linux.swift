#if os(Linux)
  internal import Platform

  extension ProcessInstance {
    static var ownProcessID: Int32 { getpid() }

    /// Clock ticks since the machine started (proc(5), `/proc/PID/stat`, field 22).
    static func startTime(of processID: Int32) -> UInt64? {
      let text = small("/proc/\(processID)/stat")
      // The name in parentheses may hold anything, parentheses too.
      guard let end = text.lastIndex(of: UInt8(ascii: ")")) else { return nil }
      let fields = text[(end + 1)...].split(separator: UInt8(ascii: " "))
      // The first behind the name is field 3, the state: Z and X have ended.
      guard fields.count > 19, let state = fields[0].first, state != UInt8(ascii: "Z"),
        state != UInt8(ascii: "X")
      else { return nil }
      return UInt64(String(decoding: fields[19], as: UTF8.self))
    }

    static var ownWorld: UInt64 {
      var namespace = stat()
      stat("/proc/self/ns/pid", &namespace)
      let start = digest(small("/proc/sys/kernel/random/boot_id"))
      return withUnsafeBytes(of: UInt64(namespace.st_ino).littleEndian) { digest($0, from: start) }
    }

    /// What a process is called, for people; empty when it is not there.
    package static func name(of processID: Int32) -> String {
      let name = small("/proc/\(processID)/comm").prefix { $0 != UInt8(ascii: "\n") }
      return String(decoding: name, as: UTF8.self)
    }

    /// Memory of a process that no file stands behind, in bytes; 0 when it is not there.
    package static func anonymousMemory(of processID: Int32) -> UInt64 {
      for line in small("/proc/\(processID)/status").split(separator: UInt8(ascii: "\n")) {
        guard line.starts(with: "RssAnon:".utf8) else { continue }
        let digits = line.filter { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        return (UInt64(String(decoding: digits, as: UTF8.self)) ?? 0) * 1024
      }
      return 0
    }

    /// A file of /proc, which comes in one read; empty when it is not there.
    private static func small(_ path: String) -> [UInt8] {
      let descriptor = open(path, O_RDONLY | O_CLOEXEC)
      guard descriptor >= 0 else { return [] }
      defer { close(descriptor) }
      return [UInt8](unsafeUninitializedCapacity: 4096) { buffer, count in
        count = max(read(descriptor, buffer.baseAddress, buffer.count), 0)
      }
    }
  }
#endif
