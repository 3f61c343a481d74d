package import Secrets

extension ConnectionRecord {
  private typealias Format = ConnectionFormat.Record

  /// The record as bytes: 2 bytes of version, then the fields.
  ///
  /// - Throws: ``ConnectionError/tooLarge(byteCount:limit:)``, ``ConnectionError/memory(_:)``.
  package func encoded() throws(ConnectionError) -> SecretBytes {
    let fields = fields
    guard fields.byteCount + 2 <= ConnectionLimits.maximumRecordLength else {
      throw .tooLarge(
        byteCount: fields.byteCount + 2, limit: ConnectionLimits.maximumRecordLength)
    }
    let version = ConnectionFormat.version
    return try fields.encoded(behind: [UInt8(version & 0xFF), UInt8(version >> 8)])
  }

  private var fields: FieldList {
    var list = FieldList()
    list.add(Format.name, name)
    list.add(Format.server, server)
    list.add(Format.resource, resource)
    if !issuer.isEmpty { list.add(Format.issuer, issuer) }
    list.add(Format.authorizationEndpoint, endpoints.authorization)
    list.add(Format.tokenEndpoint, endpoints.token)
    list.add(Format.revocationEndpoint, endpoints.revocation)
    list.add(Format.registrationEndpoint, endpoints.registration)
    list.add(Format.deviceEndpoint, endpoints.device)
    list.add(Format.requestedScope, requestedScopes)
    list.add(Format.grantedScope, grantedScopes)
    list.add(Format.grant, grant.rawValue)
    list.add(Format.accessToken, accessToken)
    list.add(Format.tokenType, tokenType)
    list.add(Format.refreshToken, refreshToken)
    list.add(Format.obtained, obtained)
    list.add(Format.expires, expires)
    list.add(Format.refreshExpires, refreshExpires)
    list.add(Format.options, options.rawValue)
    for parameter in parameters { list.add(Format.authorizationParameter, parameter.fields) }
    list.add(Format.preset, preset?.fields)
    list.add(Format.loggedIn, loggedIn)
    list.add(Format.lastRefresh, lastRefresh)
    list.add(Format.lastFailure, lastFailure?.fields)
    if hasEnded { list.add(Format.hasEnded, UInt8(1)) }
    for registration in registrations { list.add(Format.registration, registration.fields) }
    list.add(Format.typedIssuer, typedIssuer)
    list.add(Format.typedProvider, typedProvider)
    list.add(unknown)
    return list
  }

  /// Reads a record.
  ///
  /// - Parameter bytes: of any content; the caller wipes them.
  package init(_ bytes: UnsafeRawBufferPointer) throws(ConnectionError) {
    guard bytes.count <= ConnectionLimits.maximumRecordLength else {
      throw .tooLarge(byteCount: bytes.count, limit: ConnectionLimits.maximumRecordLength)
    }
    guard bytes.count >= 2 else { throw .malformed("it is empty") }
    let version = UInt16(littleEndian: bytes.loadUnaligned(as: UInt16.self))
    guard version == ConnectionFormat.version else { throw .unsupportedVersion(version) }
    self.init(name: "")
    var reader = FieldReader(UnsafeRawBufferPointer(rebasing: bytes[2...]))
    var (hasGrant, hasOptions) = (false, false)
    while let field = try reader.next() {
      if try !readIdentity(field), try !readToken(field), try !readHistory(field) {
        unknown.append(try field.unknown())
        try limit(unknown.count, ConnectionLimits.maximumUnknownCount)
      }
      if field.type == Format.grant { hasGrant = true }
      if field.type == Format.options { hasOptions = true }
    }
    guard !name.isEmpty, hasGrant, hasOptions else {
      throw .malformed("it lacks its name, its grant or its options")
    }
  }

