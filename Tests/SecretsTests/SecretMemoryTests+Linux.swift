#if os(Linux)
  import Platform
  import Secrets
  import Testing

  /// What is promised of the memory itself, seen through `/proc/self`.
  @Suite(.serialized) struct SecretMemoryTests {
    /// Fails when `SecretBytes` is freed without being wiped, or copied on the way.
    @Test func isNowhereInTheProcessAfterItsScope() throws {
      // Kept as its complement, so that the needle itself is not found.
      var complement = [UInt8](repeating: 0, count: 48)
      do {
        let secret = try SecretBytes.random(count: complement.count)
        secret.withUnsafeBytes { bytes in
          for index in bytes.indices { complement[index] = ~bytes[index] }
        }
        #expect(try occurrences(ofComplement: complement) == 1)
        let moved = try secret.prefix(complement.count)
        #expect(try occurrences(ofComplement: complement) == 1)
        #expect(moved.count == complement.count)
      }
      #expect(try occurrences(ofComplement: complement) == 0)
    }

    @Test func isLockedAndLeftOutOfCoreDumps() throws {
      let secret = try SecretBytes(count: 100)
      let address = secret.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) }
      let flags = try #require(try flags(ofMappingAt: address))
      #expect(flags.contains("dd"), "not excluded from core dumps: \(flags)")
      #expect(flags.contains("lo"), "not locked: \(flags)")
    }

    @Test func liesBeforeAGuardPage() throws {
      let secret = try SecretBytes(count: 100)
      let end = secret.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) + UInt($0.count) }
      // libsodium puts the end of the bytes at the end of a page.
      #expect(end % UInt(sysconf(Int32(_SC_PAGESIZE))) == 0)
      #expect(try mappings().contains { $0.range.lowerBound == end && $0.permissions == "---p" })
    }

    private struct Mapping {
      let range: Range<UInt>
      let permissions: String
    }

    private func mappings() throws -> [Mapping] {
      try lines(of: "/proc/self/maps").compactMap { mapping($0) }
    }

    private func mapping(_ line: String) -> Mapping? {
      let fields = line.split(separator: " ")
      let bounds = fields[0].split(separator: "-").compactMap { UInt($0, radix: 16) }
      guard bounds.count == 2, fields.count > 1 else { return nil }
      return Mapping(range: bounds[0]..<bounds[1], permissions: String(fields[1]))
    }

    private func flags(ofMappingAt address: UInt) throws -> [String]? {
      var isInside = false
      for line in try lines(of: "/proc/self/smaps") {
        if line.hasPrefix("VmFlags:"), isInside {
          return line.split(separator: " ").dropFirst().map(String.init)
        }
        if let mapping = mapping(line) { isInside = mapping.range.contains(address) }
      }
      return nil
    }

    private func lines(of path: String) throws -> [String] {
      let stream = try #require(fopen(path, "r"))
      defer { fclose(stream) }
      var bytes: [UInt8] = []
      var buffer = [UInt8](repeating: 0, count: 65_536)
      while case let count = fread(&buffer, 1, buffer.count, stream), count > 0 {
        bytes += buffer[..<count]
      }
      return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    /// How often the bytes lie in readable memory, the copy that is searched here left out.
    private func occurrences(ofComplement complement: [UInt8]) throws -> Int {
      let memory = open("/proc/self/mem", O_RDONLY | O_CLOEXEC)
      try #require(memory >= 0)
      defer { close(memory) }
      let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 4096)
      defer {
        wipe(chunk)
        chunk.deallocate()
      }
      let ownStart = UInt(bitPattern: chunk.baseAddress)
      let own = ownStart..<ownStart + UInt(chunk.count)
      var found = 0
      for mapping in try mappings() where mapping.permissions.hasPrefix("r") {
        var start = mapping.range.lowerBound
        while start < mapping.range.upperBound {
          let wanted = min(chunk.count, Int(mapping.range.upperBound - start))
          let count = pread(memory, chunk.baseAddress, wanted, off_t(bitPattern: start))
          guard count > 0 else { break }
          for offset in matches(complement, in: UnsafeRawBufferPointer(rebasing: chunk[..<count])) {
            if !own.contains(start + UInt(offset)) { found += 1 }
          }
          // Overlapping, so that none is missed on a border, and none counted twice.
          if count < wanted || count <= complement.count { break }
          let step =
            start + UInt(count) == mapping.range.upperBound ? count : count - complement.count + 1
          start += UInt(step)
        }
      }
      return found
    }

    private func matches(_ complement: [UInt8], in bytes: UnsafeRawBufferPointer) -> [Int] {
      guard let base = bytes.baseAddress, bytes.count >= complement.count else { return [] }
      var found: [Int] = []
      var offset = 0
      let last = bytes.count - complement.count
      while offset <= last,
        let hit = memchr(base + offset, Int32(~complement[0]), last - offset + 1)
      {
        let index = UnsafeRawPointer(hit) - base
        var length = 1
        while length < complement.count, bytes[index + length] == ~complement[length] {
          length += 1
        }
        if length == complement.count { found.append(index) }
        offset = index + 1
      }
      return found
    }
  }
#endif
