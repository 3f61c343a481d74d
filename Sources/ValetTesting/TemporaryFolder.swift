internal import Files
internal import Platform

/// A new folder with mode 0700 that goes away, with all that is in it, at the end of its scope.
package struct TemporaryFolder: ~Copyable {
  package let path: String

  package init() throws {
    var template = Array("/tmp/mcp-valet-test.XXXXXX".utf8CString)
    guard let made = mkdtemp(&template) else {
      throw FileError.system(operation: "make folder", path: "/tmp", code: errno)
    }
    path = String(cString: made)
  }

  deinit { Self.remove(path) }

  private static func remove(_ path: String) {
    var status = stat()
    guard lstat(path, &status) == 0 else { return }
    guard status.st_mode & S_IFMT == S_IFDIR else {
      unlink(path)
      return
    }
    chmod(path, 0o700)
    for name in names(in: path) { remove("\(path)/\(name)") }
    rmdir(path)
  }

  /// Names in a folder, sorted, without `.` and `..`.
  package static func names(in path: String) -> [String] {
    guard let stream = opendir(path) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }
}

extension TemporaryFolder {
  /// Whether something has that path, of whatever kind.
  package static func exists(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0
  }
}

extension TemporaryFolder {
  /// All bytes of a file that holds no secret.
  package static func read(_ path: String) throws -> [UInt8] {
    let descriptor = Descriptor(owning: open(path, O_RDONLY | O_CLOEXEC))
    guard descriptor.rawValue >= 0 else { throw FileError.missing(path: path) }
    var bytes = [UInt8](repeating: 0, count: try descriptor.size(path: path))
    _ = try bytes.withUnsafeMutableBytes {
      try descriptor.readExactly(into: $0, at: 0, path: path)
    }
    return bytes
  }

  /// Writes a file anew.
  package static func write(_ bytes: [UInt8], to path: String, mode: UInt32 = 0o600) throws {
    let raw = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode_t(mode))
    guard raw >= 0 else { throw FileError.system(operation: "write", path: path, code: errno) }
    let descriptor = Descriptor(owning: raw)
    try bytes.withUnsafeBytes { try descriptor.writeAll($0, path: path) }
  }
}
