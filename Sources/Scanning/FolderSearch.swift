internal import Files
internal import Hosts

/// Finds hosts' files in a folder that somebody named: a repository, a home, a folder of backups.
package struct FolderSearch {
  /// Folders inside one another.
  private static let maximumDepth = 10
  /// All entries that are looked at, so that a disk named by mistake ends in seconds.
  private static let maximumEntries = 200_000

  /// More folders are not named.
  private static let maximumSkipped = 100

  /// Files that are called as a host's file is called, in the order of the search.
  package private(set) var found: [ScanTarget] = []
  /// At most 100.
  package private(set) var skipped: [SkippedFolder] = []
  private var budget = Self.maximumEntries

  /// - Parameter visit: called with each folder, for showing how far the search is.
  package init(_ folder: String, visit: (String) -> Void) {
    search(folder, depth: 0, visit)
  }

  private mutating func search(_ folder: String, depth: Int, _ visit: (String) -> Void) {
    guard depth <= Self.maximumDepth else { return skip(folder, .tooDeep) }
    guard budget > 0 else { return skip(folder, .tooMany) }
    visit(folder)
    let listing: (entries: [(name: String, kind: HostFolder.Kind)], isWhole: Bool)
    do throws(FileError) {
      listing = try HostFolder.listing(of: folder, limit: budget)
    } catch {
      return skip(folder, .unreadable(error))
    }
    budget -= listing.entries.count
    if !listing.isWhole { skip(folder, .tooMany) }
    for entry in listing.entries {
      let path = folder == "/" ? "/\(entry.name)" : "\(folder)/\(entry.name)"
      switch entry.kind {
      case .folder:
        // Links are not followed: they lead out of what was named, or in a circle.
        if !Self.skipped.contains(entry.name) { search(path, depth: depth + 1, visit) }
      case .file, .link, .other:
        if let match = HostFileNames.match(path) {
          found.append(ScanTarget(path: path, host: match.host, places: match.places))
        }
      }
    }
  }

  private mutating func skip(_ folder: String, _ reason: SkippedFolder.Reason) {
    if skipped.count < Self.maximumSkipped {
      skipped.append(SkippedFolder(path: folder, reason: reason))
    }
  }

  /// Other people's code, which has its own repository.
  private static let skipped: Set<String> = [
    ".git", ".hg", ".svn", "node_modules", ".venv", "venv", "__pycache__", ".build", "target",
    "site-packages", ".cargo", ".npm", ".cache", "proc", "sys",
  ]
}
