package import Hosts

extension SecretDetector {
  /// Whether a name says that its value is a secret, whatever that looks like.
  package static func isSecretName(_ name: String) -> Bool {
    switch NamedValue(name) {
    case .password, .secret: true
    case .harmless, .unknown: false
    }
  }
}

extension ServerSecret {
  /// One that stands in another place too.
  package init(_ other: ServerSecret, in slot: HostSlot, _ spot: Finding.Spot) {
    self.init(spot: spot, reason: other.reason, value: other.value, slot: slot)
  }
}
