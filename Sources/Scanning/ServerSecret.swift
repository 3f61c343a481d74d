package import Hosts

/// A plain-text secret where it stands. Holds the value, as the file does.
package struct ServerSecret: Sendable {
  package let spot: Finding.Spot
  package let reason: Finding.Reason
  /// A part of the slot's text, or what its escapes stand for.
  package let value: String
  package let slot: HostSlot

  /// As ``MaskedValue`` shows it.
  package var masked: String { MaskedValue.text(value) }
}
