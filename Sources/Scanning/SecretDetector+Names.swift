extension SecretDetector {
  /// Whether a name says that its value is a secret, whatever that looks like.
  package static func isSecretName(_ name: String) -> Bool {
    switch NamedValue(name) {
    case .password, .secret: true
    case .harmless, .unknown: false
    }
  }
}
