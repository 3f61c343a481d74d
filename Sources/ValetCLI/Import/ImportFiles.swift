internal import Broker
internal import Files
internal import Hosts
internal import Platform
internal import Scanning

/// A host's file that an import may change.
struct ImportFile {
  let host: Host
  let place: HostPlace
  /// Absolute.
  let path: String
  /// The project's folder, of a project's file.
  let project: String?

  var isShared: Bool { place.scope == .project }
}

/// Finds them.
enum ImportFiles {
  /// The files of this user that are there, then those of the project that the working folder lies
  /// in; each path once.
  ///
  /// - Parameter ids: of hosts; all of them when empty.
  /// - Throws: `HostError.unknownHost`; ``CommandError`` without a home.
  static func find(_ ids: [String]) throws -> [ImportFile] {
    let hosts = ids.isEmpty ? Host.all : try ids.map { try Host.named($0) }
    let surroundings = try Self.surroundings()
    var files: [ImportFile] = []
    func add(_ file: ImportFile) {
      if access(file.path, F_OK) != 0 { return }
      if !files.contains(where: { $0.path == file.path }) { files.append(file) }
    }
    for host in hosts {
      for location in host.locations(of: surroundings) { expand(location, nil, add) }
    }
    for folder in projectFolders(home: surroundings.home) {
      for location in Host.locations(inProject: folder)
      where hosts.contains(where: { $0.id == location.host.id }) {
        expand(location, folder, add)
      }
    }
    return files
  }

  static func surroundings() throws(CommandError) -> HostSurroundings {
    guard let home = Context.variable("HOME"), home.utf8.first == UInt8(ascii: "/") else {
      throw .configuration("HOME is not set", hint: nil)
    }
    return HostSurroundings(home: home, variable: Context.variable)
  }

  private static func expand(
    _ location: HostLocation, _ project: String?, _ add: (ImportFile) -> Void
  ) {
    func file(_ path: String) -> ImportFile {
      ImportFile(host: location.host, place: location.place, path: path, project: project)
    }
    guard location.place.isFolder else { return add(file(location.path)) }
    for entry in HostFolder.entries(of: location.path, limit: 512)
    where entry.kind != .folder && location.place.folderOf.contains(where: entry.name.hasSuffix) {
      add(file("\(location.path)/\(entry.name)"))
    }
  }

  /// From the working folder up to where a repository begins. The home is no project, though some
  /// hosts' files lie in it as in one.
  private static func projectFolders(home: String) -> [String] {
    var folders: [String] = []
    for folder in ProjectFolders.upwards() {
      if isSame(folder, home) { break }
      folders.append(folder)
      if access("\(folder)/.git", F_OK) == 0 { return folders }
    }
    return Array(folders.prefix(1))
  }

  /// Whether two paths lead to one folder: a home is often a link.
  private static func isSame(_ folder: String, _ other: String) -> Bool {
    var (one, two) = (stat(), stat())
    guard stat(folder, &one) == 0, stat(other, &two) == 0 else { return folder == other }
    return one.st_dev == two.st_dev && one.st_ino == two.st_ino
  }
}
