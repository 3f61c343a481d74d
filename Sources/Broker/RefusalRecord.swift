internal import Files
package import Grants
internal import Platform
internal import Secrets
package import Vault

/// The refused launches that a person may approve with `allow --last`: one small file a server in
/// `state/refused`, sealed for the vault. It says what was asked for, and no secret's value.
///
/// A convenience: where it cannot be written, `allow` takes the same words.
package struct RefusalRecord {
  private let path: String

  package init(_ context: Context) { path = "\(context.locations.state)/refused" }

  /// More servers than anybody starts at once; a later one takes the place of an earlier one then.
  private static let slotCount: UInt64 = 64
  /// Nonce, tag and time beside the grant.
  private static let lengthLimit = GrantFormat.maximumLength + 64

  /// A refused launch.
  package struct Refusal {
    /// Nanoseconds since 1970-01-01T00:00:00Z.
    package let time: UInt64
    package let grant: Grant
    fileprivate let fileName: String
  }

  func write(_ grant: Grant, _ store: VaultStore) {
    guard let payload = grant.encoded() else { return }
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    let now = UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    let bytes = withUnsafeBytes(of: now.littleEndian) { Array($0) } + payload
    do {
      let folder = try OwnedFolder.open(path, create: true)
      let sealed = try store.sealNote(bytes)
      try folder.replaceFile(
        Self.fileName(grant.terms.serverName), with: sealed, durable: false)
    } catch {
      Report.note("the refusal is not recorded: \(Report.reportable(error).message)")
    }
  }

  /// All that can be read, the last one first.
  package func read(_ store: VaultStore) -> [Refusal] {
    guard let folder = try? OwnedFolder.open(path, create: false) else { return [] }
    var refusals: [Refusal] = []
    for slot in 0..<Self.slotCount {
      if let refusal = Self.read(String(slot), in: folder, store) { refusals.append(refusal) }
    }
    return refusals.sorted { $0.time > $1.time }
  }

  private static func read(
    _ name: String, in folder: borrowing OwnedFolder, _ store: VaultStore
  ) -> Refusal? {
    guard let sealed = try? folder.readFile(name, limit: lengthLimit),
      let opened = try? store.openNote(sealed), opened.count > 8
    else { return nil }
    let time = opened[..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    let grant = opened.withUnsafeBytes {
      try? Grant(UnsafeRawBufferPointer(rebasing: $0[8...]))
    }
    return grant.map { Refusal(time: time, grant: $0, fileName: name) }
  }

  /// To be called once it was approved. A later refusal that took its place meanwhile stays.
  package func remove(_ refusal: Refusal, _ store: VaultStore) {
    guard let folder = try? OwnedFolder.open(path, create: false),
      Self.read(refusal.fileName, in: folder, store)?.time == refusal.time
    else { return }
    _ = try? folder.removeFile(refusal.fileName)
  }

  /// FNV-1a: the name itself may be longer than a file's, or not fit for one.
  private static func fileName(_ serverName: String) -> String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in serverName.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return String((hash ^ hash >> 32) % slotCount)
  }
}
