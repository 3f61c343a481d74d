internal import Platform
internal import Secrets

/// Cuts a stream of bytes into lines, whatever pieces it arrives in.
///
/// Lines end with LF or CRLF. A line that lies whole within one piece is lent from there without
/// a copy; what is kept of others is wiped when it is freed, since a server's messages may hold
/// secrets.
package struct LineFramer: ~Copyable {
  /// 64 MiB: above the largest messages seen (images in base64), below what would endanger the
  /// machine with twenty servers.
  package static let defaultMaximumLength = 64 << 20

  package enum Event {
    /// A complete line, without its line end; may be empty.
    case line(UnsafeBufferPointer<UInt8>)
    /// What was there behind the last line end when the stream ended; never empty.
    case partial(UnsafeBufferPointer<UInt8>)
    /// A line became longer than the limit. It comes once a line, as soon as that is known; the
    /// line is dropped up to its end, and the next one is read as usual.
    case tooLong
  }

  /// In bytes, without the LF.
  private let maximumLength: Int
  /// The beginning of a line whose end has not come yet.
  private var kept = WipedBuffer()
  private var isDropping = false

  package init(maximumLength: Int = defaultMaximumLength) { self.maximumLength = maximumLength }

  /// Takes the next piece of the stream.
  ///
  /// - Parameter body: called once an event; the bytes are valid during the call only.
  package mutating func receive(
    _ piece: UnsafeBufferPointer<UInt8>, _ body: (Event) -> Void
  ) {
    var start = 0
    while let end = Self.lineFeed(in: piece, from: start) {
      finishLine(UnsafeBufferPointer(rebasing: piece[start..<end]), body)
      start = end + 1
    }
    keep(UnsafeBufferPointer(rebasing: piece[start...]), body)
  }

  /// The stream has ended.
  package mutating func finish(_ body: (Event) -> Void) {
    if !isDropping, kept.count > 0 { body(.partial(kept.bytes)) }
    kept.clear()
    isDropping = false
  }

  /// `tail` is the rest of a line, up to its LF.
  private mutating func finishLine(
    _ tail: UnsafeBufferPointer<UInt8>, _ body: (Event) -> Void
  ) {
    if isDropping {
      isDropping = false
      return
    }
    if kept.count == 0 {
      body(tail.count > maximumLength ? .tooLong : .line(Self.withoutCarriageReturn(tail)))
      return
    }
    keep(tail, body)
    if !isDropping { body(.line(Self.withoutCarriageReturn(kept.bytes))) }
    isDropping = false
    kept.clear()
  }

  private mutating func keep(_ bytes: UnsafeBufferPointer<UInt8>, _ body: (Event) -> Void) {
    guard !isDropping, !bytes.isEmpty else { return }
    if kept.count + bytes.count > maximumLength {
      isDropping = true
      kept.clear()
      body(.tooLong)
    } else {
      kept.append(bytes)
    }
  }

  private static func lineFeed(
    in bytes: UnsafeBufferPointer<UInt8>, from start: Int
  ) -> Int? {
    guard let base = bytes.baseAddress, start < bytes.count,
      let found = memchr(base + start, Int32(UInt8(ascii: "\n")), bytes.count - start)
    else { return nil }
    return UnsafeRawPointer(found) - UnsafeRawPointer(base)
  }

  private static func withoutCarriageReturn(
    _ line: UnsafeBufferPointer<UInt8>
  ) -> UnsafeBufferPointer<UInt8> {
    line.last == UInt8(ascii: "\r") ? UnsafeBufferPointer(rebasing: line.dropLast()) : line
  }
}

/// A buffer that grows as needed and leaves nothing behind.
private struct WipedBuffer: ~Copyable {
  /// What is kept allocated between two lines: 64 KiB, a pipe's worth.
  private static let idleCapacity = 64 << 10

  private var memory = UnsafeMutableRawBufferPointer(start: nil, count: 0)
  private(set) var count = 0

  var bytes: UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(
      start: memory.baseAddress.map { UnsafePointer($0.assumingMemoryBound(to: UInt8.self)) },
      count: count)
  }

  mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
    if count + bytes.count > memory.count { grow(to: count + bytes.count) }
    UnsafeMutableRawBufferPointer(rebasing: memory[count...]).copyMemory(
      from: UnsafeRawBufferPointer(bytes))
    count += bytes.count
  }

  private mutating func grow(to needed: Int) {
    let larger = UnsafeMutableRawBufferPointer.allocate(
      byteCount: max(needed, memory.count * 2, 4096), alignment: 16)
    larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: memory[..<count]))
    release()
    memory = larger
  }

  mutating func clear() {
    if memory.count > Self.idleCapacity {
      release()
      memory = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    } else {
      wipe(UnsafeMutableRawBufferPointer(rebasing: memory[..<count]))
    }
    count = 0
  }

  /// `count` still says how much of it was used.
  private func release() {
    wipe(UnsafeMutableRawBufferPointer(rebasing: memory[..<count]))
    memory.deallocate()
  }

  deinit { release() }
}
