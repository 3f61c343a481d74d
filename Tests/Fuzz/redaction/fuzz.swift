import Redaction
import ValetTesting

#if canImport(Glibc)
  import Glibc
#endif

/// What libFuzzer calls with each input. The first byte chooses how the rest is read: as the seed
/// of a ``CaseGenerator``, or as secrets and text themselves.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ data: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
  var input = Input(bytes: Array(UnsafeBufferPointer(start: data, count: count)))
  do {
    try input.check()
  } catch {
    print("error: \(error)")
    abort()
  }
  return 0
}

private struct Input {
  var bytes: [UInt8]

  mutating func check() throws {
    guard let mode = bytes.first else { return }
    bytes.removeFirst()
    var generator = CaseGenerator(seed: bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) })
    let isSeed = mode & 4 == 0
    let secrets = isSeed ? generator.secrets() : takeSecrets()
    let isLine = mode & 1 == 0
    var text =
      !isSeed
      ? Array(bytes.prefix(1000))
      : isLine ? generator.line(of: secrets) : generator.text(of: secrets)
    // Now and then the text lies across the end of the redactor's window of 8192 bytes.
    if mode & 0x78 == 0x78 {
      let filler = [UInt8](repeating: UInt8(ascii: "-"), count: 8192 - generator.random.below(60))
      text =
        isLine
        ? Array(#"{"a%41":""#.utf8) + filler + Array(#"","b":"#.utf8) + text + [0x7D]
        : Array(#"a%41"#.utf8) + filler + text
    }
    if isLine {
      try checkLine(text, secrets)
    } else {
      let pieces = generator.pieces(text)
      try checkStream(pieces, secrets)
    }
  }

  /// Each a byte of length, 0 to 31, and as many bytes.
  private mutating func takeSecrets() -> [ReferenceRedaction.Secret] {
    var secrets: [ReferenceRedaction.Secret] = []
    for number in 0..<3 {
      guard let length = bytes.first.map({ Int($0 & 31) }), length > 0 else { break }
      secrets.append(.init(name: "s\(number)", value: Array(bytes.dropFirst().prefix(length))))
      bytes = Array(bytes.dropFirst(1 + length))
    }
    return secrets
  }

  private func checkLine(_ line: [UInt8], _ secrets: [ReferenceRedaction.Secret]) throws {
    var bench = try Bench(secrets)
    var reference = ReferenceRedaction(secrets)
    let isJSON = ReferenceJSON.parse(line) != nil
    let expected = reference.redact(line: line, isJSON: isJSON)
    let redacted = bench.redact(line)
    compare(redacted, expected, secrets, [line])
    if isJSON, ReferenceJSON.parse(redacted) == nil { fail("no JSON", secrets, [line]) }
    for (index, name) in bench.patterns.values.names.enumerated()
    where bench.lines.counts[index] != reference.counts[name, default: 0] {
      fail("count of \(name)", secrets, [line])
    }
  }

  private func checkStream(
    _ pieces: [[UInt8]], _ secrets: [ReferenceRedaction.Secret]
  ) throws {
    var reference = ReferenceRedaction(secrets)
    let expected = reference.redact(text: pieces.flatMap { $0 })
    compare(try Bench(secrets).stream(pieces).all, expected, secrets, pieces)
  }

  private func compare(
    _ output: [UInt8], _ expected: [UInt8], _ secrets: [ReferenceRedaction.Secret],
    _ pieces: [[UInt8]]
  ) {
    if output == expected { return }
    print("output:  ", text(output))
    print("expected:", text(expected))
    fail("difference", secrets, pieces)
  }

  private func fail(
    _ reason: String, _ secrets: [ReferenceRedaction.Secret], _ pieces: [[UInt8]]
  ) -> Never {
    for secret in secrets { print("secret \(secret.name):", text(secret.value)) }
    print("text:    ", pieces.map(text).joined(separator: "|"))
    print("failed:", reason)
    fflush(nil)
    abort()
  }

  private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
