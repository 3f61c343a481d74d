package import Secrets

/// Why an operation failed, and what that means for the record.
package struct NetFailure: ReportableError, Equatable, Sendable {
  /// What the failure means for what is stored. Nothing is dropped but what is named here.
  package struct Effect: OptionSet, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }
    /// The server will not take these tokens again (`invalid_grant`): drop them, when the store
    /// still holds the ones that were sent.
    package static let dropsTokens = Effect(rawValue: 1)
    /// The server does not know the client any more.
    package static let dropsRegistration = Effect(rawValue: 2)
    /// The same may succeed later.
    package static let isTransient = Effect(rawValue: 4)
  }

  /// 64 bytes: of a code.
  package static let maximumCodeLength = 64

  /// A word that does not change between versions: an OAuth error code such as `invalid_grant`, or
  /// one of ours such as `issuer-mismatch`.
  package var code: String
  /// One line, of characters that a terminal may be given.
  package var message: String
  package var hint: String?
  package var exitCode: ExitCode
  package var effect: Effect

  package init(
    code: String, message: String, hint: String? = nil, exitCode: ExitCode, effect: Effect = []
  ) {
    self.code = printable(code, limit: Self.maximumCodeLength)
    self.message = printable(message, limit: Self.shownLength)
    self.hint = hint.map { printable($0, limit: Self.shownLength) }
    self.exitCode = exitCode
    self.effect = effect
  }

  /// 600 characters: a sentence of ours and one of the server's.
  private static let shownLength = 600
}

extension ConnectionRecord {
  /// Does to the record what a failure means for it.
  ///
  /// The caller has made sure that the record still holds what was sent: another process may have
  /// refreshed it meanwhile.
  ///
  /// - Parameter time: Unix seconds.
  package mutating func apply(_ failure: NetFailure, time: Int64) {
    lastFailure = Failure(time: time, code: failure.code, message: failure.message)
    if failure.effect.contains(.isTransient) { return }
    if failure.effect.contains(.dropsRegistration) {
      // What a person typed is not the server's to forget: the next login says what is wrong with it.
      if registration?.origin == .dynamic { removeRegistration(at: issuer) }
      hasEnded = true
    }
    if failure.effect.contains(.dropsTokens) {
      dropTokens()
      hasEnded = true
    }
  }
}

extension NetFailure {
  private enum Format {
    static let code: UInt16 = 1
    static let message: UInt16 = 2
    static let hint: UInt16 = 3
    static let exitCode: UInt16 = 4
    static let effect: UInt16 = 5
  }

  var fields: FieldList {
    var list = FieldList()
    list.add(Format.code, code)
    list.add(Format.message, message)
    list.add(Format.hint, hint)
    list.add(Format.exitCode, exitCode.rawValue)
    list.add(Format.effect, effect.rawValue)
    return list
  }

  init(_ reader: inout FieldReader) throws(ConnectionError) {
    var (code, message, hint): (String?, String?, String?)
    var (exitCode, effect): (ExitCode?, Effect?)
    while let field = try reader.next() {
      switch field.type {
      case Format.code: code = try field.text()
      case Format.message: message = try field.text()
      case Format.hint: hint = try field.text()
      case Format.exitCode: exitCode = ExitCode(rawValue: try field.integer())
      case Format.effect: effect = Effect(rawValue: try field.integer())
      default: throw .unknownField(field.type)
      }
    }
    guard let code, let message, let exitCode, exitCode != .success, let effect else {
      throw .malformed("a failure lacks its code, message, exit code or effect")
    }
    // Its init makes the texts safe again: they come from the process on the network.
    self.init(code: code, message: message, hint: hint, exitCode: exitCode, effect: effect)
  }
}
