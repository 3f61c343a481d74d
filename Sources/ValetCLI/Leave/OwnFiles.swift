internal import Files
internal import Hosts
internal import Platform

/// The files of ours below the folders of ours, by the exact names that this and earlier versions give
/// them: what somebody else has put there, such as a copy of the vault, stays.
struct OwnFiles {
  /// Absolute paths.
  private(set) var files: [String] = []
  /// Folders that go with everything in them, such as a bundle that was unpacked.
  private(set) var trees: [String] = []
  /// What lies in our folders and is none of ours.
  private(set) var strangers: [String] = []
  /// What is to be removed when it is empty, the innermost first.
  private(set) var folders: [String] = []

  private let locations: Locations

  /// Where bundles are unpacked while they run.
  var bundles: String { "\(locations.state)/bundles" }

  /// Of a `leave` that was interrupted.
  var marker: String { "\(locations.state)/\(LeaveMarker.fileName)" }

  /// How many logins there are; their names are in the vault.
  var connectionCount: Int {
    let folder = "\(locations.data)/connections/"
    return files.count { $0.hasPrefix(folder) && OwnName.isID($0.dropFirst(folder.count)) }
  }

  init(_ locations: Locations) {
    self.locations = locations
    add(locations.config, OwnName.isConfiguration)
    add("\(locations.data)/connections", OwnName.isConnection)
    add(locations.data, folders: ["connections"], OwnName.isData)
    add("\(locations.state)/refused") { OwnName.isNumber($0) }
    addTrees(bundles)
    for folder in Set([locations.runtime, locations.surroundings]).sorted() { addRuntime(folder) }
    add(locations.state, folders: ["refused", "bundles", "run"], OwnName.isState)
    addRuntime("/dev/shm/mcp-valet-\(geteuid())")
    // One folder for everything: it goes too when nothing is left in it.
    if locations.data.hasSuffix("/data"), locations.config.hasSuffix("/config") {
      folders.append(String(locations.data.dropLast("/data".count)))
    }
  }

  private mutating func addRuntime(_ path: String) {
    addTrees("\(path)/files")
    add(path, folders: ["files"], OwnName.isRuntime)
  }

  /// A folder of folders that go whole, once nobody uses them.
  private mutating func addTrees(_ path: String) {
    guard isLookedInto(path) else { return }
    for entry in HostFolder.entries(of: path, limit: Self.limit) {
      let full = "\(path)/\(entry.name)"
      if entry.kind == .folder { trees.append(full) } else { strangers.append(full) }
    }
    folders.append(path)
  }

  /// More than any folder of ours has.
  private static let limit = 65_536

  /// - Parameter known: folders in it that are looked at by themselves.
  private mutating func add(
    _ path: String, folders known: [String] = [], _ isOurs: (Substring) -> Bool
  ) {
    guard isLookedInto(path) else { return }
    for entry in HostFolder.entries(of: path, limit: Self.limit) {
      let full = "\(path)/\(entry.name)"
      if entry.kind == .folder {
        if known.contains(entry.name) { continue }
        // Folders that servers start in.
        if OwnName.isEmptyFolder(entry.name[...]) {
          folders.append(full)
        } else {
          strangers.append(full)
        }
        continue
      }
      if isOurs(entry.name[...]), Self.isOwn(full) {
        files.append(full)
      } else {
        strangers.append(full)
      }
    }
    folders.append(path)
  }

  private func isLookedInto(_ path: String) -> Bool {
    HostFolder.isFolder(path) && !Self.isLink(path) && Self.isOwn(path) && !folders.contains(path)
  }

  private static func isLink(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
  }

  private static func isOwn(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_uid == geteuid()
  }
}
