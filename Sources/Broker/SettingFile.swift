package import Files

/// A one-line file in the configuration folder: mostly an absolute path, such as where the key file
/// lies.
package struct SettingFile {
  /// Where the key file lies.
  package static let keyFile = SettingFile(name: "key-file")
  /// Which program asks for a passphrase.
  static let pinentry = SettingFile(name: "pinentry")

  let name: String

  /// Longest path that the kernel takes.
  private static let limit = 4096

  /// The path that the file holds; `nil` when there is no such file, or it holds no absolute path.
  package func path(in locations: Locations) -> String? {
    guard let line = line(in: locations), line.utf8.first == UInt8(ascii: "/") else { return nil }
    return line
  }

  /// The first line of the file; `nil` when there is no such file, or the line is empty.
  func line(in locations: Locations) -> String? {
    guard let folder = try? OwnedFolder.open(locations.config, create: false),
      let bytes = try? folder.readFile(name, limit: Self.limit),
      let text = String(validating: bytes, as: UTF8.self)
    else { return nil }
    let line = text.prefix { !$0.isNewline }
    return line.isEmpty ? nil : String(line)
  }

  /// - Throws: `FileError`.
  package func set(_ path: String, in locations: Locations) throws(FileError) {
    let folder = try OwnedFolder.open(locations.config, create: true)
    try folder.replaceFile(name, with: Array("\(path)\n".utf8))
  }
}
