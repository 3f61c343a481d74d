/// How large a bundle may be. MANIFEST.md of the reference speaks of 50 to 300 MB where dependencies
/// are packed along.
package struct BundleLimits: Sendable {
  /// Bytes of the file: 512 MiB, which is read into memory.
  package var archiveBytes = 512 << 20
  /// Bytes of everything in it: 512 MiB.
  package var unpackedBytes = 512 << 20
  /// A `node_modules` or a Python environment has thousands.
  package var entries = 20_000
  /// Bytes of a manifest: as of any JSON file that is read here.
  package var manifestBytes = 4 << 20
  /// How much larger an entry may be than what is stored of it, where it has more than
  /// ``ratioFloor`` bytes. Text packs at some 10:1; deflate ends at 1,032:1.
  package var ratio = 250
  /// Bytes: 1 MiB of zeros harms nobody.
  package var ratioFloor = 1 << 20
  /// Bytes of a name, folders included. Linux has 4,096 for a whole path.
  package var nameBytes = 1_024

  /// What every command uses; tests lower single ones.
  package static let standard = BundleLimits()

  /// The limits above.
  package init() {}
}
