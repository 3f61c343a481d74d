#if os(Linux)
  internal import Platform

  extension Supervisor {
    /// Of this process, in bytes; 0 where the system does not say.
    static var anonymousMemory: UInt64 {
      let file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC)
      guard file >= 0 else { return 0 }
      defer { close(file) }
      var text = [UInt8](repeating: 0, count: 128)
      let count = read(file, &text, text.count)
      // In pages: size, resident, and how much of that belongs to files.
      let words = text.prefix(max(count, 0)).split(separator: UInt8(ascii: " "))
      guard words.count > 2, let resident = UInt64(String(decoding: words[1], as: UTF8.self)),
        let shared = UInt64(String(decoding: words[2], as: UTF8.self)), resident >= shared
      else { return 0 }
      return (resident - shared) * UInt64(sysconf(Int32(_SC_PAGESIZE)))
    }
  }
#endif
