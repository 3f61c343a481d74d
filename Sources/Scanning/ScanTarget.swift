internal import Files
package import Hosts

/// A file to look at, and what it may be.
package struct ScanTarget: Sendable {
  /// Whether a host still reads it: what is in a copy is to be removed, not moved.
  package enum Origin: Equatable, Sendable {
    /// A file that the host reads.
    case host
    /// A copy that nobody looks at any more.
    case copy
  }

  /// Absolute, or as it was given.
  package let path: String
  /// The host whose file it is, or is a copy of.
  package let host: Host
  /// What it may be of that host's, the likeliest first: formats to try, and where in them servers
  /// are. With none, it is only searched for known shapes.
  package let places: [HostPlace]
  /// See ``Origin``.
  package let origin: Origin

  /// - Parameter places: what it may be; the format of the first is tried first.
  package init(path: String, host: Host, places: [HostPlace], origin: Origin = .host) {
    self.path = path
    self.host = host
    self.places = places
    self.origin = origin
  }
}

/// Finds the files to look at. Reads names only, but for the lists that editors keep of their copies.
package struct ScanTargets {
  /// More files of one folder are not looked at.
  private static let folderLimit = 512
  /// Of a local history: a folder for each file that was ever saved.
  private static let historyLimit = 8_192
  private static let historySuffix = "/entries.json"

  /// Each path once, in the order in which they were added.
  package private(set) var targets: [ScanTarget] = []
  /// Folders that were not looked at, or not whole.
  package private(set) var skipped: [SkippedFolder] = []
  private var seen: Set<String> = []

  /// Nothing to look at yet.
  package init() {}

  /// Adds a file whose path is not there yet: the first host to name it counts.
  package mutating func add(_ target: ScanTarget) {
    if seen.insert(target.path).inserted { targets.append(target) }
  }

  /// All that the hosts of this user read, and the copies that they keep.
  package mutating func addUser(_ surroundings: HostSurroundings, copies: Bool = true) {
    for location in Host.locations(of: surroundings) { add(location) }
    guard copies else { return }
    for host in Host.all {
      for copies in host.copies(of: surroundings) { add(copies.kind, in: copies.folder, of: host) }
    }
  }

  /// What the hosts read in a project's folder.
  package mutating func addProject(_ folder: String) {
    for location in Host.locations(inProject: folder) { add(location) }
  }

  private mutating func add(_ location: HostLocation) {
    let (host, place) = (location.host, location.place)
    guard place.isFolder else {
      return add(ScanTarget(path: location.path, host: host, places: [place]))
    }
    for entry in entries(of: location.path, limit: Self.folderLimit)
    where entry.kind != .folder && place.folderOf.contains(where: entry.name.hasSuffix) {
      add(ScanTarget(path: "\(location.path)/\(entry.name)", host: host, places: [place]))
    }
  }

  private mutating func entries(
    of folder: String, limit: Int
  ) -> [(name: String, kind: HostFolder.Kind)] {
    do throws(FileError) {
      let listing = try HostFolder.listing(of: folder, limit: limit)
      if !listing.isWhole { skip(folder, .tooMany) }
      return listing.entries
    } catch {
      skip(folder, .unreadable(error))
      return []
    }
  }

  /// Two hosts may look into one folder.
  private mutating func skip(_ folder: String, _ reason: SkippedFolder.Reason) {
    guard !skipped.contains(where: { $0.path == folder }) else { return }
    skipped.append(SkippedFolder(path: folder, reason: reason))
  }

  /// What a search of a named folder found.
  package mutating func add(_ search: FolderSearch) {
    for target in search.found { add(target) }
    skipped += search.skipped
  }

  // MARK: Copies

  private mutating func add(_ kind: HostCopies.Kind, in folder: String, of host: Host) {
    switch kind {
    case .prefixed(let prefix):
      for entry in entries(of: folder, limit: 65_536)
      where entry.kind == .file && entry.name.hasPrefix(prefix) && entry.name != prefix {
        let original = String(prefix.dropLast())
        let places = host.places.filter { $0.path.text.hasSuffix(original) }
        add(
          ScanTarget(path: "\(folder)/\(entry.name)", host: host, places: places, origin: .copy))
      }
    case .localHistory:
      for entry in entries(of: folder, limit: Self.historyLimit)
      where entry.kind == .folder {
        addHistory(in: "\(folder)/\(entry.name)")
      }
    }
  }

  /// The versions that an editor kept of one file, if that is a host's.
  private mutating func addHistory(in folder: String) {
    guard
      let list = try? HostFile.read(folder + Self.historySuffix, limit: LocalHistory.maximumLength),
      let history = LocalHistory(list.bytes),
      let (host, places) = HostFileNames.match(history.path)
    else { return }
    for name in history.names.prefix(Self.folderLimit) {
      add(ScanTarget(path: "\(folder)/\(name)", host: host, places: places, origin: .copy))
    }
  }
}
