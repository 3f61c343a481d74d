/// What one authorization server knows this program as.
///
/// It belongs to its issuer and is never shown to another (A4, A14).
package struct ClientRegistration: Sendable {
  /// How the client id came about (A11).
  package enum Origin: UInt8, Sendable, CaseIterable {
    /// Given by the person.
    case preRegistered = 1
    /// The URL of a client id metadata document.
    case metadataDocument = 2
    /// RFC 7591.
    case dynamic = 3
  }

  /// How the client proves at the token endpoint who it is (A26).
  package enum Authentication: UInt8, Sendable, CaseIterable {
    /// A public client: `client_id` in the body.
    case none = 1
    /// `client_secret_basic`
    case basic = 2
    /// `client_secret_post`
    case post = 3
  }

  /// The issuer as its metadata writes it.
  package var issuer: String
  package var clientID: String
  package var clientSecret: SharedSecret?
  package var origin: Origin
  package var authentication: Authentication
  package var redirectURIs: [String]
  /// When the client secret ends, in Unix seconds; `nil` for never.
  package var secretExpires: Int64?
  package var unknown: [UnknownField] = []

  package init(
    issuer: String, clientID: String, clientSecret: SharedSecret? = nil, origin: Origin,
    authentication: Authentication, redirectURIs: [String] = [], secretExpires: Int64? = nil
  ) {
    self.issuer = issuer
    self.clientID = clientID
    self.clientSecret = clientSecret
    self.origin = origin
    self.authentication = authentication
    self.redirectURIs = redirectURIs
    self.secretExpires = secretExpires
  }
}

extension ClientRegistration {
  typealias Format = ConnectionFormat.Registration

  var fields: FieldList {
    var list = FieldList()
    list.add(Format.issuer, issuer)
    list.add(Format.clientID, clientID)
    list.add(Format.clientSecret, clientSecret)
    list.add(Format.origin, origin.rawValue)
    list.add(Format.authentication, authentication.rawValue)
    list.add(Format.redirectURI, redirectURIs)
    list.add(Format.secretExpires, secretExpires)
    list.add(unknown)
    return list
  }

  init(_ payload: UnsafeRawBufferPointer) throws(ConnectionError) {
    var reader = FieldReader(payload)
    var (issuer, clientID, secret): (String?, String?, SharedSecret?)
    var (origin, authentication): (Origin?, Authentication?)
    self.init(issuer: "", clientID: "", origin: .dynamic, authentication: .none)
    while let field = try reader.next() {
      switch field.type {
      case Format.issuer: issuer = try field.text()
      case Format.clientID: clientID = try field.text()
      case Format.clientSecret: secret = try field.secret()
      case Format.origin: origin = Origin(rawValue: try field.integer())
      case Format.authentication: authentication = Authentication(rawValue: try field.integer())
      case Format.redirectURI:
        redirectURIs.append(try field.element())
        try limit(redirectURIs.count, ConnectionLimits.maximumRedirectCount)
      case Format.secretExpires: secretExpires = try field.time()
      default:
        unknown.append(try field.unknown())
        try limit(unknown.count, ConnectionLimits.maximumUnknownCount)
      }
    }
    guard let issuer, let clientID, let origin, let authentication else {
      throw .malformed("a registration lacks its issuer, client id, origin or authentication")
    }
    self.issuer = issuer
    self.clientID = clientID
    clientSecret = secret
    self.origin = origin
    self.authentication = authentication
  }
}

/// - Throws: ``ConnectionError/malformed(_:)`` for a list with more elements than there may be.
func limit(_ count: Int, _ maximum: Int) throws(ConnectionError) {
  if count > maximum { throw .malformed("a list has more than \(maximum) elements") }
}
