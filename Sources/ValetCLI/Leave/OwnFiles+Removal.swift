internal import Bundles
internal import CLaunch
internal import Files
internal import Platform

extension OwnFiles {
  /// Removes unpacked bundles and value files that no process uses any more.
  func removeTrees() {
    for folder in Set(trees.map(Self.parent)) {
      // Value files lie in folders that their brokers lock; so do bundles, which have folders of
      // their own.
      if folder == bundles {
        for tree in trees where Self.parent(tree) == folder { BundleFolder.removeAbandoned(tree) }
      } else if let opened = try? OwnedFolder.open(folder, create: false) {
        claunch_sweep(opened.rawDescriptor)
      }
    }
  }

  /// Removes the folders of ours in which nothing is left.
  ///
  /// - Parameters:
  ///   - withMarker: whether nothing is left to do; killed before, the next `leave` goes on.
  ///   - withWorkingFolders: whether no server is in one.
  /// - Returns: what went wrong; one clause each.
  @discardableResult
  func removeEmptyFolders(
    withMarker: Bool = true, withWorkingFolders: Bool = true
  ) -> [String] {
    let inner = folders.filter { folder in
      let name = folder.split(separator: "/").last ?? ""
      return !folder.isAbove(marker) && (withWorkingFolders || !OwnName.isEmptyFolder(name))
    }
    var problems = inner.compactMap(Self.remove)
    if withMarker { unlink(marker) }
    problems += folders.filter { $0.isAbove(marker) }.compactMap(Self.remove)
    return problems
  }

  private static func remove(_ folder: String) -> String? {
    if rmdir(folder) == 0 || errno == ENOENT || errno == ENOTEMPTY { return nil }
    return "\(folder): \(String(cString: strerror(errno)))"
  }

  private static func parent(_ path: String) -> String {
    String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
  }
}

extension String {
  fileprivate func isAbove(_ path: String) -> Bool { path.hasPrefix("\(self)/") }
}
