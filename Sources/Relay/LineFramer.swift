internal import Platform

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
    /// A complete line, without its line end unless that was asked for; may be empty.
    case line(UnsafeBufferPointer<UInt8>)
    /// What was there behind the last line end when the stream ended; never empty.
    case partial(UnsafeBufferPointer<UInt8>)
    /// A line became longer than the limit. It comes once a line, as soon as that is known, with
    /// what is there of the beginning; the line is dropped up to its end, and the next one is read
    /// as usual.
    case tooLong(UnsafeBufferPointer<UInt8>)
  }

  /// In bytes, without the LF.
  private let maximumLength: Int
  private let keepsLineEnds: Bool
  /// The beginning of a line whose end has not come yet.
  private var kept = WipedBuffer()
  private var isDropping = false

  /// - Parameters:
  ///   - maximumLength: in bytes, without the LF.
  ///   - keepsLineEnds: whether a line comes with its LF or CRLF, so that what is passed on is what
  ///     came, and lines of one piece still lie side by side.
  package init(maximumLength: Int = defaultMaximumLength, keepsLineEnds: Bool = false) {
    self.maximumLength = maximumLength
    self.keepsLineEnds = keepsLineEnds
  }

  /// Takes the next piece of the stream.
  ///
  /// - Parameter body: called once an event; the bytes are valid during the call only.
  package mutating func receive(
    _ piece: UnsafeBufferPointer<UInt8>, _ body: (Event) -> Void
  ) {
    var start = 0
    while let end = Self.lineFeed(in: piece, from: start) {
      finishLine(UnsafeBufferPointer(rebasing: piece[start...end]), body)
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

  /// `rest` is the rest of a line, its LF included.
  private mutating func finishLine(
    _ rest: UnsafeBufferPointer<UInt8>, _ body: (Event) -> Void
  ) {
    if isDropping {
      isDropping = false
      return
    }
    let tail = UnsafeBufferPointer(rebasing: rest.dropLast())
    if kept.count == 0 {
      body(tail.count > maximumLength ? .tooLong(beginning(of: tail)) : .line(line(rest)))
      return
    }
    keep(tail, body)
    if !isDropping {
      kept.append(UnsafeBufferPointer(rebasing: rest[tail.count...]))
      body(.line(line(kept.bytes)))
    }
    isDropping = false
    kept.clear()
  }

  private mutating func keep(_ bytes: UnsafeBufferPointer<UInt8>, _ body: (Event) -> Void) {
    guard !isDropping, !bytes.isEmpty else { return }
    if kept.count + bytes.count > maximumLength {
      isDropping = true
      body(.tooLong(kept.count > 0 ? kept.bytes : beginning(of: bytes)))
      kept.clear()
    } else {
      kept.append(bytes)
    }
  }

  private func beginning(
    of bytes: UnsafeBufferPointer<UInt8>
  ) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(rebasing: bytes.prefix(maximumLength))
  }

  private static func lineFeed(
    in bytes: UnsafeBufferPointer<UInt8>, from start: Int
  ) -> Int? {
    guard let base = bytes.baseAddress, start < bytes.count,
      let found = memchr(base + start, Int32(UInt8(ascii: "\n")), bytes.count - start)
    else { return nil }
    return UnsafeRawPointer(found) - UnsafeRawPointer(base)
  }

  /// `whole` ends with an LF.
  private func line(_ whole: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
    if keepsLineEnds { return whole }
    let line = whole.dropLast()
    return UnsafeBufferPointer(
      rebasing: line.last == UInt8(ascii: "\r") ? line.dropLast() : line)
  }
}
