internal import Secrets

/// A step that a person may watch.
///
/// All texts may be shown on a terminal: ``Secrets/printable(_:)`` was applied, on both sides.
package enum Progress: Sendable, Equatable {
  /// Asks a host what protects it or where to log in.
  case discovering(host: String)
  /// Which row of the presets applied.
  case preset(row: String, source: String)
  /// The authorization server is known.
  case issuer(String)
  /// The client id that is used, and how it came about.
  case client(id: String, origin: ClientRegistration.Origin)
  /// Waits for the redirect, a pasted URL, or the approval of a device code.
  case waiting(seconds: UInt32)
  /// The redirect came.
  case callback
  /// A redirect or a pasted text that was not for this login; the wait goes on.
  case ignored(reason: String)
  /// Sends the code to the token endpoint.
  case exchanging
  /// The server accepted the token.
  case verified(scopes: [String])
  /// Asks for more scopes, since the server wants them (A16).
  case steppingUp(scopes: [String])
  /// Anything that a person should know and that stops nothing.
  case warning(String)
}

extension Progress {
  private enum Format {
    static let step: UInt16 = 1
    static let text: UInt16 = 2
    static let second: UInt16 = 3
    static let number: UInt16 = 4
    static let scope: UInt16 = 5
  }

  private var step: UInt8 {
    switch self {
    case .discovering: 1
    case .preset: 2
    case .issuer: 3
    case .client: 4
    case .waiting: 5
    case .callback: 6
    case .ignored: 7
    case .exchanging: 8
    case .verified: 9
    case .steppingUp: 10
    case .warning: 11
    }
  }

  var fields: FieldList {
    var list = FieldList()
    list.add(Format.step, step)
    switch self {
    case .discovering(let text), .issuer(let text), .ignored(let text), .warning(let text):
      list.add(Format.text, shown(text))
    case .preset(let row, let source):
      list.add(Format.text, shown(row))
      list.add(Format.second, shown(source))
    case .client(let id, let origin):
      list.add(Format.text, shown(id))
      list.add(Format.number, UInt32(origin.rawValue))
    case .waiting(let seconds): list.add(Format.number, seconds)
    case .verified(let scopes), .steppingUp(let scopes):
      list.add(Format.scope, scopes.prefix(64).map { shown($0) ?? "-" })
    case .callback, .exchanging: break
    }
    return list
  }

  init(_ reader: inout FieldReader) throws(ConnectionError) {
    var (step, number): (UInt8?, UInt32?)
    var (text, second): (String?, String?)
    var scopes: [String] = []
    while let field = try reader.next() {
      switch field.type {
      case Format.step: step = try field.integer()
      case Format.text: text = shown(try field.text())
      case Format.second: second = shown(try field.text())
      case Format.number: number = try field.integer()
      case Format.scope: scopes.append(shown(try field.element()) ?? "")
      default: throw .unknownField(field.type)
      }
    }
    switch (step, text, number) {
    case (1, let text?, _): self = .discovering(host: text)
    case (2, let text?, _): self = .preset(row: text, source: second ?? "")
    case (3, let text?, _): self = .issuer(text)
    case (4, let text?, let number?):
      guard let origin = ClientRegistration.Origin(rawValue: UInt8(truncatingIfNeeded: number))
      else { throw .malformed("an unknown origin of a client") }
      self = .client(id: text, origin: origin)
    case (5, _, let number?): self = .waiting(seconds: number)
    case (6, _, _): self = .callback
    case (7, let text?, _): self = .ignored(reason: text)
    case (8, _, _): self = .exchanging
    case (9, _, _): self = .verified(scopes: scopes)
    case (10, _, _): self = .steppingUp(scopes: scopes)
    case (11, let text?, _): self = .warning(text)
    default: throw .malformed("an unknown step")
    }
  }
}

/// At most 300 characters that a terminal may be given; `nil` for none.
private func shown(_ text: String) -> String? {
  text.isEmpty ? nil : printable(text, limit: 300)
}
