package import Connections
internal import Secrets

/// The parameters that a browser brought back, or that were pasted.
package struct CallbackParameters: Sendable {
  private var pairs: [(name: String, value: SharedSecret)] = []

  /// 32 KiB: a redirect is shorter.
  package static let maximumLength = 32 << 10

  /// - Parameter query: without the `?`.
  package init(query: UnsafeRawBufferPointer) throws(OAuthError) {
    guard query.count <= Self.maximumLength else { return }
    for pair in query.split(separator: UInt8(ascii: "&")).prefix(32) {
      let parts = pair.split(
        separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, let name = percentDecoded(parts[0], plusIsBlank: true),
        var value = percentDecoded(parts[1], plusIsBlank: true)
      else { continue }
      defer { value.withUnsafeMutableBytes { wipe($0) } }
      let secret = try SharedSecret(copy: value)
      pairs.append((String(decoding: name, as: UTF8.self), secret))
    }
  }

  /// What a person pasted: the whole URL, or what of it begins at the `?` or behind it.
  package init(pasted text: SharedSecret) throws(OAuthError) {
    self = try text.withUnsafeBytes { (bytes) throws(OAuthError) -> CallbackParameters in
      var rest = bytes[...]
      if let mark = rest.firstIndex(of: UInt8(ascii: "?")) { rest = rest[(mark + 1)...] }
      if let hash = rest.firstIndex(of: UInt8(ascii: "#")) { rest = rest[..<hash] }
      while let last = rest.last, last <= 0x20 { rest = rest.dropLast() }
      while let first = rest.first, first <= 0x20 { rest = rest.dropFirst() }
      return try CallbackParameters(query: UnsafeRawBufferPointer(rebasing: rest))
    }
  }

  /// The value of a parameter, which is there once; `nil` where there is none.
  func value(_ name: String) -> SharedSecret? {
    let found = pairs.filter { $0.name == name }
    return found.count == 1 ? found[0].value : nil
  }

  func text(_ name: String) -> String? {
    value(name)?.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
  }

  func isRepeated(_ name: String) -> Bool { pairs.filter { $0.name == name }.count > 1 }
}

extension AuthorizationRequest {
  /// What an answer turned out to be.
  package enum Verdict: Sendable {
    /// The authorization code.
    case code(SharedSecret)
    /// Not the answer to this request; the wait goes on.
    case ignored(String)
  }

  /// Judges what came back, in the order in which trust grows: whether it answers this request
  /// (A20), whether it comes from the server that was asked (A23), and only then what it says.
  ///
  /// - Throws: ``OAuthError/responseIssuer(expected:named:)``,
  ///   ``OAuthError/authorizationRefused(code:description:)``: these end the login.
  package func judge(_ parameters: CallbackParameters) throws(OAuthError) -> Verdict {
    for name in ["state", "code", "iss", "error"] where parameters.isRepeated(name) {
      return .ignored("it has '\(name)' twice")
    }
    guard let state = parameters.value("state") else { return .ignored("it has no state") }
    let expected = try SharedSecret(text: self.state)
    guard state.isEqual(to: expected) else {
      return .ignored("its state is that of another login")
    }
    let named = parameters.text("iss")
    if let named {
      guard named == issuer else { throw .responseIssuer(expected: issuer, named: named) }
    } else if expectsIssuer {
      throw .responseIssuer(expected: issuer, named: nil)
    }
    if let error = parameters.text("error") {
      throw .authorizationRefused(
        code: error, description: parameters.text("error_description") ?? "")
    }
    guard let code = parameters.value("code"), code.count > 0,
      code.withUnsafeBytes({ $0.allSatisfy { 0x20...0x7E ~= $0 } })
    else { return .ignored("it has no code") }
    return .code(code)
  }
}
