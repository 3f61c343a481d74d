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
    /// A line is longer than the limit. It comes once, at the end of the line, with what was kept
    /// of it; the next line is read as usual.
    case tooLong(CutLine)
  }

  /// In bytes, without the LF.
  private let maximumLength: Int
  private let keepsLineEnds: Bool
  /// The beginning of a line whose end has not come yet.
  private var kept = WipedBuffer()
  /// Of a line that is being dropped: its beginning is kept, and its end here.
  private var tail = WipedBuffer()
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
    keep(UnsafeBufferPointer(rebasing: piece[start...]))
  }

  /// The stream has ended.
  package mutating func finish(_ body: (Event) -> Void) {
    if isDropping {
      finishDropping(body)
    } else {
      if kept.count > 0 { body(.partial(kept.bytes)) }
      kept.clear()
    }
  }

  /// `rest` is the rest of a line, its LF included.
  private mutating func finishLine(
    _ rest: UnsafeBufferPointer<UInt8>, _ body: (Event) -> Void
  ) {
    let text = UnsafeBufferPointer(rebasing: rest.dropLast())
    if kept.count == 0, !isDropping {
      body(text.count > maximumLength ? .tooLong(CutLine(whole: text)) : .line(line(rest)))
      return
    }
    keep(text)
    if isDropping { return finishDropping(body) }
    kept.append(UnsafeBufferPointer(rebasing: rest[text.count...]))
    body(.line(line(kept.bytes)))
    kept.clear()
  }

  private mutating func keep(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard !bytes.isEmpty else { return }
    if !isDropping, kept.count + bytes.count <= maximumLength { return kept.append(bytes) }
    isDropping = true
    let head = bytes.prefix(max(CutLine.headLength - kept.count, 0))
    kept.append(UnsafeBufferPointer(rebasing: head))
    if kept.count > CutLine.headLength {
      tail.append(
        UnsafeBufferPointer(
          rebasing: kept.bytes[CutLine.headLength...].suffix(CutLine.tailLength)))
      kept.truncate(to: CutLine.headLength)
    }
    let rest = bytes[head.endIndex...].suffix(CutLine.tailLength)
    tail.append(UnsafeBufferPointer(rebasing: rest))
    if tail.count > 2 * CutLine.tailLength { tail.keepLast(CutLine.tailLength) }
  }

  private mutating func finishDropping(_ body: (Event) -> Void) {
    isDropping = false
    let end = UnsafeBufferPointer(rebasing: tail.bytes.suffix(CutLine.tailLength))
    body(.tooLong(CutLine(beginning: kept.bytes, end: end)))
    kept.clear()
    tail.clear()
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
