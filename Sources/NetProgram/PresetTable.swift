internal import Connections
internal import OAuth

/// The rows that apply here. The table itself comes with the presets' module.
struct PresetTable: Sendable {
  func provider(issuer: String?, named: String?) throws(OAuthError) -> Provider? { nil }
}
