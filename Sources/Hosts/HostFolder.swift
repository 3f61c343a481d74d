package import Files
internal import Platform

/// What is in a folder, for looking only.
package enum HostFolder {
  /// What an entry is. Links are not followed; FIFOs, devices and what cannot be looked at are
  /// `other`.
  package enum Kind: Sendable { case file, folder, link, other }

  /// Names and kinds, sorted, at most `limit`; nothing for what cannot be read. Names that are not
  /// UTF-8 are left out: no host reads them.
  package static func entries(of path: String, limit: Int) -> [(name: String, kind: Kind)] {
    (try? listing(of: path, limit: limit).entries) ?? []
  }

  /// As ``entries(of:limit:)``, and whether there are more; nothing for a folder that is not there.
  ///
  /// - Throws: ``FileError/system(operation:path:code:)`` for one that cannot be opened.
  package static func listing(
    of path: String, limit: Int
  ) throws(FileError) -> (entries: [(name: String, kind: Kind)], isWhole: Bool) {
    guard let stream = opendir(path) else {
      let code = errno
      if code == ENOENT || code == ENOTDIR { return ([], true) }
      throw .system(operation: "open", path: path, code: code)
    }
    defer { closedir(stream) }
    var entries: [(name: String, kind: Kind)] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(
          to: CChar.self, capacity: MemoryLayout.size(ofValue: pointer.pointee)
        ) {
          String(validatingCString: $0)
        }
      }
      guard let name, name != ".", name != ".." else { continue }
      if entries.count == limit { return (sorted(entries), false) }
      entries.append((name, kind(of: "\(path)/\(name)")))
    }
    return (sorted(entries), true)
  }

  private static func sorted(
    _ entries: [(name: String, kind: Kind)]
  ) -> [(name: String, kind: Kind)] {
    entries.sorted { $0.name < $1.name }
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
