#if os(Linux)
  import Platform
  import Redaction
  import Secrets
  import Testing

  /// What is left of a secret in memory, seen through `/proc/self/mem`.
  @Suite struct RedactionMemoryTests {
    /// Fails when the window or what a stream held back is not wiped.
    @Test func leavesNoCopyOfASecretThatWasFound() throws {
      let secret = try randomText(count: 48)
      // As its complement, so that the needle itself is not found.
      let complement = secret.withUnsafeBytes { $0.map { ~$0 } }
      do {
        var patterns = try SecretPatterns()
        _ = try secret.withUnsafeBytes { (bytes) throws(SecretMemoryError) in
          try patterns.add(name: "a", value: bytes)
        }
        var lines = try LineRedactor()
        redactLine(secret, patterns, &lines)
        #expect(try occurrences(ofComplement: complement) == 2, "a line left something behind")
        var stream = try StreamRedactor()
        redactStream(secret, patterns, &stream)
        #expect(try occurrences(ofComplement: complement) == 2, "a stream left something behind")
        // Both were there all the time.
        let count = lines.counts.total + stream.counts.total
        #expect(count == 2)
      }
      #expect(try occurrences(ofComplement: complement) == 1, "the patterns left something behind")
      #expect(secret.count == 48)
    }

    private func randomText(count: Int) throws -> SecretBytes {
      var bytes = try SecretBytes.random(count: count)
      bytes.withUnsafeMutableBytes { bytes in
        for index in bytes.indices { bytes[index] = UInt8(ascii: "a") + bytes[index] % 16 }
      }
      return bytes
    }

    /// Every letter as an escape, so that the decoded form is the only one.
    private func redactLine(
      _ secret: borrowing SecretBytes, _ patterns: borrowing SecretPatterns,
      _ redactor: inout LineRedactor
    ) {
      var line = Array("[\"".utf8)
      secret.withUnsafeBytes { bytes in
        for byte in bytes {
          line += Array("\\u00".utf8) + Encodings.hexadecimal([byte], uppercase: false)
        }
      }
      line += Array("\"]".utf8)
      line.withUnsafeBufferPointer { line in
        guard case .changed(let output) = redactor.redact(line, isMessage: true, patterns) else {
          Issue.record("not found")
          return
        }
        #expect(Array(output) == Array(#"["[redacted a]"]"#.utf8))
      }
    }

    private func redactStream(
      _ secret: borrowing SecretBytes, _ patterns: borrowing SecretPatterns,
      _ redactor: inout StreamRedactor
    ) {
      var output: [UInt8] = []
      secret.withUnsafeBytes { bytes in
        let text = bytes.bindMemory(to: UInt8.self)
        for piece in [text.prefix(30), text.dropFirst(30)] {
          redactor.receive(UnsafeBufferPointer(rebasing: piece), patterns) { output += $0 }
        }
      }
      redactor.flush(patterns) { output += $0 }
      #expect(output == Array("[redacted a]".utf8))
    }

    /// How often the bytes lie in writable memory.
    private func occurrences(ofComplement complement: [UInt8]) throws -> Int {
      let memory = open("/proc/self/mem", O_RDONLY | O_CLOEXEC)
      try #require(memory >= 0)
      defer { close(memory) }
      var found = 0
      for range in try writableMemory() {
        let copy = UnsafeMutableRawBufferPointer.allocate(
          byteCount: Int(range.count), alignment: 4096)
        defer {
          wipe(copy)
          copy.deallocate()
        }
        let count = pread(memory, copy.baseAddress, copy.count, off_t(range.lowerBound))
        if count <= complement.count { continue }
        for start in 0...count - complement.count where copy[start] == ~complement[0] {
          if complement.indices.allSatisfy({ copy[start + $0] == ~complement[$0] }) { found += 1 }
        }
      }
      return found
    }

    /// Listed before any of it is copied, so that no copy is searched.
    private func writableMemory() throws -> [Range<UInt>] {
      let stream = try #require(fopen("/proc/self/maps", "r"))
      defer { fclose(stream) }
      var ranges: [Range<UInt>] = []
      var buffer = [CChar](repeating: 0, count: 4096)
      while fgets(&buffer, Int32(buffer.count), stream) != nil {
        let line = String(
          decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        let fields = line.split(separator: " ")
        let bounds = fields[0].split(separator: "-").compactMap { UInt($0, radix: 16) }
        if fields[1].hasPrefix("rw"), bounds.count == 2 { ranges.append(bounds[0]..<bounds[1]) }
      }
      return ranges
    }
  }
#endif
