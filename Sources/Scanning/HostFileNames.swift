package import Hosts

/// Tells by its name whose file one is.
package enum HostFileNames {
  /// The host and the places of a file, by the end of its path; `nil` for one that no host reads.
  package static func match(_ path: String) -> (host: Host, places: [HostPlace])? {
    let folders = path.split(separator: "/")
    guard let name = folders.last, mayBeHosts(name) else { return nil }
    let found = patterns.filter { $0.matches(folders[...]) }
    guard let host = found.first?.host else { return nil }
    return (host, found.filter { $0.host.id == host.id }.map(\.place))
  }

  /// Answered for every file of a repository: most have a name that no host's file has.
  private static func mayBeHosts(_ name: Substring) -> Bool {
    names.contains(name)
      || endings.contains { name.utf8.reversed().starts(with: $0.utf8.reversed()) }
  }

  /// What a file may be that somebody names: by its path, else by its ending.
  package static func guess(_ path: String) -> (host: Host, places: [HostPlace])? {
    if let match = match(path) { return match }
    let formats: [HostFormat]
    switch path {
    case _ where path.hasSuffix(".json") || path.hasSuffix(".jsonc"):
      formats = [.commentedJSON, .json]
    case _ where path.hasSuffix(".toml"): formats = [.toml]
    case _ where path.hasSuffix(".yaml") || path.hasSuffix(".yml"): formats = [.yaml]
    default: return nil
    }
    let places = Host.all.flatMap(\.places).filter { formats.contains($0.format) }
    // The most tolerant reading first.
    let sorted = formats.flatMap { format in places.filter { $0.format == format } }
    return Host.all.first { host in
      sorted.first.map { first in host.places.contains { $0.path == first.path } } ?? false
    }
    .map { ($0, sorted) }
  }

  /// What the end of a path has to be for one place of a host.
  private struct Pattern {
    let host: Host
    let place: HostPlace
    /// Folders, and the file's name unless any in the folder counts.
    let names: [Substring]

    init(_ host: Host, _ place: HostPlace) {
      self.host = host
      self.place = place
      var names = place.path.text.split(separator: "/")
      if !place.isFolder {
        // A file of a user is known by its last two names; `settings.json` alone is anybody's.
        if place.scope == .user { names = names.suffix(2) }
        if let name = names.last, unmistakable.contains(String(name)) { names = [name] }
      }
      self.names = names
    }

    func matches(_ path: ArraySlice<Substring>) -> Bool {
      guard place.isFolder else { return path.suffix(names.count).elementsEqual(names) }
      guard let name = path.last, place.folderOf.contains(where: name.hasSuffix) else {
        return false
      }
      return path.dropLast().suffix(names.count).elementsEqual(names) && !names.isEmpty
    }
  }

  private static let patterns = Host.all.flatMap { host in
    host.places.map { Pattern(host, $0) }
  }
  private static let names = Set(patterns.filter { !$0.place.isFolder }.compactMap(\.names.last))
  /// Of files in folders that hosts read as a whole.
  private static let endings = Set(patterns.flatMap(\.place.folderOf))

  /// Names that no other program's file has.
  private static let unmistakable: Set<String> = [
    "claude_desktop_config.json", "cline_mcp_settings.json", "mcp_config.json", ".claude.json",
    ".mcp.json", "mcp-config.json", "opencode.json", "opencode.jsonc",
  ]
}
