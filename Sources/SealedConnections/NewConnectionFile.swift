package import Connections
internal import Files
internal import Secrets
internal import Vault

/// A file on its way to take a connection's place; without ``replace(with:generation:)`` it is
/// removed again.
package struct NewConnectionFile: ~Copyable {
  private let key: ConnectionKey
  private let folder: OwnedFolder
  private let descriptor: Descriptor
  private let name: String
  private let path: String

  /// - Parameters:
  ///   - folder: the store's; the caller holds the connection's lock.
  ///   - count: bytes that there must be room for.
  init(
    _ key: ConnectionKey, in folder: consuming OwnedFolder, reserving count: Int
  ) throws(ConnectionStoreError) {
    // A fixed name, so that what a killed writer left is removed by the next one.
    let name = "\(key.connectionID).new"
    let path = folder.path(of: name)
    self.descriptor = try Self.make(name, in: folder, reserving: count)
    self.key = key
    self.folder = folder
    self.name = name
    self.path = path
  }

  deinit { _ = try? folder.removeFile(name) }

  private static func make(
    _ name: String, in folder: borrowing OwnedFolder, reserving count: Int
  ) throws(ConnectionStoreError) -> Descriptor {
    try onFiles { () throws(FileError) in
      try folder.removeFile(name)
      let descriptor = try folder.createFile(name)
      do throws(FileError) {
        try descriptor.reserve(count, path: folder.path(of: name))
      } catch {
        _ = try? folder.removeFile(name)
        throw error
      }
      return descriptor
    }
  }

  /// Seals a record, makes it durable, and puts it in the connection's place.
  ///
  /// - Parameter generation: of the file then.
  /// - Throws: ``ConnectionStoreError/record(_:)``, ``ConnectionStoreError/file(_:)``,
  ///   ``ConnectionStoreError/memory(_:)``; nothing is changed then, unless it was the last step,
  ///   of the folder, that failed.
  package consuming func replace(
    with record: ConnectionRecord, generation: UInt64
  ) throws(ConnectionStoreError) -> StoredConnection {
    let header = ConnectionFile.Header(
      connectionID: key.connectionID, generation: generation, writeID: .random())
    let file = try ConnectionFile.seal(record, header, key: key)
    do throws(FileError) {
      try file.withUnsafeBytes { (bytes) throws(FileError) in
        try descriptor.writeAll(bytes, path: path)
      }
      try descriptor.truncate(to: file.count, path: path)
      try descriptor.synchronize(path: path)
      try folder.rename(name, to: key.connectionID.description)
      try folder.synchronize()
    } catch { throw .file(error) }
    return StoredConnection(record: record, generation: generation, writeID: header.writeID)
  }
}
