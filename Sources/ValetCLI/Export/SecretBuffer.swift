internal import Secrets

/// Text with values in it, put together in locked memory; wiped like any other secret.
struct SecretBuffer: ~Copyable {
  private var memory: SecretBytes
  private(set) var count = 0

  init() throws { memory = try SecretBytes(count: 4096) }

  mutating func append(_ bytes: UnsafeRawBufferPointer) throws {
    if bytes.isEmpty { return }
    if count + bytes.count > memory.count {
      var larger = try SecretBytes(count: max(memory.count * 2, count + bytes.count))
      larger.withUnsafeMutableBytes { larger in
        memory.withUnsafeBytes {
          larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[..<count]))
        }
      }
      memory = larger
    }
    let start = count
    memory.withUnsafeMutableBytes { memory in
      UnsafeMutableRawBufferPointer(rebasing: memory[start...]).copyMemory(from: bytes)
    }
    count += bytes.count
  }

  /// Text of ours, which is no secret.
  mutating func append(_ text: String) throws {
    try Array(text.utf8).withUnsafeBytes { try append($0) }
  }

  mutating func append(_ byte: UInt8) throws {
    try Swift.withUnsafeBytes(of: byte) { try append($0) }
  }

  borrowing func withUnsafeBytes<Result>(
    _ body: (UnsafeRawBufferPointer) throws -> Result
  ) rethrows -> Result {
    try memory.withUnsafeBytes { try body(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
  }
}
