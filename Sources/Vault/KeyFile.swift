package import Files
internal import Secrets

/// A file of exactly 32 random bytes that opens a vault: for machines without a keyring or a
/// person. Also what systemd hands over as a credential.
package enum KeyFile {
  /// Reads a key file.
  ///
  /// - Parameters:
  ///   - path: absolute; the file must be ours alone.
  ///   - privacy: ``Files/OwnedFolder/Privacy/credential`` below `$CREDENTIALS_DIRECTORY`.
  /// - Throws: ``VaultError/file(_:)``, ``VaultError/keyFileLength(path:byteCount:)``.
  package static func read(
    _ path: String, privacy: OwnedFolder.Privacy = .secret
  ) throws(VaultError) -> SlotSecret {
    let (parent, name) = split(path)
    let folder = try onFiles { () throws(FileError) in
      try OwnedFolder.open(parent, create: false)
    }
    let descriptor = try onFiles { () throws(FileError) in
      try folder.openFile(name, privacy: privacy)
    }
    let size = try onFiles { () throws(FileError) in try descriptor.size(path: path) }
    guard size == VaultFormat.keyLength else {
      throw .keyFileLength(path: path, byteCount: size)
    }
    var bytes = try inMemory { () throws(SecretMemoryError) in
      try SecretBytes(count: size)
    }
    let isComplete = try bytes.withUnsafeMutableBytes { (bytes) throws(VaultError) -> Bool in
      try onFiles { () throws(FileError) in
        try descriptor.readExactly(into: bytes, at: 0, path: path)
      }
    }
    guard isComplete else { throw .keyFileLength(path: path, byteCount: 0) }
    return .keyFile(bytes)
  }

  /// Makes a key file with mode 0600, and the folders above it; an existing file is an error, but
  /// for one that a killed process or a power failure left without its bytes.
  ///
  /// - Parameter path: absolute.
  package static func create(_ path: String) throws(VaultError) -> SlotSecret {
    let (parent, name) = split(path)
    let bytes = try inMemory { () throws(SecretMemoryError) in
      try SecretBytes.random(count: VaultFormat.keyLength)
    }
    try onFiles { () throws(FileError) in
      let folder = try OwnedFolder.open(parent, create: true)
      if isBlank(name, in: folder) { try folder.removeFile(name) }
      let descriptor = try folder.createFile(name)
      do throws(FileError) {
        try bytes.withUnsafeBytes { (bytes) throws(FileError) in
          try descriptor.writeAll(bytes, path: path)
        }
        try descriptor.synchronize(path: path)
        try folder.synchronize()
      } catch {
        // A key file that may be gone after a power failure must not guard a vault.
        _ = try? folder.removeFile(name)
        throw error
      }
    }
    return .keyFile(bytes)
  }

  /// Whether a file of ours is empty, or has its length and nothing in it.
  private static func isBlank(_ name: String, in folder: borrowing OwnedFolder) -> Bool {
    guard let descriptor = try? folder.openFile(name),
      let size = try? descriptor.size(path: name), size <= VaultFormat.keyLength
    else { return false }
    if size == 0 { return true }
    guard size == VaultFormat.keyLength, var bytes = try? SecretBytes(count: size) else {
      return false
    }
    return bytes.withUnsafeMutableBytes { bytes in
      (try? descriptor.readExactly(into: bytes, at: 0, path: name)) == true
        && bytes.allSatisfy { $0 == 0 }
    }
  }

  static func split(_ path: String) -> (folder: String, name: String) {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return (".", path) }
    let name = String(path[path.utf8.index(after: slash)...])
    return (slash == path.startIndex ? "/" : String(path[..<slash]), name)
  }
}
