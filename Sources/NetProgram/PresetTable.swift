internal import Connections
internal import OAuth
internal import Presets
internal import Secrets

/// The rows that apply here: those of the program, changed by the person's own file, whose text
/// comes with the request, since this program reads no file.
struct PresetTable: Sendable {
  private let servers: AuthorizationServers

  /// - Throws: ``OAuthError/usage(_:hint:)`` for a file that makes no sense; nothing of it is used.
  init(overrides: SharedSecret?) throws(OAuthError) {
    guard let overrides else {
      servers = .builtIn
      return
    }
    do {
      let text = overrides.withUnsafeBytes { Array($0) }
      servers = AuthorizationServers.builtIn.applying(try PresetOverrides(text))
    } catch {
      throw .usage(error.message, hint: error.hint)
    }
  }

  func provider(issuer: String?, named: String?) throws(OAuthError) -> Provider? {
    try Provider.find(in: servers, issuer: issuer, named: named)
  }
}
