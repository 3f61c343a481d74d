import Platform
import Testing
import ValetTesting

@testable import Bundles

/// Manifests that tests start from.
enum Manifests {
  static let folder =
    #filePath.split(separator: "/").dropLast(2).reduce("") { "\($0)/\($1)" } + "/Fixtures"

  static func fixture(_ name: String) throws -> [UInt8] {
    try TemporaryFolder.read("\(folder)/\(name)")
  }

  /// A manifest of any version, with a secret in a variable.
  static func plain(_ version: String = "0.3", server: String = server, more: String = "") -> String
  {
    """
    {
      "manifest_version": "\(version)",
      "name": "Some Server",
      "version": "1.2.3",
      "description": "d",
      "author": { "name": "a" },
      "server": \(server),
      "user_config": {
        "key": { "type": "string", "title": "Key", "description": "d", "sensitive": true }
      }\(more)
    }

    """
  }

  static let server = """
    {
        "type": "node",
        "entry_point": "server/index.js",
        "mcp_config": {
          "command": "node",
          "args": ["${__dirname}/server/index.js"],
          "env": { "KEY": "${user_config.key}" }
        }
      }
    """

  /// A bundle with a manifest, as the official tool packs it.
  static func bundle(_ manifest: String = plain(), _ more: [ZipForge.Entry] = []) -> [UInt8] {
    let entries: [ZipForge.Entry] = [
      .init("manifest.json", manifest), .init("server/index.js", "// nothing\n", mode: 0o100755),
    ]
    return ZipForge(entries + more).bytes
  }
}
