internal import Broker
internal import Platform
internal import Secrets

/// Secrets that come through standard input, or through a pipe from a program.
enum StandardInput {
  /// Reads to the end of input, straight into locked memory.
  ///
  /// - Parameters:
  ///   - limit: longest accepted value in bytes.
  ///   - raw: whether to keep a last newline; otherwise one (`\n` or `\r\n`) is dropped.
  ///   - descriptor: what is read; it waits.
  /// - Throws: ``CommandError/usage(_:hint:)`` for a longer input, `SecretMemoryError`,
  ///   ``CommandError/refused(_:hint:)`` when reading fails.
  static func readSecret(
    limit: Int, raw: Bool, from descriptor: Int32 = STDIN_FILENO
  ) throws -> SecretBytes {
    // Two more than the limit: a newline that is dropped must not count, and one byte too many
    // must be seen.
    var value = try SecretBytes(count: limit + 3)
    var count = 0
    while count < value.count {
      let got = value.withUnsafeMutableBytes { buffer in
        read(descriptor, buffer.baseAddress?.advanced(by: count), buffer.count - count)
      }
      if got < 0, errno == EINTR { continue }
      guard got >= 0 else {
        throw CommandError.refused(
          "cannot read the value: \(String(cString: strerror(errno)))", hint: nil)
      }
      if got == 0 { break }
      count += got
    }
    if !raw { count = value.withUnsafeBytes { withoutLastNewline($0, count: count) } }
    guard count <= limit else {
      throw CommandError.usage("the value is longer than \(limit) bytes", hint: nil)
    }
    return try value.prefix(count)
  }

  private static func withoutLastNewline(_ bytes: UnsafeRawBufferPointer, count: Int) -> Int {
    guard count > 0, bytes[count - 1] == UInt8(ascii: "\n") else { return count }
    return count > 1 && bytes[count - 2] == UInt8(ascii: "\r") ? count - 2 : count - 1
  }
}
