#if os(Linux)
  internal import CKernelKeys
  internal import Platform

  /// The few operations of add_key(2) and keyctl(2) that the cache needs.
  enum Kernel {
    /// Numbers of `linux/keyctl.h`, which are part of the system call interface.
    private enum Operation: Int32 {
      case revoke = 3
      case describe = 6
      case link = 8
      case unlink = 9
      case search = 10
      case read = 11
      case setTimeout = 15
    }

    private static let userKeyring: Int32 = -4
    private static let processKeyring: Int32 = -2
    /// The type of key that user space may read.
    private static let type = "user"

    /// Makes this process possess the user keyring, and with it what lies there: a process in
    /// another session, such as a service, does not by itself. The link goes with the process, and
    /// with `execve`.
    static func possessUserKeyring() throws(KeyCacheError) {
      let result = call(.link, argument(userKeyring), argument(processKeyring))
      if result >= 0 { return }
      // There is no user keyring, and none can be made.
      if result == -Int(ENOKEY) { throw .forbidden(code: ENOKEY) }
      throw failure(result, "link the user keyring")
    }

    /// `nil` where there is no key of that description that has neither expired nor been revoked.
    static func search(_ description: String) throws(KeyCacheError) -> Int32? {
      let result = type.withCString { type in
        description.withCString {
          call(
            .search, argument(userKeyring), UInt(bitPattern: type), UInt(bitPattern: $0))
        }
      }
      if result >= 0 { return Int32(truncatingIfNeeded: result) }
      if isGone(result) { return nil }
      throw failure(result, "look for the key")
    }

    /// Reads as much as fits.
    ///
    /// - Returns: the length of the payload; 0 when the key went away meanwhile.
    static func read(
      _ serial: Int32, into memory: UnsafeMutableRawBufferPointer
    ) throws(KeyCacheError) -> Int {
      let result = call(
        .read, argument(serial), UInt(bitPattern: memory.baseAddress), UInt(memory.count))
      if result >= 0 { return result }
      if isGone(result) { return 0 }
      throw failure(result, "read the key")
    }

    /// Adds a key to the user keyring, or replaces the payload of the one of that description, which
    /// also clears its timeout: hence it is set every time.
    static func add(
      _ description: String, _ payload: UnsafeRawBufferPointer, seconds: UInt32
    ) throws(KeyCacheError) {
      guard let start = payload.baseAddress else { return }
      let serial = valet_add_key(type, description, start, payload.count, userKeyring)
      guard serial >= 0 else { throw failure(serial, "add the key") }
      let result = call(.setTimeout, UInt(serial), UInt(seconds))
      if result < 0 {
        try forget(Int32(truncatingIfNeeded: serial))
        throw failure(result, "limit the lifetime of the key")
      }
    }

    /// Revokes a key, so that nobody who has a link to it can read it any more, and removes it.
    static func forget(_ serial: Int32) throws(KeyCacheError) {
      let result = call(.revoke, argument(serial))
      guard result >= 0 || isGone(result) else { throw failure(result, "revoke the key") }
      _ = call(.unlink, argument(serial), argument(userKeyring))
    }

    /// Serial numbers of what lies in the user keyring.
    static func userKeyringMembers() throws(KeyCacheError) -> [Int32] {
      var serials = [Int32](repeating: 0, count: 256)
      while true {
        let room = serials.count * MemoryLayout<Int32>.size
        let result = serials.withUnsafeMutableBytes {
          call(.read, argument(userKeyring), UInt(bitPattern: $0.baseAddress), UInt(room))
        }
        guard result >= 0 else { throw failure(result, "list the user keyring") }
        if result <= room { return Array(serials[..<(result / MemoryLayout<Int32>.size)]) }
        serials = [Int32](repeating: 0, count: result / MemoryLayout<Int32>.size + 64)
      }
    }

    /// The description of a key of the type that we use; `nil` for others.
    static func describe(_ serial: Int32) -> String? {
      var text = [UInt8](repeating: 0, count: 4096)
      let length = text.withUnsafeMutableBytes {
        call(.describe, argument(serial), UInt(bitPattern: $0.baseAddress), UInt($0.count))
      }
      guard length > 0, length <= text.count else { return nil }
      // "type;uid;gid;permissions;description" and a NUL.
      let parts = text[..<(length - 1)].split(
        separator: UInt8(ascii: ";"), maxSplits: 4, omittingEmptySubsequences: false)
      guard parts.count == 5, parts[0].elementsEqual(type.utf8) else { return nil }
      return String(decoding: parts[4], as: UTF8.self)
    }

    /// ns of `CLOCK_BOOTTIME`.
    static func bootTime() -> UInt64 {
      var time = timespec()
      clock_gettime(CLOCK_BOOTTIME, &time)
      return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    /// 16 bytes that are others after each boot.
    static func bootID() throws(KeyCacheError) -> [UInt8] {
      let descriptor = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC)
      guard descriptor >= 0 else { throw .system(operation: "tell the boot", code: errno) }
      defer { close(descriptor) }
      var text = [UInt8](repeating: 0, count: 40)
      let length = Platform.read(descriptor, &text, text.count)
      var bytes: [UInt8] = []
      bytes.reserveCapacity(KeyCachePayload.bootIDLength)
      var high: UInt8?
      for character in text[..<max(0, length)] {
        guard let digit = Character(UnicodeScalar(character)).hexDigitValue else { continue }
        if let first = high {
          bytes.append(first << 4 | UInt8(digit))
          high = nil
        } else {
          high = UInt8(digit)
        }
      }
      guard bytes.count == KeyCachePayload.bootIDLength else {
        throw .system(operation: "tell the boot", code: EINVAL)
      }
      return bytes
    }

    private static func call(
      _ operation: Operation, _ second: UInt, _ third: UInt = 0, _ fourth: UInt = 0
    ) -> Int {
      valet_keyctl(operation.rawValue, second, third, fourth, 0)
    }

    /// Serial numbers are signed, also in a register.
    private static func argument(_ serial: Int32) -> UInt { UInt(bitPattern: Int(serial)) }

    private static func isGone(_ result: Int) -> Bool {
      [ENOKEY, EKEYEXPIRED, EKEYREVOKED].contains(Int32(-result))
    }

    private static func failure(_ result: Int, _ operation: String) -> KeyCacheError {
      let code = Int32(-result)
      switch code {
      case ENOSYS, EOPNOTSUPP: return .notSupported
      case EPERM, EACCES: return .forbidden(code: code)
      case EDQUOT: return .quotaExhausted
      case ENOMEM: return .outOfMemory
      default: return .system(operation: operation, code: code)
      }
    }
  }
#endif
