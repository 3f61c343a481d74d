internal import Platform

/// A folder of ours, opened once; files are reached through its descriptor, so that nobody can
/// exchange the folder between two steps.
///
/// The folder must belong to the user (or root, where nothing may be made) and must not be writable
/// by anyone else; its last component may not be a symbolic link.
package struct OwnedFolder: ~Copyable {
  package let path: String
  private let descriptor: Descriptor

  package var rawDescriptor: Int32 { descriptor.rawValue }

  /// - Parameters:
  ///   - path: absolute.
  ///   - create: whether to make the folder and the missing ones above it, each with mode 0700.
  ///   - privacy: ``Privacy/sealed`` accepts a folder of whatever owner and mode; all others ask
  ///     for a folder that nobody else may write.
  package static func open(
    _ path: String, create: Bool, privacy: Privacy = .trusted
  ) throws(FileError) -> OwnedFolder {
    var raw = openFolder(path)
    if raw < 0, errno == ENOENT, create {
      try makeFolders(path)
      raw = openFolder(path)
    }
    guard raw >= 0 else { throw openError(path: path, code: errno, expected: "folder") }
    let descriptor = Descriptor(owning: raw)
    // Root can do to us what it likes anyway; a folder of root that we did not have to make is as
    // good as ours (an administrator's backups, systemd's credentials).
    try checkOwnership(
      of: descriptor, path: path, kind: S_IFDIR, forbidden: 0o022,
      owners: privacy == .sealed ? .anybody : create ? .user : .userAndRoot)
    return OwnedFolder(path: path, descriptor: descriptor)
  }

  private init(path: String, descriptor: consuming Descriptor) {
    self.path = path
    self.descriptor = descriptor
  }

  private static func openFolder(_ path: String) -> Int32 {
    Platform.open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
  }

  private static func makeFolders(_ path: String) throws(FileError) {
    var parent = "/"
    var index = path.startIndex
    while index < path.endIndex {
      let next = path[path.index(after: index)...].firstIndex(of: "/") ?? path.endIndex
      let folder = String(path[..<next])
      if mkdir(folder, 0o700) == 0 {
        try synchronizeFolder(parent)
      } else if errno != EEXIST {
        let code = errno
        // A folder above ours may be on a read-only mount and exist all the same.
        guard access(folder, F_OK) == 0 else {
          throw .system(operation: "make folder", path: folder, code: code)
        }
      }
      parent = folder
      index = next
    }
  }

  /// Makes a new folder's name durable: what is synced within is lost with it otherwise. One that
  /// may be searched and not read cannot be synced.
  private static func synchronizeFolder(_ path: String) throws(FileError) {
    let raw = Platform.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard raw >= 0 else { return }
    try Descriptor(owning: raw).synchronize(path: path)
  }

  /// How private a file has to be.
  package enum Privacy: Sendable {
    /// Nobody else may read or write it.
    case secret
    /// Nobody else may write it.
    case trusted
    /// Nobody else may write it or read it, but root may own it and a group may read it: systemd
    /// hands credentials to a service that way (systemd.exec(5), `LoadCredential=`).
    case credential
    /// Anybody may own, read and write it: its content is sealed, and checked before it is used
    /// (a copy of the vault on a memory stick, which has no modes).
    case sealed

    fileprivate var forbidden: mode_t {
      switch self {
      case .secret: 0o077
      case .trusted: 0o022
      case .credential: 0o027
      case .sealed: 0
      }
    }

    fileprivate var owners: Owners {
      switch self {
      case .secret, .trusted: .user
      case .credential: .userAndRoot
      case .sealed: .anybody
      }
    }
  }

  /// Full path of a file in the folder, for messages.
  package func path(of name: String) -> String { "\(path)/\(name)" }

  /// Opens an existing regular file for reading, its owner and mode checked.
  ///
  /// - Throws: ``FileError/missing(path:)`` when there is none.
  package borrowing func openFile(
    _ name: String, privacy: Privacy = .secret
  ) throws(FileError) -> Descriptor {
    // O_NONBLOCK: opening a FIFO that somebody put there must not wait for its writer.
    let raw = openat(
      rawDescriptor, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    let path = path(of: name)
    guard raw >= 0 else { throw openError(path: path, code: errno, expected: "regular file") }
    let descriptor = Descriptor(owning: raw)
    try checkOwnership(
      of: descriptor, path: path, kind: S_IFREG, forbidden: privacy.forbidden,
      owners: privacy.owners)
    return descriptor
  }

  /// Which file has the name now, without opening it; links are not followed.
  ///
  /// - Throws: ``FileError/missing(path:)`` when there is none.
  package borrowing func identity(of name: String) throws(FileError) -> FileIdentity {
    var status = stat()
    guard fstatat(rawDescriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
      if errno == ENOENT { throw .missing(path: path(of: name)) }
      throw .system(operation: "examine", path: path(of: name), code: errno)
    }
    return FileIdentity(status)
  }

  /// Makes a new empty file for writing; an existing one of that name is an error.
  package borrowing func createFile(
    _ name: String, mode: UInt32 = 0o600
  ) throws(FileError) -> Descriptor {
    let flags = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
    let raw = openat(rawDescriptor, name, flags, mode_t(mode))
    guard raw >= 0 else {
      if errno == EEXIST { throw .alreadyExists(path: path(of: name)) }
      throw .system(operation: "create", path: path(of: name), code: errno)
    }
    return Descriptor(owning: raw)
  }

  /// Opens a file to add to its end, made with mode 0600 where there is none; it can be read too.
  ///
  /// - Throws: as ``openFile(_:privacy:)``.
  package borrowing func openForAppending(_ name: String) throws(FileError) -> Descriptor {
    let flags = O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY
    let raw = openat(rawDescriptor, name, flags, mode_t(0o600))
    let path = path(of: name)
    guard raw >= 0 else { throw openError(path: path, code: errno, expected: "regular file") }
    let descriptor = Descriptor(owning: raw)
    try checkOwnership(
      of: descriptor, path: path, kind: S_IFREG, forbidden: 0o077, owners: .user)
    return descriptor
  }

  /// Reads a whole small file that is not secret.
  package borrowing func readFile(
    _ name: String, limit: Int, privacy: Privacy = .trusted
  ) throws(FileError) -> [UInt8] {
    let descriptor = try openFile(name, privacy: privacy)
    let size = try descriptor.size(path: path(of: name))
    guard size <= limit else { throw .tooLarge(path: path(of: name), limit: limit) }
    var bytes = [UInt8](repeating: 0, count: size)
    var complete = false
    do {
      complete = try bytes.withUnsafeMutableBytes {
        try descriptor.readExactly(into: $0, at: 0, path: path(of: name))
      }
    } catch let error as FileError {
      throw error
    } catch {
      preconditionFailure("only FileError is thrown above")
    }
    guard complete else { throw .system(operation: "read", path: path(of: name), code: EIO) }
    return bytes
  }

  /// Whether something of that name is there, of whatever kind.
  package borrowing func contains(_ name: String) -> Bool {
    faccessat(rawDescriptor, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0
  }

  /// What is in the folder, in no order; `.` and `..` and names that are not UTF-8 are left out.
  package borrowing func names() throws(FileError) -> [String] {
    // A descriptor of its own: reading moves its position.
    let raw = openat(rawDescriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard raw >= 0, let stream = fdopendir(raw) else {
      let code = errno
      if raw >= 0 { close(raw) }
      throw .system(operation: "list", path: path, code: code)
    }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(
          to: CChar.self, capacity: MemoryLayout.size(ofValue: pointer.pointee)
        ) {
          String(validatingCString: $0)
        }
      }
      if let name, name != ".", name != ".." { names.append(name) }
    }
    return names
  }

  /// Removes a file; `false` when there was none.
  @discardableResult
  package borrowing func removeFile(_ name: String) throws(FileError) -> Bool {
    if unlinkat(rawDescriptor, name, 0) == 0 { return true }
    if errno == ENOENT { return false }
    throw .system(operation: "remove", path: path(of: name), code: errno)
  }

  /// Renames within the folder, replacing what had the new name.
  package borrowing func rename(_ name: String, to newName: String) throws(FileError) {
    guard renameat(rawDescriptor, name, rawDescriptor, newName) == 0 else {
      throw .system(operation: "rename", path: path(of: name), code: errno)
    }
  }

  /// Gives a file a second name; an existing file of that name is an error.
  package borrowing func link(_ name: String, as newName: String) throws(FileError) {
    guard linkat(rawDescriptor, name, rawDescriptor, newName, 0) == 0 else {
      throw .system(operation: "link", path: path(of: name), code: errno)
    }
  }

  /// Gives a finished file its final name in place of the one it was written under; a file that
  /// has the final name is never replaced.
  ///
  /// - Throws: ``FileError/alreadyExists(path:)`` when there is one; both files are as they were.
  package borrowing func publish(_ temporary: String, as name: String) throws(FileError) {
    if linkat(rawDescriptor, temporary, rawDescriptor, name, 0) == 0 {
      try removeFile(temporary)
      return
    }
    let code = errno
    switch code {
    case EEXIST: throw .alreadyExists(path: path(of: name))
    case _ where FileError.meansNoLinks(code):
      // Memory sticks: FAT and exFAT have no links. An empty file of ours holds the name, and a
      // rename replaces that one.
      _ = try createFile(name)
      do throws(FileError) {
        try rename(temporary, to: name)
      } catch {
        _ = try? removeFile(name)
        throw error
      }
    default: throw .system(operation: "link", path: path(of: temporary), code: code)
    }
  }

  /// Makes the names in the folder durable.
  package borrowing func synchronize() throws(FileError) {
    try descriptor.synchronize(path: path)
  }

  /// Replaces a file that is not secret in one step: readers see the old bytes or the new ones,
  /// also after a crash. The caller holds the lock that serialises writers.
  ///
  /// - Parameter durable: `false` saves two `fsync`s; after a power failure the file may be old,
  ///   empty or missing, so it may hold only what can be lost.
  package borrowing func replaceFile(
    _ name: String, with bytes: [UInt8], mode: UInt32 = 0o600, durable: Bool = true
  ) throws(FileError) {
    let temporary = "\(name).new"
    try removeFile(temporary)
    let descriptor = try createFile(temporary, mode: mode)
    do {
      try bytes.withUnsafeBytes { try descriptor.writeAll($0, path: path(of: temporary)) }
      if durable { try descriptor.synchronize(path: path(of: temporary)) }
      try rename(temporary, to: name)
    } catch {
      _ = unlinkat(rawDescriptor, temporary, 0)
      throw (error as? FileError)
        ?? .system(operation: "write", path: path(of: temporary), code: EIO)
    }
    if durable { try synchronize() }
  }
}
