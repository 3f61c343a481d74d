internal import Platform

/// What is in a folder, for looking only.
package enum HostFolder {
  package enum Kind: Sendable { case file, folder, link, other }

  /// Names and kinds, sorted, at most `limit`; nothing for what cannot be read. Names that are not
  /// UTF-8 are left out: no host reads them.
  package static func entries(of path: String, limit: Int) -> [(name: String, kind: Kind)] {
    guard let stream = opendir(path) else { return [] }
    defer { closedir(stream) }
    var entries: [(name: String, kind: Kind)] = []
    while entries.count < limit, let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(
          to: CChar.self, capacity: MemoryLayout.size(ofValue: pointer.pointee)
        ) {
          String(validatingCString: $0)
        }
      }
      guard let name, name != ".", name != ".." else { continue }
      entries.append((name, kind(of: "\(path)/\(name)")))
    }
    return entries.sorted { $0.name < $1.name }
  }

  private static func kind(of path: String) -> Kind {
    var status = stat()
    guard lstat(path, &status) == 0 else { return .other }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return .file
    case S_IFDIR: return .folder
    case S_IFLNK: return .link
    default: return .other
    }
  }

  /// Whether a path is a folder, also through a link.
  package static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }
}
