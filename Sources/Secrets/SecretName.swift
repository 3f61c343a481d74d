/// Why a text is not a ``SecretName``.
package enum SecretNameError: Error, Equatable, Sendable {
  case empty
  case tooManySegments(Int)
  case emptySegment
  case segmentTooLong(Int)
  case relativeSegment
  /// The offset is in bytes of UTF-8.
  case forbiddenCharacter(offset: Int)
  /// Of a ``ConnectionName``.
  case notASingleSegment
}

extension SecretNameError {
  /// A clause that fits behind "malformed name: ".
  package var reason: String {
    switch self {
    case .empty: "it is empty"
    case .tooManySegments(let count):
      "\(count) segments, \(SecretName.maximumSegmentCount) are the limit"
    case .emptySegment: "a segment between two '/' is empty"
    case .segmentTooLong(let count):
      "a segment of \(count) characters, \(SecretName.maximumSegmentLength) are the limit"
    case .relativeSegment: "'.' and '..' are not allowed as segments"
    case .forbiddenCharacter(let offset):
      "character \(offset + 1) is not one of A-Z a-z 0-9 . _ @ + - /"
    case .notASingleSegment: "the name of a connection has no '/'"
    }
  }
}

/// The name of a secret: 1 to 8 segments joined by `/`, each of 1 to 64 characters of
/// `A-Z a-z 0-9 . _ @ + -`, none of them `.` or `..`.
package struct SecretName: Hashable, Comparable, Sendable, CustomStringConvertible {
  package static let maximumSegmentCount = 8
  package static let maximumSegmentLength = 64
  /// Bytes of the longest name: 8 segments of 64 and the 7 `/` between them.
  package static let maximumLength = maximumSegmentCount * (maximumSegmentLength + 1) - 1

  package let text: String
  package var description: String { text }

  package init(_ text: some StringProtocol) throws(SecretNameError) {
    let text = String(text)
    try Self.check(text.utf8)
    self.text = text
  }

  private static func check(_ bytes: String.UTF8View) throws(SecretNameError) {
    if bytes.isEmpty { throw .empty }
    var segmentCount = 0
    var length = 0
    var dots = 0
    func closeSegment() throws(SecretNameError) {
      if length == 0 { throw .emptySegment }
      if length > maximumSegmentLength { throw .segmentTooLong(length) }
      if length == dots, dots <= 2 { throw .relativeSegment }
      segmentCount += 1
      length = 0
      dots = 0
    }
    for (offset, byte) in bytes.enumerated() {
      switch byte {
      case UInt8(ascii: "/"):
        try closeSegment()
        continue
      case UInt8(ascii: "."): dots += 1
      case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "@"),
        UInt8(ascii: "+"), UInt8(ascii: "-"):
        break
      default: throw .forbiddenCharacter(offset: offset)
      }
      length += 1
    }
    try closeSegment()
    if segmentCount > maximumSegmentCount { throw .tooManySegments(segmentCount) }
  }

  package static func < (left: SecretName, right: SecretName) -> Bool { left.text < right.text }
}
