package import Hosts

/// A plain-text secret where it stands. Holds the value, as the file does.
package struct ServerSecret: Sendable {
  /// Where it stands in the server.
  package let spot: Finding.Spot
  /// The strongest sign that was seen.
  package let reason: Finding.Reason
  /// A part of the slot's text, or what its escapes stand for.
  package let value: String
  /// The text that holds it, alone or beside others.
  package let slot: HostSlot

  /// As ``MaskedValue`` shows it.
  package var masked: String { MaskedValue.text(value) }
}

extension ServerSecret {
  /// The value of a variable that is known to hold a secret, however it looks; `nil` for one that is
  /// there to be filled in, or only names where the value is.
  package init?(known variable: HostVariable) {
    let text = variable.slot.text
    guard variable.slot.isString, !text.isEmpty, !Placeholder.isPlaceholder(text),
      !Placeholder.isReference(text)
    else { return nil }
    self.init(
      spot: .environment(variable.name), reason: .name, value: text, slot: variable.slot)
  }
}
