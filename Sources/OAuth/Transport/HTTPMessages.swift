package import Connections

/// A request as the rules make it.
package struct HTTPRequest: Sendable {
  /// As the request line has it (RFC 9110 section 9.3).
  package enum Method: String, Sendable {
    case get = "GET"
    case post = "POST"
    case delete = "DELETE"
  }

  /// No redirect changes it: none is followed.
  package var method: Method
  /// Checked by ``Fetcher`` before, and its host's addresses by the transport.
  package var url: OAuthURL
  /// Without `Host`, `Content-Length`, `User-Agent`; a value may be a secret.
  package var headers: [Header] = []
  /// `nil` for none; in secret memory whatever it is, since forms hold codes and tokens.
  package var body: SharedSecret?
  /// Bytes that the answer's body may have.
  package var limit: Int

  /// One field of the header; a name may be there more than once.
  package struct Header: Sendable {
    /// As it is sent; its case means nothing (RFC 9110 section 5.1).
    package var name: String
    /// What is sent behind the name.
    package var value: Value
    /// Text, or a secret that stays in memory of its kind until the request is sent.
    package enum Value: Sendable {
      case plain(String)
      case secret(SharedSecret)
    }
  }

  /// - Parameter limit: bytes that the answer's body may have, such as ``HTTPLimits/metadata``.
  package init(_ method: Method, _ url: OAuthURL, limit: Int) {
    self.method = method
    self.url = url
    self.limit = limit
  }

  /// Appends a field; one of that name that is there already stays.
  package mutating func set(_ name: String, _ value: String) {
    headers.append(Header(name: name, value: .plain(value)))
  }

  /// The same with a value such as `Bearer …`, which stays in secret memory.
  package mutating func set(_ name: String, secret value: SharedSecret) {
    headers.append(Header(name: name, value: .secret(value)))
  }
}

/// What came back, whole and within the request's limit.
package struct HTTPAnswer: Sendable {
  /// The status code (RFC 9110 section 15).
  package var status: Int
  /// Names in lower case; in the order in which they came.
  package var headers: [(name: String, value: String)]
  /// As it was sent, in secret memory: it may be an answer with tokens. Empty where there is none.
  package var body: SharedSecret

  /// - Parameter headers: their names in lower case, which ``values(_:)`` relies on.
  package init(status: Int, headers: [(name: String, value: String)], body: SharedSecret) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  /// The values of all headers of that name.
  package func values(_ name: String) -> [String] {
    headers.filter { $0.name == name }.map(\.value)
  }

  /// The media type, without its parameters and in lower case; `nil` where none or several are
  /// named.
  package var mediaType: String? {
    let types = values("content-type")
    guard types.count == 1, let type = types.first else { return nil }
    let name = type.utf8.prefix { $0 != UInt8(ascii: ";") && $0 != UInt8(ascii: " ") }
    return String(decoding: name.map { lowercased($0) }, as: UTF8.self)
  }

  /// `application/json`, or another type in JSON's syntax.
  package var isJSON: Bool {
    guard let type = mediaType else { return false }
    return type == "application/json" || type == "text/json"
      || (type.hasPrefix("application/") && type.hasSuffix("+json"))
  }
}

/// Sends one request and follows nothing.
///
/// An implementation looks the host up once, asks ``ReachPolicy/check(_:of:)`` about all its
/// addresses, and connects to one of these; checks the server's certificate against the host's
/// name; sends the request once, whatever becomes of it; gives up after ``HTTPLimits/deadline``; stops reading at the request's limit; accepts no
/// compressed body.
package protocol HTTPTransport: Sendable {
  /// - Throws: ``OAuthError/refusedAddress(host:address:kind:)``,
  ///   ``OAuthError/unreachable(host:reason:)`` where nothing was sent,
  ///   ``OAuthError/connectionLost(host:reason:)``, ``OAuthError/timedOut(host:seconds:)``,
  ///   ``OAuthError/answerTooLarge(host:limit:)``, ``OAuthError/badAnswer(from:reason:)``.
  func send(_ request: HTTPRequest, policy: ReachPolicy) async throws(OAuthError) -> HTTPAnswer
}

/// Limits of what is exchanged with a server.
package enum HTTPLimits {
  /// 16 KiB: metadata has one or two.
  package static let metadata = 16 << 10
  /// 1 MiB: tokens with the groups of a large company in them have hundreds of KiB.
  package static let token = 1 << 20
  /// 64 KiB: of what only its status and headers matter.
  package static let probe = 64 << 10
  /// 10 s: for one request with all its parts, from the look-up of the name to the last byte.
  package static let deadline: Duration = .seconds(10)
  /// Of metadata; each is checked like the first.
  package static let redirects = 3
}
