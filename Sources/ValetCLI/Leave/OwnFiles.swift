internal import Files
internal import Hosts
internal import Platform

/// The files of ours below the folders of ours, by the names that this and earlier versions give
/// them: what somebody else has put there stays.
struct OwnFiles {
  /// Absolute paths.
  private(set) var files: [String] = []
  /// What lies in our folders and is none of ours.
  private(set) var strangers: [String] = []
  /// What is to be removed when it is empty, the innermost first.
  private(set) var folders: [String] = []

  /// Kept to the last, so that an interrupted `leave` can go on.
  static let marker = "leaving"

  init(_ locations: Locations) {
    add(
      locations.config, prefixes: ["servers.json", "audit.sync", "net-", "presets.json"],
      names: ["key-file", "pinentry"])
    add("\(locations.data)/connections", prefixes: [], isOurs: Self.isConnection)
    add(locations.data, prefixes: ["vault."], names: ["vault", "rotate.lock"])
    add("\(locations.state)/refused", prefixes: [], isOurs: { _ in true })
    for folder in Set([locations.runtime, locations.surroundings]).sorted() { addRuntime(folder) }
    add(
      locations.state, prefixes: ["audit.", "vault-generation", "import."],
      names: [Self.marker, "rotate.lock"])
    addRuntime("/dev/shm/mcp-valet-\(geteuid())")
    let parent = locations.data.prefix { _ in true }
    // One folder for everything: it goes too when nothing is left in it.
    if parent.hasSuffix("/data"), locations.config.hasSuffix("/config") {
      folders.append(String(parent.dropLast("/data".count)))
    }
  }

  private mutating func addRuntime(_ path: String) {
    add("\(path)/files", prefixes: [], isOurs: { _ in true })
    add(
      path, prefixes: ["unlock.", "rotate."], suffixes: [".sock", ".sock.new", ".exec", ".lock"])
  }

  private mutating func add(
    _ path: String, prefixes: [String], suffixes: [String] = [], names: [String] = [],
    isOurs: (String) -> Bool = { _ in false }
  ) {
    guard HostFolder.isFolder(path), !Self.isLink(path), Self.isOwn(path) else { return }
    for entry in HostFolder.entries(of: path, limit: 65_536) {
      let full = "\(path)/\(entry.name)"
      if entry.kind == .folder {
        // Folders that servers start in, and the ones looked at by themselves.
        if entry.name.hasPrefix("empty") { folders.append(full) }
        continue
      }
      let isKnown =
        names.contains(entry.name) || prefixes.contains(where: entry.name.hasPrefix)
        || suffixes.contains(where: entry.name.hasSuffix) || isOurs(entry.name)
      if isKnown, Self.isOwn(full) { files.append(full) } else { strangers.append(full) }
    }
    folders.append(path)
  }

  private static func isConnection(_ name: String) -> Bool {
    name.prefix { $0.isHexDigit }.utf8.count == 32
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
