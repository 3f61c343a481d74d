/// An issuer identifier (RFC 8414 section 2), taken apart: `https` or, on this machine, `http`; a
/// host in lower case, perhaps a port; a path of plain segments.
///
/// Anything else — user information, a query, a fragment, escapes, a host in capitals or with a
/// final dot, dot segments — is no issuer that a row could be for.
struct IssuerParts: Equatable {
  let isSecure: Bool
  /// Host, and port where there is one.
  let authority: String
  /// Empty, or beginning with `/`.
  let path: String

  var origin: String { (isSecure ? "https://" : "http://") + authority }

  /// Longer than any issuer in use, and short enough for every message.
  private static let limit = 1024

  init?(_ issuer: String) {
    guard issuer.utf8.count <= Self.limit else { return nil }
    let rest: Substring
    if issuer.hasPrefix("https://") {
      isSecure = true
      rest = issuer.dropFirst("https://".utf8.count)
    } else if issuer.hasPrefix("http://") {
      isSecure = false
      rest = issuer.dropFirst("http://".utf8.count)
    } else {
      return nil
    }
    let end = rest.firstIndex(of: "/") ?? rest.endIndex
    let (authority, path) = (rest[..<end], rest[end...])
    let (host, port) = Self.split(authority)
    guard Self.isHost(host), port.map(Self.isPort) ?? true, Self.isPath(path),
      isSecure || Self.isLoopback(host)
    else { return nil }
    self.authority = String(authority)
    self.path = String(path)
  }

  private static func split(_ authority: Substring) -> (host: Substring, port: Substring?) {
    // The colons of `[::1]` are none of a port.
    let from = authority.lastIndex(of: "]") ?? authority.startIndex
    guard let colon = authority[from...].firstIndex(of: ":") else { return (authority, nil) }
    return (authority[..<colon], authority[authority.index(after: colon)...])
  }

  private static func isLoopback(_ host: Substring) -> Bool {
    host == "localhost" || host == "127.0.0.1" || host == "[::1]"
  }

  private static func isHost(_ host: Substring) -> Bool {
    if host == "[::1]" { return true }
    return host.utf8.count <= 253
      && host.split(separator: ".", omittingEmptySubsequences: false).allSatisfy(isLabel)
  }

  /// One label of a host: letters in lower case, digits and hyphens that are not at an end.
  static func isLabel(_ label: Substring) -> Bool {
    let bytes = label.utf8
    guard 1...63 ~= bytes.count, bytes.first != UInt8(ascii: "-"), bytes.last != UInt8(ascii: "-")
    else { return false }
    return bytes.allSatisfy { isDigit($0) || isLowerCase($0) || $0 == UInt8(ascii: "-") }
  }

  private static func isPort(_ port: Substring) -> Bool {
    guard port.utf8.first != UInt8(ascii: "0"), port.utf8.allSatisfy(isDigit) else { return false }
    return UInt16(port) != nil
  }

  private static func isPath(_ path: Substring) -> Bool {
    if path.isEmpty || path == "/" { return true }
    var segments = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
    if segments.last == "" { segments.removeLast() }
    return segments.allSatisfy(isSegment)
  }

  /// One segment of a path: unreserved characters (RFC 3986 section 2.3), 1 to 128 of them, and
  /// not `.` or `..`.
  static func isSegment(_ segment: Substring) -> Bool {
    let bytes = segment.utf8
    guard 1...128 ~= bytes.count, segment != ".", segment != ".." else { return false }
    return bytes.allSatisfy { byte in
      isDigit(byte) || isLowerCase(byte | 0x20) || byte == UInt8(ascii: ".")
        || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "~")
    }
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
  }

  private static func isLowerCase(_ byte: UInt8) -> Bool {
    UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte
  }
}
