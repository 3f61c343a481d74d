internal import Files

/// The highest generation of a vault that was seen on this machine, kept apart from the vault:
/// whoever exchanges the vault for an older copy must change this file as well.
///
/// One line of text: vault id in hexadecimal, a space, the generation in decimal.
struct GenerationRecord: Equatable {
  let vaultID: RandomID
  let generation: UInt64

  /// Longer than any record: 32 digits, a space, 20 digits and a line end.
  private static let maximumLength = 64

  /// `nil` when there is none or it makes no sense: the record may be lost without loss.
  static func read(in location: VaultLocation) -> GenerationRecord? {
    guard let folder = try? OwnedFolder.open(location.state, create: false),
      let bytes = try? folder.readFile(
        VaultLocation.generationName, limit: maximumLength, privacy: .trusted)
    else { return nil }
    return GenerationRecord(text: String(decoding: bytes, as: UTF8.self))
  }

  init(vaultID: RandomID, generation: UInt64) {
    self.vaultID = vaultID
    self.generation = generation
  }

  init?(text: String) {
    guard text.utf8.last == UInt8(ascii: "\n") else { return nil }
    let parts = text.dropLast().split(separator: " ", omittingEmptySubsequences: false)
    guard parts.count == 2, let vaultID = RandomID(parts[0]), let generation = UInt64(parts[1])
    else { return nil }
    self.init(vaultID: vaultID, generation: generation)
  }

  /// The caller holds the vault's lock.
  func write(in location: VaultLocation) throws(FileError) {
    let folder = try OwnedFolder.open(location.state, create: true)
    // Not synced: after a power failure an older or an empty record is no worse than none.
    try folder.replaceFile(
      VaultLocation.generationName, with: Array("\(vaultID) \(generation)\n".utf8),
      durable: false)
  }

  /// The generation that `header` should at least have.
  static func seen(of header: VaultHeader, in location: VaultLocation) -> UInt64? {
    guard let record = read(in: location), record.vaultID == header.vaultID else { return nil }
    return record.generation
  }

  /// Records the generation of `header` unless a higher one of the same vault is recorded. The
  /// caller holds the vault's lock.
  static func note(_ header: VaultHeader, in location: VaultLocation) throws(FileError) {
    if let seen = seen(of: header, in: location), seen >= header.generation { return }
    try GenerationRecord(vaultID: header.vaultID, generation: header.generation)
      .write(in: location)
  }
}
