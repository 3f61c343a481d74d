/// What the person asked for, beyond the record: the options of `login`.
package struct LoginSettings: Sendable {
  /// The authorization server of an API, when no MCP server was named; with a server, which of the
  /// several that it trusts.
  package var issuer: String?
  /// Name of a preset row.
  package var provider: String?
  /// `nil` where the server's metadata or the rules decide.
  package var resource: String?
  /// Empty where the challenge or the metadata decides.
  package var scopes: [String] = []
  package var clientID: String?
  package var clientSecret: SharedSecret?
  /// URL of a client id metadata document (A12).
  package var clientMetadataURL: String?
  /// Whole redirect URI, when the client was registered with one.
  package var redirectURI: String?
  /// Port of the loopback redirect; `nil` for any that is free.
  package var redirectPort: UInt16?
  package var parameters: [ConnectionRecord.Parameter] = []
  package var grant = ConnectionRecord.Grant.authorizationCode
  /// All of them, at a login: what the connection had before does not count beside it. Refresh and
  /// revocation go by the record's.
  package var options: ConnectionRecord.Options = []
  /// Seconds that the whole login may take, the person's part included.
  package var timeout: UInt32 = 300
  /// Text of `config/presets.json`.
  package var presets: SharedSecret?
  /// URL of an HTTP proxy. The environment is not asked: a host's configuration can set it.
  package var proxy: String?
  /// File with the certificates of the authorities to trust instead of the system's.
  package var trustedCertificates: String?

  package init() {}
}

extension LoginSettings {
  private enum Format {
    static let issuer: UInt16 = 1
    static let provider: UInt16 = 2
    static let resource: UInt16 = 3
    static let scope: UInt16 = 4
    static let clientID: UInt16 = 5
    static let clientSecret: UInt16 = 6
    static let clientMetadataURL: UInt16 = 7
    static let redirectURI: UInt16 = 8
    static let redirectPort: UInt16 = 9
    static let parameter: UInt16 = 10
    static let grant: UInt16 = 11
    static let options: UInt16 = 12
    static let timeout: UInt16 = 13
    static let presets: UInt16 = 14
    static let proxy: UInt16 = 15
    static let trustedCertificates: UInt16 = 16
  }

  var fields: FieldList {
    var list = FieldList()
    list.add(Format.issuer, issuer)
    list.add(Format.provider, provider)
    list.add(Format.resource, resource)
    list.add(Format.scope, scopes)
    list.add(Format.clientID, clientID)
    list.add(Format.clientSecret, clientSecret)
    list.add(Format.clientMetadataURL, clientMetadataURL)
    list.add(Format.redirectURI, redirectURI)
    list.add(Format.redirectPort, redirectPort)
    for parameter in parameters { list.add(Format.parameter, parameter.fields) }
    list.add(Format.grant, grant.rawValue)
    list.add(Format.options, options.rawValue)
    list.add(Format.timeout, timeout)
    list.add(Format.presets, presets)
    list.add(Format.proxy, proxy)
    list.add(Format.trustedCertificates, trustedCertificates)
    return list
  }

  init(_ reader: FieldReader) throws(ConnectionError) {
    var reader = reader
    self.init()
    while let field = try reader.next() {
      switch field.type {
      case Format.issuer: issuer = try field.text()
      case Format.provider: provider = try field.text()
      case Format.resource: resource = try field.text()
      case Format.scope:
        scopes.append(try field.element())
        try limit(scopes.count, ConnectionLimits.maximumScopeCount)
      case Format.clientID: clientID = try field.text()
      case Format.clientSecret: clientSecret = try field.secret()
      case Format.clientMetadataURL: clientMetadataURL = try field.text()
      case Format.redirectURI: redirectURI = try field.text()
      case Format.redirectPort: redirectPort = try field.integer()
      default: try readRest(field)
      }
    }
  }

  private mutating func readRest(_ field: Field) throws(ConnectionError) {
    switch field.type {
    case Format.parameter:
      parameters.append(try ConnectionRecord.Parameter(field.payload))
      try limit(parameters.count, ConnectionLimits.maximumParameterCount)
    case Format.grant:
      guard let grant = ConnectionRecord.Grant(rawValue: try field.integer()) else {
        throw .malformed("an unknown grant")
      }
      self.grant = grant
    case Format.options: options = .init(rawValue: try field.integer())
    case Format.timeout: timeout = try field.integer()
    case Format.presets: presets = try field.secret(limit: ExchangeFormat.maximumPresetsLength)
    case Format.proxy: proxy = try field.text()
    case Format.trustedCertificates: trustedCertificates = try field.text()
    // Both programs are of one version.
    default: throw .unknownField(field.type)
    }
  }
}
