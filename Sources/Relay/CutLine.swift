/// What is kept of a line that was over the limit and was dropped: enough to know whose it was.
package struct CutLine {
  /// How much is kept of the beginning: 64 KiB. Nearly all messages have their id in front.
  package static let headLength = 64 << 10
  /// How much is kept of the end: 4 KiB, for the others, which have it behind everything else.
  package static let tailLength = 4 << 10

  package let beginning: UnsafeBufferPointer<UInt8>
  /// What followed later, to the end of the line; may be empty.
  package let end: UnsafeBufferPointer<UInt8>

  package init(beginning: UnsafeBufferPointer<UInt8>, end: UnsafeBufferPointer<UInt8>) {
    self.beginning = beginning
    self.end = end
  }

  /// - Parameters:
  ///   - line: the whole of it.
  ///   - head: how much counts as its beginning, in bytes.
  package init(whole line: UnsafeBufferPointer<UInt8>, head: Int = headLength) {
    let head = min(head, line.count)
    self.init(
      beginning: UnsafeBufferPointer(rebasing: line[..<head]),
      end: UnsafeBufferPointer(rebasing: line[head...].suffix(Self.tailLength)))
  }
}
