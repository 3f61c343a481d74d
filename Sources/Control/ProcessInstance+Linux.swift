#if os(Linux)
  internal import Platform

  extension ProcessInstance {
    static var ownProcessID: Int32 { getpid() }

    /// Clock ticks since the machine started (proc(5), `/proc/PID/stat`, field 22).
    static func startTime(of processID: Int32) -> UInt64? {
      let text = small("/proc/\(processID)/stat")
      // The name in parentheses may hold anything, parentheses too. Behind it and a space comes
      // field 3, the state: Z and X have ended.
      guard let end = text.lastIndex(of: UInt8(ascii: ")")), end + 2 < text.count,
        text[end + 2] != UInt8(ascii: "Z"), text[end + 2] != UInt8(ascii: "X")
      else { return nil }
      // By hand: this is on the way of a launch.
      var field = 3
      var number: UInt64?
      for byte in text[(end + 2)...] {
        if byte == UInt8(ascii: " ") {
          if field == 22 { return number }
          field += 1
        } else if field == 22 {
          guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
          number = (number ?? 0) &* 10 &+ UInt64(byte - UInt8(ascii: "0"))
        }
      }
      return nil
    }

    static var ownWorld: UInt64? {
      var namespace = stat()
      var bytes = small("/proc/sys/kernel/random/boot_id")
      guard stat("/proc/self/ns/pid", &namespace) == 0, !bytes.isEmpty else { return nil }
      var number = UInt64(namespace.st_ino)
      for _ in 0..<8 {
        bytes.append(UInt8(truncatingIfNeeded: number))
        number >>= 8
      }
      return digest(bytes)
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
