package import Connections
package import Files

/// How this machine reaches the network: what the environment of a host has no say in.
package enum NetworkSettings {
  /// `config/net-proxy` holds the URL of an HTTP proxy, `config/net-certificates` the path of a file
  /// with the certificates to trust instead of the system's.
  package static func read(in locations: Locations) -> LoginSettings {
    var settings = LoginSettings()
    settings.proxy = SettingFile(name: "net-proxy").line(in: locations)
    let certificates = SettingFile(name: "net-certificates")
    settings.trustedCertificates = certificates.path(in: locations)
    if settings.trustedCertificates == nil, certificates.line(in: locations) != nil {
      Report.warning("net-certificates holds no absolute path, so the system's certificates count")
    }
    return settings
  }
}
