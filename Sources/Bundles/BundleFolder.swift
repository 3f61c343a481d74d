internal import CSodium
internal import Files
internal import Platform

/// A bundle that was unpacked for as long as it runs.
///
/// The folder is named after the bundle's name and content, below a folder that only the user can
/// write to: a grant binds the paths in it, so it holds for this very bundle and for no other, and
/// still holds the next time. What a process that was killed left behind is removed first.
package struct BundleFolder: ~Copyable {
  /// Absolute.
  package let path: String
  private let lock: Descriptor

  /// - Parameters:
  ///   - parent: absolute; made where it is missing.
  ///   - name: of the server.
  /// - Throws: ``BundleError``; then nothing is left.
  package init(_ bundle: Bundle, below parent: String, name: String) throws(BundleError) {
    let digest = Self.digest(of: bundle.bytes)
    let folderName = "\(Self.plain(name))-\(digest)"
    do throws(FileError) {
      // Owner and modes are checked.
      _ = try OwnedFolder.open(parent, create: true)
    } catch {
      throw .file(error)
    }
    let path = "\(parent)/\(folderName)"
    let lock = try Self.take(path)
    do throws(BundleError) {
      try Self.unpack(bundle, to: path)
    } catch {
      Self.remove(path, lock.rawValue)
      throw error
    }
    self.path = path
    self.lock = lock
  }

  deinit { Self.remove(path, lock.rawValue) }

  /// Makes the folder, empty, and locks it: who finds it locked must not touch it.
  private static func take(_ path: String) throws(BundleError) -> Descriptor {
    // Another process may remove its folder of that name between our steps.
    for _ in 0..<100 {
      guard mkdir(path, 0o700) == 0 || errno == EEXIST else {
        throw .file(.system(operation: "make folder", path: path, code: errno))
      }
      let raw = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
      if raw < 0, errno == ENOENT { continue }
      guard raw >= 0 else { throw .file(.system(operation: "open", path: path, code: errno)) }
      let descriptor = Descriptor(owning: raw)
      guard flock(raw, LOCK_EX | LOCK_NB) == 0 else { throw .busy(path: path) }
      var (opened, named) = (stat(), stat())
      guard fstat(raw, &opened) == 0, lstat(path, &named) == 0, opened.st_dev == named.st_dev,
        opened.st_ino == named.st_ino
      else { continue }
      guard opened.st_uid == getuid(), fchmod(raw, 0o700) == 0 else {
        throw .file(.wrongOwner(path: path, uid: opened.st_uid))
      }
      // What a process that was killed left.
      removeContents(of: raw, depth: 0)
      return descriptor
    }
    throw .busy(path: path)
  }

  private static func unpack(_ bundle: Bundle, to root: String) throws(BundleError) {
    try bundle.reading { (reader) throws(BundleError) in
      for (index, entry) in bundle.layout.entries.enumerated() {
        let path = "\(root)/\(entry.name)"
        if entry.isFolder {
          try makeFolders(entry.name, below: root)
          continue
        }
        if let slash = entry.name.lastIndex(of: "/") {
          try makeFolders(String(entry.name[..<slash]), below: root)
        }
        let raw = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard raw >= 0 else { throw .file(.system(operation: "create", path: path, code: errno)) }
        let descriptor = Descriptor(owning: raw)
        try reader.read(
          index,
          { (bytes) throws(BundleError) in
            do throws(FileError) {
              try descriptor.writeAll(bytes, path: path)
            } catch {
              throw .file(error)
            }
          }, path: bundle.path)
        // Nobody else may change what gets secrets, whatever the archive says; and it must be
        // possible to read it.
        guard fchmod(raw, mode_t((entry.mode ?? 0o644) & 0o755 | 0o600)) == 0 else {
          throw .file(.system(operation: "change the mode of", path: path, code: errno))
        }
      }
    }
  }

  private static func makeFolders(_ name: String, below root: String) throws(BundleError) {
    var path = root
    for part in name.split(separator: "/") {
      path += "/\(part)"
      var status = stat()
      if lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { continue }
      try makeFolder(path)
    }
  }

  private static func makeFolder(_ path: String) throws(BundleError) {
    guard mkdir(path, 0o700) == 0 else {
      throw .file(.system(operation: "make folder", path: path, code: errno))
    }
  }

  /// Removes what a process that was killed has left; a folder that is in use stays.
  ///
  /// - Parameter path: absolute, of a folder that this type has made.
  package static func removeAbandoned(_ path: String) {
    let raw = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard raw >= 0 else { return }
    let descriptor = Descriptor(owning: raw)
    var status = stat()
    guard flock(descriptor.rawValue, LOCK_EX | LOCK_NB) == 0, fstat(raw, &status) == 0,
      status.st_uid == getuid()
    else { return }
    remove(path, raw)
  }

  /// A folder of ours, which is open, and everything in it.
  private static func remove(_ path: String, _ folder: Int32) {
    removeContents(of: folder, depth: 0)
    rmdir(path)
  }

  /// Links are removed and not followed, also where a server that lives on exchanges one for a folder
  /// meanwhile: each name is looked up in the open folder that has it.
  private static func removeContents(of folder: Int32, depth: Int) {
    // A server may have closed a folder of its own to itself.
    fchmod(folder, 0o700)
    // Deeper ones stay: nobody makes them but to exhaust our stack.
    guard depth < 500 else { return }
    for name in names(in: folder) {
      if unlinkat(folder, name, 0) == 0 { continue }
      guard let inner = openFolder(name, in: folder) else { continue }
      removeContents(of: inner.rawValue, depth: depth + 1)
      unlinkat(folder, name, AT_REMOVEDIR)
    }
  }

  private static func openFolder(_ name: [CChar], in folder: Int32) -> Descriptor? {
    let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
    var raw = openat(folder, name, flags)
    if raw < 0, errno == EACCES, fchmodat(folder, name, 0o700, AT_SYMLINK_NOFOLLOW) == 0 {
      raw = openat(folder, name, flags)
    }
    return raw < 0 ? nil : Descriptor(owning: raw)
  }

  /// - Returns: each with the NUL behind it; a server may give its files any name.
  private static func names(in folder: Int32) -> [[CChar]] {
    // Of its own: reading moves the place in it, and closing the stream closes it.
    let raw = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard raw >= 0 else { return [] }
    guard let stream = fdopendir(raw) else {
      close(raw)
      return []
    }
    defer { closedir(stream) }
    var names: [[CChar]] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) {
          Array(UnsafeBufferPointer(start: $0, count: strlen($0) + 1))
        }
      }
      let dot = CChar(UInt8(ascii: "."))
      if name != [dot, 0], name != [dot, dot, 0] { names.append(name) }
    }
    return names
  }

  /// SHA-256 (FIPS 180-4), its first 128 bits in hexadecimal digits.
  private static func digest(of bytes: [UInt8]) -> String {
    var digest = [UInt8](repeating: 0, count: Int(crypto_hash_sha256_BYTES))
    crypto_hash_sha256(&digest, bytes, UInt64(bytes.count))
    let digits = Array("0123456789abcdef".utf8)
    let text = digest.prefix(16).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    return String(decoding: text, as: UTF8.self)
  }

  private static func plain(_ name: String) -> String {
    let bytes = name.utf8.prefix(64).map { byte -> UInt8 in
      let isPlain =
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      return isPlain ? byte : UInt8(ascii: "-")
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
