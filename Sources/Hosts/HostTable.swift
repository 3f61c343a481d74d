extension Host {
  /// All hosts, in the order in which they are shown.
  package static let all: [Host] = [
    .claudeDesktop, .claudeCode, .cursor, .vscode, .windsurf, .zed, .codex, .geminiCLI, .cline,
    .lmStudio, .kiro, .amazonQ, .copilotCLI, .openCode, .continue, .goose,
  ]

  /// - Throws: ``HostError/unknownHost(_:known:)``.
  package static func named(_ id: String) throws(HostError) -> Host {
    guard let host = all.first(where: { $0.id == id }) else {
      throw .unknownHost(id, known: all.map(\.id))
    }
    return host
  }
}

/// A file, or a folder of files, that a host reads on this machine, whether it is there or not.
package struct HostLocation: Sendable {
  /// The host that reads it.
  package let host: Host
  /// The row of the host's table that led here.
  package let place: HostPlace
  /// Absolute.
  package let path: String
}

extension Host {
  /// Where the hosts keep the servers of one user, each path of a host once.
  package static func locations(of surroundings: HostSurroundings) -> [HostLocation] {
    all.flatMap { $0.locations(of: surroundings) }
  }

  /// Where this host keeps the servers of one user, each path once; none of a project's files.
  package func locations(of surroundings: HostSurroundings) -> [HostLocation] {
    var found: [HostLocation] = []
    for place in places where place.platform.isHere {
      guard let path = place.path.resolved(surroundings),
        !found.contains(where: { $0.path == path && $0.place.folderOf == place.folderOf })
      else { continue }
      found.append(HostLocation(host: self, place: place, path: path))
    }
    return found
  }

  /// Where the hosts look for servers of a project that lies in a folder. Two hosts may share one.
  package static func locations(inProject folder: String) -> [HostLocation] {
    all.flatMap { host in
      host.places.compactMap { place in
        guard case .project(let path) = place.path else { return nil }
        return HostLocation(host: host, place: place, path: HostPath.join(folder, path))
      }
    }
  }

  /// Folders in which copies of the host's files may lie, and what they are called there.
  package func copies(
    of surroundings: HostSurroundings
  ) -> [(folder: String, kind: HostCopies.Kind)] {
    copies.compactMap { copies in
      guard copies.platform.isHere, let folder = copies.folder.resolved(surroundings) else {
        return nil
      }
      return (folder, copies.kind)
    }
  }
}
