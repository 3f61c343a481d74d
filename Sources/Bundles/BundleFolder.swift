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
      Self.remove(path)
      throw error
    }
    self.path = path
    self.lock = lock
  }

  deinit { Self.remove(path) }

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
      removeContents(Array(path.utf8CString), depth: 0)
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
    remove(path)
  }

  /// A folder of ours and everything in it. Links in it are removed and not followed.
  private static func remove(_ path: String) { remove(Array(path.utf8CString), depth: 0) }

  /// - Parameter path: with the NUL behind it; a server may give its files any name.
  private static func remove(_ path: [CChar], depth: Int) {
    var status = stat()
    guard lstat(path, &status) == 0 else { return }
    guard status.st_mode & S_IFMT == S_IFDIR else {
      unlink(path)
      return
    }
    // A server may have closed a folder of its own to itself.
    chmod(path, 0o700)
    removeContents(path, depth: depth)
    rmdir(path)
  }

  private static func removeContents(_ path: [CChar], depth: Int) {
    // Deeper ones stay: nobody makes them but to exhaust our stack.
    guard depth < 500, let stream = opendir(path) else { return }
    var names: [[CChar]] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) {
          Array(UnsafeBufferPointer(start: $0, count: strlen($0) + 1))
        }
      }
      names.append(name)
    }
    closedir(stream)
    let dot = CChar(UInt8(ascii: "."))
    for name in names where name != [dot, 0] && name != [dot, dot, 0] {
      remove(path.dropLast() + [CChar(UInt8(ascii: "/"))] + name, depth: depth + 1)
    }
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
