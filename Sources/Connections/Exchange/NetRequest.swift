package import Secrets

/// What `mcp-valet-net` is asked.
package enum NetRequest: Sendable {
  case begin(Begin)
  /// The redirect URL, or what of it was copied, that the person pasted instead of being redirected.
  case pasted(SharedSecret)

  package struct Begin: Sendable {
    package enum Operation: UInt8, Sendable, CaseIterable {
      /// Gets tokens with the person's help. The record brings the name, the server and what is
      /// known from an earlier login.
      case login = 1
      /// Gets a new access token with the record's refresh token or client secret.
      case refresh = 2
      /// Ends the record's tokens at the server.
      case revoke = 3
    }

    package var operation: Operation
    package var record: ConnectionRecord
    package var settings: LoginSettings

    package init(
      _ operation: Operation, _ record: ConnectionRecord, settings: LoginSettings = LoginSettings()
    ) {
      self.operation = operation
      self.record = record
      self.settings = settings
    }
  }
}

extension NetRequest {
  private enum Format {
    static let operation: UInt16 = 1
    static let record: UInt16 = 2
    static let settings: UInt16 = 3
    static let pasted: UInt16 = 1
  }

  /// The whole frame.
  package func encoded() throws(ConnectionError) -> SecretBytes {
    var list = FieldList()
    switch self {
    case .begin(let begin):
      list.add(Format.operation, begin.operation.rawValue)
      list.add(Format.record, SharedSecret(try begin.record.encoded()))
      list.add(Format.settings, begin.settings.fields)
      return try frame(kind: ExchangeFormat.Kind.begin, list)
    case .pasted(let text):
      list.add(Format.pasted, text)
      return try frame(kind: ExchangeFormat.Kind.pasted, list)
    }
  }

  package init(_ frame: ExchangeFrame) throws(ConnectionError) {
    self = try frame.payload.withUnsafeBytes { (bytes) throws(ConnectionError) -> NetRequest in
      var reader = FieldReader(bytes)
      switch frame.kind {
      case ExchangeFormat.Kind.begin: return .begin(try Begin(&reader))
      case ExchangeFormat.Kind.pasted:
        guard let field = try reader.next(), field.type == Format.pasted, try reader.next() == nil
        else { throw .malformed("a pasted text is missing") }
        return .pasted(try field.secret(limit: ExchangeFormat.maximumPastedLength))
      default: throw .malformed("a request of the unknown kind \(frame.kind)")
      }
    }
  }
}

extension NetRequest.Begin {
  private typealias Format = NetRequest.Format

  fileprivate init(_ reader: inout FieldReader) throws(ConnectionError) {
    var (operation, record, settings): (Operation?, ConnectionRecord?, LoginSettings?)
    while let field = try reader.next() {
      switch field.type {
      case Format.operation: operation = Operation(rawValue: try field.integer())
      case Format.record:
        guard !field.isRepeated else { throw .malformed("two records") }
        record = try ConnectionRecord(field.payload)
      case Format.settings: settings = try LoginSettings(field.list())
      default: throw .unknownField(field.type)
      }
    }
    guard let operation, let record, let settings else {
      throw .malformed("a request lacks its operation, record or settings")
    }
    self.init(operation, record, settings: settings)
  }
}
