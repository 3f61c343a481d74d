package import Hosts

/// Tells by its name whose file one is.
package enum HostFileNames {
  /// The host and the places of a file, by the end of its path; `nil` for one that no host reads.
  package static func match(_ path: String) -> (host: Host, places: [HostPlace])? {
    for host in Host.all {
      let places = host.places.filter { matches(path, $0) }
      if !places.isEmpty { return (host, places) }
    }
    return nil
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

  private static func matches(_ path: String, _ place: HostPlace) -> Bool {
    var wanted = place.path.text.split(separator: "/")
    let actual = path.split(separator: "/")
    if place.isFolder {
      guard let name = actual.last, place.folderOf.contains(where: name.hasSuffix) else {
        return false
      }
      return actual.dropLast().suffix(wanted.count).elementsEqual(wanted) && !wanted.isEmpty
    }
    // A file of a user is known by its last two names; `settings.json` alone is anybody's.
    if place.scope == .user, wanted.count > 2 { wanted = wanted.suffix(2) }
    if let name = wanted.last, unmistakable.contains(String(name)) { wanted = [name] }
    return actual.suffix(wanted.count).elementsEqual(wanted)
  }

  /// Names that no other program's file has.
  private static let unmistakable: Set<String> = [
    "claude_desktop_config.json", "cline_mcp_settings.json", "mcp_config.json", ".claude.json",
    ".mcp.json", "mcp-config.json", "opencode.json", "opencode.jsonc",
  ]
}
