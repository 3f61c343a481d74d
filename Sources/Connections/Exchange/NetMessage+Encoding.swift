package import Secrets

extension NetMessage {
  private typealias Kind = ExchangeFormat.Kind

  private enum Format {
    static let url: UInt16 = 1
    static let redirect: UInt16 = 2
    static let listens: UInt16 = 3
    static let userCode: UInt16 = 1
    static let verificationURL: UInt16 = 2
    static let completeURL: UInt16 = 3
    static let expiresIn: UInt16 = 4
    static let record: UInt16 = 1
    static let revocation: UInt16 = 1
    static let token: UInt16 = 1
    static let outcome: UInt16 = 2
    static let detail: UInt16 = 3
  }

  /// The whole frame.
  package func encoded() throws(ConnectionError) -> SecretBytes {
    var list = FieldList()
    switch self {
    case .progress(let progress): return try frame(kind: Kind.progress, progress.fields)
    case .failure(let failure): return try frame(kind: Kind.failure, failure.fields)
    case .authorize(let url, let redirect, let listens):
      list.add(Format.url, url)
      list.add(Format.redirect, redirect)
      list.add(Format.listens, UInt8(listens ? 1 : 0))
      return try frame(kind: Kind.authorize, list)
    case .device(let prompt):
      list.add(Format.userCode, prompt.userCode)
      list.add(Format.verificationURL, prompt.verificationURL)
      list.add(Format.completeURL, prompt.completeURL)
      list.add(Format.expiresIn, prompt.expiresIn)
      return try frame(kind: Kind.device, list)
    case .result(let record):
      list.add(Format.record, SharedSecret(try record.encoded()))
      return try frame(kind: Kind.result, list)
    case .revoked(let revocations):
      for revocation in revocations { list.add(Format.revocation, revocation.fields) }
      return try frame(kind: Kind.revoked, list)
    }
  }

  package init(_ frame: ExchangeFrame) throws(ConnectionError) {
    self = try frame.payload.withUnsafeBytes { (bytes) throws(ConnectionError) -> NetMessage in
      var reader = FieldReader(bytes)
      switch frame.kind {
      case Kind.progress: return .progress(try Progress(&reader))
      case Kind.failure: return .failure(try NetFailure(&reader))
      case Kind.authorize: return try NetMessage.authorize(&reader)
      case Kind.device: return .device(try DevicePrompt(&reader))
      case Kind.result:
        guard let field = try reader.next(), field.type == Format.record,
          try reader.next() == nil
        else { throw .malformed("a result without its record") }
        return .result(try ConnectionRecord(field.payload))
      case Kind.revoked:
        var revocations: [Revocation] = []
        while let field = try reader.next() {
          revocations.append(try Revocation(field))
          try limit(revocations.count, 2)
        }
        return .revoked(revocations)
      default: throw .malformed("a message of the unknown kind \(frame.kind)")
      }
    }
  }

  private static func authorize(_ reader: inout FieldReader) throws(ConnectionError) -> NetMessage {
    var (url, redirect, listens): (String?, String?, Bool?)
    while let field = try reader.next() {
      switch field.type {
      case Format.url: url = try field.openableURL(limit: ConnectionLimits.maximumAuthorizeLength)
      case Format.redirect: redirect = try field.text()
      case Format.listens: listens = try field.flag()
      default: throw .unknownField(field.type)
      }
    }
    guard let url, let redirect, let listens else { throw .malformed("no page to open") }
    return .authorize(url: url, redirect: redirect, listens: listens)
  }
}

extension NetMessage.DevicePrompt {
  private typealias Format = NetMessage.Format

  fileprivate init(_ reader: inout FieldReader) throws(ConnectionError) {
    var (code, url, complete, expires): (String?, String?, String?, UInt32?)
    while let field = try reader.next() {
      switch field.type {
      case Format.userCode: code = printable(try field.text(), limit: 64)
      case Format.verificationURL: url = try field.openableURL()
      case Format.completeURL: complete = try field.openableURL()
      case Format.expiresIn: expires = try field.integer()
      default: throw .unknownField(field.type)
      }
    }
    guard let code, let url, let expires else { throw .malformed("no code to type") }
    self.init(userCode: code, verificationURL: url, completeURL: complete, expiresIn: expires)
  }
}

extension NetMessage.Revocation {
  private typealias Format = NetMessage.Format

  fileprivate var fields: FieldList {
    var list = FieldList()
    list.add(Format.token, token.rawValue)
    list.add(Format.outcome, outcome.rawValue)
    if !detail.isEmpty { list.add(Format.detail, detail) }
    return list
  }

  fileprivate init(_ field: Field) throws(ConnectionError) {
    var reader = FieldReader(field.payload)
    var (token, outcome, detail): (Token?, Outcome?, String?)
    while let field = try reader.next() {
      switch field.type {
      case Format.token: token = Token(rawValue: try field.integer())
      case Format.outcome: outcome = Outcome(rawValue: try field.integer())
      case Format.detail: detail = try field.text()
      default: throw .unknownField(field.type)
      }
    }
    guard let token, let outcome else { throw .malformed("a revocation without its outcome") }
    self.init(token, outcome, detail: detail ?? "")
  }
}
