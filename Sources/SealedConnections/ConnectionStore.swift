package import Connections
package import Files
internal import Platform
internal import Secrets
package import Vault

/// A connection as it was read or written.
package struct StoredConnection: Sendable {
  /// What is sealed in the file, tokens and all.
  package var record: ConnectionRecord
  /// 1 when the connection was made, one more with every write.
  package let generation: UInt64
  /// Random in every write: tells whether the file is still the one that was read.
  package let writeID: RandomID
}

/// The sealed files of all connections, `data/connections/<id>`.
///
/// Reading takes no lock: a file is replaced as a whole. A writer takes the connection's lock and
/// starts from what is on disk then. The keys are in the vault; this knows nothing of it.
package struct ConnectionStore: Sendable {
  /// The folder with the files.
  package let path: String
  /// What is reserved beyond the present length before a server is asked for new tokens.
  static let reserve = 16 << 10

  /// The store in the data folder, which need not be there yet: nothing is opened.
  package init(_ locations: Locations) { path = "\(locations.data)/connections" }

  /// Path of a connection's file, for messages.
  package func path(of id: RandomID) -> String { "\(path)/\(id)" }

  // MARK: Reading

  /// - Throws: ``ConnectionStoreError/missing(path:)`` when the file is gone;
  ///   ``ConnectionStoreError``.
  package func read(_ key: ConnectionKey) throws(ConnectionStoreError) -> StoredConnection {
    let name = key.connectionID.description
    let path = path(of: key.connectionID)
    let folder = try openFolder(for: path)
    return try Self.read(name, path, in: folder, key)
  }

  private static func read(
    _ name: String, _ path: String, in folder: borrowing OwnedFolder, _ key: ConnectionKey
  ) throws(ConnectionStoreError) -> StoredConnection {
    var bytes = try bytes(of: name, path, in: folder)
    let (record, header) = try bytes.withUnsafeMutableBytes {
      (bytes) throws(ConnectionStoreError) in
      try ConnectionFile.open(bytes, key: key, path: path)
    }
    return StoredConnection(
      record: record, generation: header.generation, writeID: header.writeID)
  }

  private static func bytes(
    of name: String, _ path: String, in folder: borrowing OwnedFolder
  ) throws(ConnectionStoreError) -> SecretBytes {
    let descriptor = try onFile(path) { () throws(FileError) in try folder.openFile(name) }
    let size = try onFiles { () throws(FileError) in try descriptor.size(path: path) }
    guard size <= ConnectionFile.maximumLength else {
      throw .file(.tooLarge(path: path, limit: ConnectionFile.maximumLength))
    }
    var bytes = try secretMemory(count: size)
    let isWhole = try bytes.withUnsafeMutableBytes {
      (bytes) throws(ConnectionStoreError) -> Bool in
      try onFiles { () throws(FileError) in
        try descriptor.readExactly(into: bytes, at: 0, path: path)
      }
    }
    guard isWhole else { throw .corrupt(path: path) }
    return bytes
  }

  /// Which write the file is of, without the key: for who wants to know whether it was replaced.
  ///
  /// - Returns: `nil` for a file that is gone, or is none of ours.
  package func writeID(of id: RandomID) -> RandomID? {
    guard let folder = try? OwnedFolder.open(path, create: false),
      let descriptor = try? folder.openFile(id.description)
    else { return nil }
    return withUnsafeTemporaryAllocation(
      byteCount: ConnectionFile.headerLength, alignment: 8
    ) { header in
      guard (try? descriptor.readExactly(into: header, at: 0, path: path)) == true else {
        return nil
      }
      return ConnectionFile.header(UnsafeRawBufferPointer(header))?.writeID
    }
  }

  /// The connections that have a file, in no order; some may be unknown to the vault.
  package func connectionIDs() throws(ConnectionStoreError) -> [RandomID] {
    guard access(path, F_OK) == 0 else { return [] }
    let folder = try openFolder(for: path)
    return try onFiles { () throws(FileError) in try folder.names() }.compactMap { RandomID($0) }
  }

  // MARK: Writing

  /// 25 s: longer than a refresh may hold the lock, which waits for a server. What is to be written
  /// here, such as what a login brought, may be had only once.
  package static let lockWait = Duration.seconds(25)

  /// Makes the file of a new connection; the vault is to be told of its key afterwards.
  ///
  /// - Throws: ``ConnectionStoreError/alreadyExists(path:)``.
  @discardableResult
  package func create(
    _ record: ConnectionRecord, _ key: ConnectionKey
  ) throws(ConnectionStoreError) -> StoredConnection {
    let folder = try onFiles { () throws(FileError) in
      try OwnedFolder.open(path, create: true)
    }
    let lock = try lock(key.connectionID)
    guard !folder.contains(key.connectionID.description) else {
      throw .alreadyExists(path: path(of: key.connectionID))
    }
    let new = try NewConnectionFile(key, in: folder, reserving: 0)
    let stored = try new.replace(with: record, generation: 1)
    lock.release()
    return stored
  }

  /// Changes a connection under its lock.
  ///
  /// - Parameters:
  ///   - wait: for others to give up the lock.
  ///   - body: changes the record as it is on disk then.
  /// - Throws: as ``read(_:)``; ``ConnectionStoreError/file(_:)`` with
  ///   ``Files/FileError/lockTimedOut(path:seconds:)``.
  @discardableResult
  package func update(
    _ key: ConnectionKey, wait: Duration = lockWait,
    _ body: (inout ConnectionRecord) -> Void
  ) throws(ConnectionStoreError) -> StoredConnection {
    let lock = try lock(key.connectionID, wait: wait)
    var stored = try read(key)
    body(&stored.record)
    let result = try write(stored.record, over: stored, key, under: lock)
    lock.release()
    return result
  }

  /// Takes the lock that serialises the writers of one connection.
  package func lock(
    _ id: RandomID, wait: Duration = lockWait
  ) throws(ConnectionStoreError) -> ConnectionLock {
    let folder = try openFolder(for: path(of: id))
    return try onFiles { () throws(FileError) in
      ConnectionLock(try FileLock.acquire("\(id).lock", in: folder, wait: wait))
    }
  }

  /// The same without waiting.
  ///
  /// - Returns: `nil` when another process has it.
  package func lockIfFree(_ id: RandomID) throws(ConnectionStoreError) -> ConnectionLock? {
    do throws(ConnectionStoreError) {
      return try lock(id, wait: .zero)
    } catch .file(.lockTimedOut) {
      return nil
    }
  }

  /// Writes a changed record.
  ///
  /// - Parameters:
  ///   - present: as it was read under `lock`.
  ///   - lock: of this connection.
  package func write(
    _ record: ConnectionRecord, over present: StoredConnection, _ key: ConnectionKey,
    under lock: borrowing ConnectionLock
  ) throws(ConnectionStoreError) -> StoredConnection {
    try prepare(key, under: lock, reserving: 0).replace(
      with: record, generation: present.generation + 1)
  }

  /// Makes a file ready to take the new record, before a server is asked for what cannot be had
  /// twice: a full disk is noticed while the old tokens are still good.
  ///
  /// - Parameter lock: of this connection; held until the file is replaced.
  package func prepare(
    _ key: ConnectionKey, under lock: borrowing ConnectionLock
  ) throws(ConnectionStoreError) -> NewConnectionFile {
    let folder = try openFolder(for: path(of: key.connectionID))
    let present = try onFiles { () throws(FileError) in
      try folder.openFile(key.connectionID.description).size(path: path)
    }
    return try NewConnectionFile(key, in: folder, reserving: present + Self.reserve)
  }

  private func prepare(
    _ key: ConnectionKey, under lock: borrowing ConnectionLock, reserving count: Int
  ) throws(ConnectionStoreError) -> NewConnectionFile {
    try NewConnectionFile(
      key, in: try openFolder(for: path(of: key.connectionID)), reserving: count)
  }

  /// Removes a connection's file.
  ///
  /// - Returns: `false` when there was none.
  @discardableResult
  package func remove(_ id: RandomID) throws(ConnectionStoreError) -> Bool {
    guard access(path, F_OK) == 0 else { return false }
    return try remove(id, under: try lock(id))
  }

  /// The same for who has the lock.
  @discardableResult
  package func remove(
    _ id: RandomID, under lock: consuming ConnectionLock
  ) throws(ConnectionStoreError) -> Bool {
    let folder = try openFolder(for: path)
    let wasThere = try onFiles { () throws(FileError) in
      let wasThere = try folder.removeFile(id.description)
      try folder.removeFile("\(id).new")
      // Who waits for this lock finds no file then, and ids are not used again.
      try folder.removeFile("\(id).lock")
      try folder.synchronize()
      return wasThere
    }
    lock.release()
    return wasThere
  }

  private func openFolder(for path: String) throws(ConnectionStoreError) -> OwnedFolder {
    try onFile(path) { () throws(FileError) in try OwnedFolder.open(self.path, create: false) }
  }
}

/// The right to change one connection.
package struct ConnectionLock: ~Copyable {
  private let lock: FileLock

  init(_ lock: consuming FileLock) { self.lock = lock }

  /// Lets the next one in; also happens at the end of the value's scope.
  package consuming func release() {}
}
