import Files
import Platform

/// Reads and writes files without any of the checks of the code under test.
enum RawFile {
  static func read(_ path: String) throws -> [UInt8] {
    let descriptor = Descriptor(owning: try check(open(path, O_RDONLY | O_CLOEXEC), path))
    var bytes = [UInt8](repeating: 0, count: try descriptor.size(path: path))
    _ = try bytes.withUnsafeMutableBytes {
      try descriptor.readExactly(into: $0, at: 0, path: path)
    }
    return bytes
  }

  /// Replaces the content of a file, or makes it with mode 0600.
  static func write(_ bytes: [UInt8], to path: String) throws {
    let flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC
    let descriptor = Descriptor(owning: try check(open(path, flags, 0o600), path))
    try bytes.withUnsafeBytes { try descriptor.writeAll($0, path: path) }
  }

  static func makeFolder(_ path: String) throws { _ = try check(mkdir(path, 0o700), path) }

  /// Copies a folder of folders and small files.
  static func copyFolder(_ source: String, to target: String) throws {
    try makeFolder(target)
    for name in names(in: source) {
      var status = stat()
      _ = try check(lstat("\(source)/\(name)", &status), name)
      if status.st_mode & S_IFMT == S_IFDIR {
        try copyFolder("\(source)/\(name)", to: "\(target)/\(name)")
      } else {
        try write(try read("\(source)/\(name)"), to: "\(target)/\(name)")
      }
    }
  }

  static func names(in path: String) -> [String] {
    guard let stream = opendir(path) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }

  @discardableResult
  static func check(_ result: Int32, _ path: String) throws -> Int32 {
    guard result >= 0 else {
      throw FileError.system(operation: "prepare", path: path, code: errno)
    }
    return result
  }
}
