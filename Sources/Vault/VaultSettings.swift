/// What is settled for a whole vault.
package struct VaultSettings: Equatable, Sendable {
  /// Commands that hand out or accept secrets do not ask a person: made or switched so for
  /// scripts.
  package var isUnattended = false
  /// The recovery key was shown to somebody who said so; until then commands keep reminding.
  package var isRecoveryKeyShown = false

  package init(isUnattended: Bool = false, isRecoveryKeyShown: Bool = false) {
    self.isUnattended = isUnattended
    self.isRecoveryKeyShown = isRecoveryKeyShown
  }
}

/// The settings as a record: flags, then whatever later versions put behind them.
struct SettingsRecord {
  private var flags: UInt32 = 0
  private var rest: [UInt8] = []

  private static let unattended: UInt32 = 1
  private static let recoveryKeyShown: UInt32 = 2

  init() {}

  init(_ payload: UnsafeRawBufferPointer) throws(VaultError) {
    guard payload.count >= 4 else { throw .malformed("the settings' record is too short") }
    flags = payload.integer(at: 0)
    rest = Array(payload.dropFirst(4))
  }

  var encodedLength: Int { 4 + rest.count }

  func encode(into writer: inout ByteWriter) {
    writer.write(flags)
    writer.write(rest)
  }

  /// Setting leaves flags alone that this version does not know.
  var settings: VaultSettings {
    get {
      VaultSettings(
        isUnattended: flags & Self.unattended != 0,
        isRecoveryKeyShown: flags & Self.recoveryKeyShown != 0)
    }
    set {
      flags &= ~(Self.unattended | Self.recoveryKeyShown)
      if newValue.isUnattended { flags |= Self.unattended }
      if newValue.isRecoveryKeyShown { flags |= Self.recoveryKeyShown }
    }
  }
}
