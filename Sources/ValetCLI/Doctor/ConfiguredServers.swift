internal import Broker
internal import Files
internal import Hosts
internal import Secrets

/// A server of a host's configuration.
struct ConfiguredServer: Sendable {
  let hostName: String
  /// Of the file.
  let path: String
  let name: String
  /// As written; `nil` for a remote server.
  let command: String?
  let arguments: [String]
  let environment: [(name: String, value: String)]
  /// Every other text of it, such as the helper that its host runs for headers.
  let others: [String]
  /// The project that it is for, in a file that holds those of several.
  let project: String?

  /// Whether the host starts it through us.
  var isThroughUs: Bool {
    command?.split(separator: "/").last == "mcp-valet" && arguments.first == "run"
  }

  /// For a line of a report.
  var title: String { "'\(printable(name))' of \(hostName)" }
}

/// A host's file that is there.
struct ConfiguredFile: Sendable {
  let hostName: String
  let path: String
  /// In the order of the file.
  let servers: [ConfiguredServer]
  /// Why it cannot be read.
  let problem: CheckFinding?
}

/// What the hosts of this user are configured to start: their own files, and those of the projects
/// that the working folder lies in.
struct ConfiguredServers: Sendable {
  let files: [ConfiguredFile]

  var servers: [ConfiguredServer] { files.flatMap(\.servers) }

  /// More files of one folder are not looked at.
  private static let folderLimit = 64

  /// Reads them all.
  init(home: String?) {
    var locations: [HostLocation] = []
    if let home {
      locations += Host.locations(
        of: HostSurroundings(home: home, variable: Context.variable))
    }
    for folder in ProjectFolders.upwards() {
      locations += Host.locations(inProject: folder)
    }
    var seen: Set<String> = []
    var files: [ConfiguredFile] = []
    for location in locations {
      for path in Self.paths(of: location) where seen.insert(path).inserted {
        if let file = Self.file(path, location) { files.append(file) }
      }
    }
    self.files = files
  }

  private static func paths(of location: HostLocation) -> [String] {
    guard location.place.isFolder else { return [location.path] }
    return HostFolder.entries(of: location.path, limit: folderLimit).compactMap { entry in
      guard entry.kind != .folder, location.place.folderOf.contains(where: entry.name.hasSuffix)
      else { return nil }
      return "\(location.path)/\(entry.name)"
    }
  }

  /// `nil` for one that is not there.
  private static func file(_ path: String, _ location: HostLocation) -> ConfiguredFile? {
    let host = location.host.name
    do {
      let file = try HostFile.read(path)
      // Hosts make empty ones before they write anything.
      if file.bytes.allSatisfy({ [0x20, 0x09, 0x0A, 0x0D].contains($0) }) {
        return ConfiguredFile(hostName: host, path: path, servers: [], problem: nil)
      }
      let document = try HostDocument(
        parsing: file.bytes, format: location.place.format, path: path)
      let servers = document.servers(in: location.place.sections).map { server in
        ConfiguredServer(
          hostName: host, path: path, name: server.name, command: server.command?.text,
          arguments: server.arguments.map(\.text),
          environment: server.environment.map { ($0.name, $0.slot.text) },
          others: server.others.map(\.slot.text),
          project: server.project)
      }
      return ConfiguredFile(hostName: host, path: path, servers: servers, problem: nil)
    } catch FileError.missing {
      return nil
    } catch {
      return ConfiguredFile(
        hostName: host, path: path, servers: [], problem: CheckFinding(error, about: "\(host): "))
    }
  }
}
