/// The end of what a server printed on its standard error, for the error that its host is shown.
struct LastWords {
  /// Ten lines and 2 KB: what fits into a host's error dialogue.
  private static let maximumLines = 10
  private static let maximumLength = 2048

  /// More than is shown, so that a secret that reaches into what is shown is there as a whole; one of
  /// 14 KB or more is cut.
  private static let keptLength = 16 << 10

  private var bytes: [UInt8] = []

  mutating func note(_ piece: UnsafeBufferPointer<UInt8>) {
    bytes += piece.suffix(Self.keptLength)
    if bytes.count >= 2 * Self.keptLength { bytes.removeFirst(bytes.count - Self.keptLength) }
  }

  /// Lends all that is kept.
  func withBytes(_ body: (UnsafeBufferPointer<UInt8>) -> Void) {
    bytes.withUnsafeBufferPointer(body)
  }

  /// Without the line end of the last line; what is not UTF-8 is replaced.
  var text: String {
    var end = bytes.count
    while end > 0, Self.isLineEnd(bytes[end - 1]) { end -= 1 }
    var start = end
    var lines = 0
    while start > 0, end - start < Self.maximumLength {
      if bytes[start - 1] == UInt8(ascii: "\n") {
        lines += 1
        if lines == Self.maximumLines { break }
      }
      start -= 1
    }
    return String(decoding: bytes[start..<end], as: UTF8.self)
  }

  private static func isLineEnd(_ byte: UInt8) -> Bool { byte == 10 || byte == 13 }
}
