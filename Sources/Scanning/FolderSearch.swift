internal import Hosts

/// Finds hosts' files in a folder that somebody named: a repository, a home, a folder of backups.
package struct FolderSearch {
  /// Folders inside one another.
  private static let maximumDepth = 10
  /// All entries that are looked at, so that a disk named by mistake ends in seconds.
  private static let maximumEntries = 200_000

  package private(set) var found: [ScanTarget] = []
  /// Whether there was more than is looked at.
  package private(set) var isCut = false
  private var entries = 0

  /// - Parameter visit: called with each folder, for showing how far the search is.
  package init(_ folder: String, visit: (String) -> Void) {
    search(folder, depth: 0, visit)
  }

  private mutating func search(_ folder: String, depth: Int, _ visit: (String) -> Void) {
    guard depth <= Self.maximumDepth else {
      isCut = true
      return
    }
    visit(folder)
    for entry in HostFolder.entries(of: folder, limit: 65_536) {
      entries += 1
      guard entries < Self.maximumEntries else {
        isCut = true
        return
      }
      let path = folder == "/" ? "/\(entry.name)" : "\(folder)/\(entry.name)"
      switch entry.kind {
      case .folder:
        // Links are not followed: they lead out of what was named, or in a circle.
        if !Self.skipped.contains(entry.name) { search(path, depth: depth + 1, visit) }
      case .file, .link:
        if let match = HostFileNames.match(path) {
          found.append(ScanTarget(path: path, host: match.host, places: match.places))
        }
      case .other: break
      }
    }
  }

  /// Other people's code, which has its own repository.
  private static let skipped: Set<String> = [
    ".git", ".hg", ".svn", "node_modules", ".venv", "venv", "__pycache__", ".build", "target",
    "site-packages", ".cargo", ".npm", ".cache", "proc", "sys",
  ]
}
