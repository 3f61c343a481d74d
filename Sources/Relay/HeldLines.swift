internal import Platform

/// Lines of the host that wait for a server, in their order. What was held is wiped.
struct HeldLines: ~Copyable {
  private var buffer = WipedBuffer()
  private(set) var lineCount = 0

  /// In bytes.
  var count: Int { buffer.count }

  /// - Parameter line: with its line end, unless it is the last.
  mutating func append(_ line: UnsafeBufferPointer<UInt8>) {
    buffer.append(line)
    lineCount += 1
  }

  func lendEach(_ body: (UnsafeBufferPointer<UInt8>) -> Void) {
    let bytes = buffer.bytes
    guard let base = bytes.baseAddress else { return }
    var start = 0
    while start < bytes.count {
      let end = memchr(base + start, Int32(UInt8(ascii: "\n")), bytes.count - start)
        .map { UnsafeRawPointer($0) - UnsafeRawPointer(base) + 1 }
      body(UnsafeBufferPointer(rebasing: bytes[start..<(end ?? bytes.count)]))
      start = end ?? bytes.count
    }
  }
}
