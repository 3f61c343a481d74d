/// A URL as OAuth uses them: http or https with a host, in the characters of RFC 3986 and nothing
/// else.
///
/// Parsers that disagree are how a checked URL becomes another one. So this takes only what every
/// parser reads alike: no user name, no blanks, quotes, backslashes or bytes beyond ASCII, no host
/// that looks like a number and is not four of them. What is not changed is kept byte for byte: a
/// slash added to an empty path makes another identifier (A19).
package struct OAuthURL: Hashable, Sendable {
  /// Those that are taken; `http` only on this machine, see ``ReachPolicy/check(_:role:)``.
  package enum Scheme: String, Sendable {
    case http, https
    var defaultPort: UInt16 { self == .https ? 443 : 80 }
  }

  /// What keeps a text from being a URL that is used.
  package enum Flaw: Error, Equatable, Sendable {
    case empty, tooLong, scheme, userName, host, port, character, escape, dotSegment
    case fragment

    /// For a message: what is wrong, as a clause.
    package var reason: String {
      switch self {
      case .empty: "it is empty"
      case .tooLong: "it is longer than \(OAuthURL.maximumLength) bytes"
      case .scheme: "it does not begin with https:// or http://"
      case .userName: "it has a user name in it"
      case .host: "its host is none"
      case .port: "its port is none"
      case .character: "it has a character that URLs do not have"
      case .escape: "it has a '%' that stands for nothing"
      case .dotSegment: "it has '.' or '..' as a part of its path"
      case .fragment: "it has a fragment"
      }
    }
  }

  /// 2 KiB: what metadata names is far shorter.
  package static let maximumLength = 2048

  /// However it was written, in lower case.
  package let scheme: Scheme
  /// Lower case; an IPv6 address without its brackets.
  package let host: String
  /// `nil` where the URL has none.
  package let port: UInt16?
  /// Empty, or beginning with `/`.
  package var path: String
  /// Without the `?`; `nil` where there is none.
  package var query: String?

  /// - Throws: ``OAuthError/url(_:_:)``; also for a URL with a fragment, which no URL of OAuth has.
  package init(_ text: String) throws(OAuthError) {
    do { self = try Self.parse(text) } catch { throw .url(error, text) }
  }

  private static func parse(_ text: String) throws(Flaw) -> OAuthURL {
    let bytes = Array(text.utf8)
    if bytes.isEmpty { throw .empty }
    if bytes.count > maximumLength { throw .tooLong }
    let scheme: Scheme
    var rest: ArraySlice<UInt8>
    if starts(bytes, with: "https://") {
      (scheme, rest) = (.https, bytes[8...])
    } else if starts(bytes, with: "http://") {
      (scheme, rest) = (.http, bytes[7...])
    } else {
      throw .scheme
    }
    if rest.contains(UInt8(ascii: "#")) { throw .fragment }
    var query: String?
    if let mark = rest.firstIndex(of: UInt8(ascii: "?")) {
      query = try component(rest[(mark + 1)...])
      rest = rest[..<mark]
    }
    let slash = rest.firstIndex(of: UInt8(ascii: "/")) ?? rest.endIndex
    let path = try component(rest[slash...])
    for segment in path.utf8.split(separator: UInt8(ascii: "/")) {
      let dots = percentDecoded(segment)
      if dots == Array(".".utf8) || dots == Array("..".utf8) { throw .dotSegment }
    }
    let (host, port) = try authority(rest[..<slash])
    return OAuthURL(scheme: scheme, host: host, port: port, path: path, query: query)
  }

  private init(scheme: Scheme, host: String, port: UInt16?, path: String, query: String?) {
    self.scheme = scheme
    self.host = host
    self.port = port
    self.path = path
    self.query = query
  }

  private static func starts(_ bytes: [UInt8], with prefix: String) -> Bool {
    bytes.prefix(prefix.utf8.count).map { lowercased($0) } == Array(prefix.utf8)
  }

  private static func authority(
    _ bytes: ArraySlice<UInt8>
  ) throws(Flaw) -> (String, UInt16?) {
    if bytes.contains(UInt8(ascii: "@")) { throw .userName }
    if bytes.first == UInt8(ascii: "[") {
      guard let end = bytes.firstIndex(of: UInt8(ascii: "]")) else { throw .host }
      let host = String(decoding: bytes[bytes.startIndex + 1..<end], as: UTF8.self)
      guard let address = IPAddress(host), case .v6 = address else { throw .host }
      return (address.description, try port(bytes[(end + 1)...]))
    }
    let colon = bytes.firstIndex(of: UInt8(ascii: ":")) ?? bytes.endIndex
    let host = String(decoding: bytes[..<colon].map { lowercased($0) }, as: UTF8.self)
    guard isHost(host) else { throw .host }
    return (host, try port(bytes[colon...]))
  }

  private static func port(_ bytes: ArraySlice<UInt8>) throws(Flaw) -> UInt16? {
    guard let colon = bytes.first else { return nil }
    let digits = bytes.dropFirst()
    guard colon == UInt8(ascii: ":"), !digits.isEmpty, digits.count <= 5,
      digits.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }),
      digits.first != UInt8(ascii: "0"),
      let port = UInt16(String(decoding: digits, as: UTF8.self))
    else { throw .port }
    return port
  }

  /// A name of letters, digits, `-` and `_`, or an IPv4 address of four decimal numbers. Other
  /// spellings of addresses, such as `0x7f.1` and `2130706433`, are none.
  private static func isHost(_ host: String) -> Bool {
    guard !host.isEmpty, host.utf8.count <= 253 else { return false }
    let labels = host.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    for label in labels {
      guard !label.isEmpty, label.count <= 63, label.first != UInt8(ascii: "-"),
        label.last != UInt8(ascii: "-"), label.allSatisfy(isHostByte)
      else { return false }
    }
    guard let last = labels.last, let first = last.first else { return false }
    let looksLikeNumber = UInt8(ascii: "0")...UInt8(ascii: "9") ~= first
    guard looksLikeNumber else { return true }
    if case .v4 = IPAddress(host) { return true }
    return false
  }

  private static func isHostByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
      UInt8(ascii: "-"), UInt8(ascii: "_"):
      true
    default: false
    }
  }

  private static func component(_ bytes: ArraySlice<UInt8>) throws(Flaw) -> String {
    for (offset, byte) in zip(bytes.indices, bytes) {
      if byte == UInt8(ascii: "%") {
        guard offset + 2 < bytes.endIndex, hexDigit(bytes[offset + 1]) != nil,
          hexDigit(bytes[offset + 2]) != nil
        else { throw .escape }
      } else if !isURLByte(byte) {
        throw .character
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

extension OAuthURL: CustomStringConvertible {
  /// Scheme, host and port, without a default port; what may be shown of a URL.
  package var origin: String {
    let shown = host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]" : host
    guard let port, port != scheme.defaultPort else { return "\(scheme.rawValue)://\(shown)" }
    return "\(scheme.rawValue)://\(shown):\(port)"
  }

  /// Host and port, without a default port.
  package var authority: String {
    String(origin.dropFirst(scheme.rawValue.utf8.count + 3))
  }

  /// The URL as it is sent; the host in lower case, the rest as it was written, but a default port
  /// left out.
  package var text: String { origin + path + (query.map { "?\($0)" } ?? "") }

  package var description: String { text }

  /// The port that is connected to.
  package var effectivePort: UInt16 { port ?? scheme.defaultPort }

  /// Whether the host is `localhost` or a literal loopback address: nothing leaves the machine,
  /// and no name server is asked.
  package var isLoopback: Bool {
    if host == "localhost" { return true }
    return IPAddress(host)?.kind == .loopback
  }

  /// The same with another path and no query.
  package func with(path: String) -> OAuthURL {
    var url = self
    url.path = path
    url.query = nil
    return url
  }
}
