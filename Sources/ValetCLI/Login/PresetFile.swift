internal import Broker
internal import Connections
internal import Files

/// `config/presets.json`, where a person adds providers to those that mcp-valet knows. Never read
/// from a project's folder: who can write it decides where codes and secrets go.
struct PresetFile {
  private static let name = "presets.json"
  private let folder: String

  init(_ context: Context) { folder = context.locations.config }

  /// Its text, which `mcp-valet-net` understands and checks; `nil` when there is no such file.
  ///
  /// - Throws: `FileError` for a file that others can write, or that is longer than 256 KiB;
  ///   `SecretMemoryError`.
  func text() throws -> SharedSecret? {
    let bytes: [UInt8]
    do {
      bytes = try OwnedFolder.open(folder, create: false)
        .readFile(Self.name, limit: ExchangeFormat.maximumPresetsLength)
    } catch FileError.missing {
      return nil
    }
    return bytes.isEmpty ? nil : try bytes.withUnsafeBytes { try SharedSecret(copying: $0) }
  }
}