  private mutating func readIdentity(_ field: Field) throws(ConnectionError) -> Bool {
    switch field.type {
    case Format.name: name = try field.text()
    case Format.server: server = try field.text()
    case Format.resource: resource = try field.text()
    case Format.issuer: issuer = try field.text()
    case Format.authorizationEndpoint: endpoints.authorization = try field.text()
    case Format.tokenEndpoint: endpoints.token = try field.text()
    case Format.revocationEndpoint: endpoints.revocation = try field.text()
    case Format.registrationEndpoint: endpoints.registration = try field.text()
    case Format.deviceEndpoint: endpoints.device = try field.text()
    case Format.options: options = Options(rawValue: try field.integer())
    case Format.typedIssuer: typedIssuer = try field.text()
    case Format.typedProvider: typedProvider = try field.text()
    case Format.authorizationParameter:
      parameters.append(try Parameter(field.payload))
      try limit(parameters.count, ConnectionLimits.maximumParameterCount)
    case Format.preset: preset = try PresetRules(field.list())
    case Format.registration:
      let registration = try ClientRegistration(field.payload)
      guard self.registration(at: registration.issuer) == nil else {
        throw .malformed("two registrations at one issuer")
      }
      try limit(registrations.count + 1, ConnectionLimits.maximumRegistrationCount)
      set(registration)
    default: return false
    }
    return true
  }

  private mutating func readToken(_ field: Field) throws(ConnectionError) -> Bool {
    switch field.type {
    case Format.requestedScope:
      requestedScopes.append(try field.element())
      try limit(requestedScopes.count, ConnectionLimits.maximumScopeCount)
    case Format.grantedScope:
      grantedScopes.append(try field.element())
      try limit(grantedScopes.count, ConnectionLimits.maximumScopeCount)
    case Format.grant:
      guard let grant = Grant(rawValue: try field.integer()) else {
        throw .malformed("an unknown grant")
      }
      self.grant = grant
    case Format.accessToken: accessToken = try field.secret()
    case Format.tokenType: tokenType = try field.text()
    case Format.refreshToken: refreshToken = try field.secret()
    case Format.obtained: obtained = try field.time()
    case Format.expires: expires = try field.time()
    case Format.refreshExpires: refreshExpires = try field.time()
    default: return false
    }
    return true
  }

  private mutating func readHistory(_ field: Field) throws(ConnectionError) -> Bool {
    switch field.type {
    case Format.loggedIn: loggedIn = try field.time()
    case Format.lastRefresh: lastRefresh = try field.time()
    case Format.lastFailure: lastFailure = try Failure(field.list())
    case Format.hasEnded:
      // There when it is true, and not otherwise: one record has one encoding.
      guard try field.flag() else { throw .malformed("a login that has not ended says so") }
      hasEnded = true
    default: return false
    }
    return true
  }
}

extension ConnectionRecord.Parameter {
  private typealias Format = ConnectionFormat.Parameter

  var fields: FieldList {
    var list = FieldList()
    list.add(Format.name, name)
    if !value.isEmpty { list.add(Format.value, value) }
    return list
  }

  init(_ payload: UnsafeRawBufferPointer) throws(ConnectionError) {
    var reader = FieldReader(payload)
    var name: String?
    self.init(name: "", value: "")
    while let field = try reader.next() {
      switch field.type {
      case Format.name: name = try field.text()
      case Format.value: value = try field.text()
      default: throw .unknownField(field.type)
      }
    }
    guard let name else { throw .malformed("a parameter without its name") }
    self.name = name
  }
}

extension ConnectionRecord.Failure {
  private typealias Format = ConnectionFormat.Failure

  var fields: FieldList {
    var list = FieldList()
    list.add(Format.time, time)
    list.add(Format.code, code)
    if !message.isEmpty { list.add(Format.message, message) }
    return list
  }

  init(_ reader: FieldReader) throws(ConnectionError) {
    var reader = reader
    var (time, code): (Int64?, String?)
    self.init(time: 0, code: "", message: "")
    while let field = try reader.next() {
      switch field.type {
      case Format.time: time = try field.time()
      case Format.code: code = try field.text()
      case Format.message: message = try field.text()
      default: throw .unknownField(field.type)
      }
    }
    guard let time, let code else { throw .malformed("a failure without its time or code") }
    self.time = time
    self.code = code
  }
}
