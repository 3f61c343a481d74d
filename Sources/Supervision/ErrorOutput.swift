internal import Platform

/// Our standard error: what servers print there, and what we have to say.
///
/// A reader that stalls is waited for as if servers wrote to it directly: nothing more is read of
/// their standard error meanwhile. What we say ourselves cannot wait; of that, what is beyond a
/// limit is dropped and counted.
struct ErrorOutput: ~Copyable {
  /// Bytes that may wait; as much as a pipe holds.
  private static let limit = 64 << 10
  /// Bytes of ours that may wait besides.
  private static let ownLimit = 256 << 10

  private var target = HostDescriptor(STDERR_FILENO, .writing)
  private var queue = OutputQueue()
  private var isAtLineStart = true
  private var droppedCount = 0
  /// When something was last delivered, in milliseconds.
  private(set) var lastDelivery: Int64 = 0

  var isEmpty: Bool { queue.isEmpty }
  /// Whether more of a server's standard error is to be read.
  var hasRoom: Bool { queue.count < Self.limit }
  var descriptor: Int32 { target.descriptor }

  /// Bytes of a server, in pieces of any size.
  mutating func pass(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard let last = bytes.last else { return }
    isAtLineStart = last == UInt8(ascii: "\n")
    write(bytes)
  }

  /// A line of ours, with its line end.
  mutating func say(_ line: UnsafeBufferPointer<UInt8>) {
    // A long one is no reason to drop it where nothing waits.
    guard queue.isEmpty || queue.count + line.count < Self.ownLimit else {
      droppedCount += 1
      return
    }
    tellDropped()
    if !isAtLineStart { write("\n") }
    isAtLineStart = true
    write(line)
  }

  private mutating func tellDropped() {
    if droppedCount == 0 { return }
    let count = droppedCount
    droppedCount = 0
    say("mcp-valet: \(count) lines were dropped while nobody read standard error\n")
  }

  mutating func say(_ line: String) {
    Array(line.utf8).withUnsafeBufferPointer { say($0) }
  }

  private mutating func write(_ text: String) {
    Array(text.utf8).withUnsafeBufferPointer { write($0) }
  }

  private mutating func write(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard target.isOpen else { return }
    var done = 0
    if queue.isEmpty, target.isDirect {
      switch target.write(UnsafeRawBufferPointer(bytes)) {
      case .moved(let count): done = count
      case .blocked: break
      case .ended: return target.letGo()
      }
    }
    if done < bytes.count { queue.append(UnsafeBufferPointer(rebasing: bytes[done...])) }
  }

  /// Writes what waits, as long as it is taken without delay; for the end of a relay.
  mutating func drainAll() {
    while !queue.isEmpty, target.isOpen {
      var wait = pollfd(fd: target.descriptor, events: Int16(POLLOUT), revents: 0)
      guard poll(&wait, 1, 0) > 0 else { return }
      drain(isBroken: wait.revents & Int16(POLLOUT) == 0, now: lastDelivery)
    }
  }

  /// To be called when ``descriptor`` is ready.
  mutating func drain(isBroken: Bool, now: Int64) {
    let transfer = isBroken ? .ended : queue.drain { target.write($0) }
    switch transfer {
    case .moved:
      lastDelivery = now
      if queue.isEmpty { tellDropped() }
    case .blocked: break
    case .ended:
      target.letGo()
      queue.removeAll()
    }
  }
}
