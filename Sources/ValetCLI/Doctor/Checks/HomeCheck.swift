internal import Broker
internal import Files
internal import Platform
internal import Secrets

extension Check {
  /// Whose files these are.
  static let home = Check("home", [.files], needsHome: false) { examination in
    let locations: Locations
    do {
      locations = try examination.home().locations
    } catch {
      return [CheckFinding(error)]
    }
    var findings: [CheckFinding] = []
    if let folder = Context.variable("MCP_VALET_HOME"), !folder.isEmpty {
      findings.append(CheckFinding(.note, "MCP_VALET_HOME puts everything into \(folder)"))
    } else {
      findings.append(CheckFinding(.ok, "files are in \(locations.data) and \(locations.config)"))
    }
    if let owner = otherOwner(of: examination.userFolder) {
      findings.append(
        CheckFinding(
          .warning, "HOME belongs to user \(owner), and this runs as user \(geteuid())",
          next: "sudo -u '#\(owner)' mcp-valet doctor"))
    }
    for folder in foldersAbove(locations.data) + foldersAbove(locations.config) {
      guard isOpenToStrangers(folder), !findings.contains(where: { $0.message.contains(folder) })
      else { continue }
      findings.append(
        CheckFinding(
          .warning, "others can exchange what lies in \(folder)",
          next: "chmod go-w \(shellWord(folder))"))
    }
    return findings
  }

  private static func otherOwner(of folder: String?) -> uid_t? {
    var status = stat()
    guard let folder, stat(folder, &status) == 0, status.st_uid != geteuid() else { return nil }
    return status.st_uid
  }

  /// All folders above one, the nearest first, without the root.
  private static func foldersAbove(_ path: String) -> [String] {
    var folders: [String] = []
    var rest = path[...]
    while let slash = rest.lastIndex(of: "/"), slash > rest.startIndex {
      rest = rest[..<slash]
      folders.append(String(rest))
    }
    return folders
  }

  /// Whether somebody else can rename what is in it; a sticky folder lets nobody.
  private static func isOpenToStrangers(_ folder: String) -> Bool {
    var status = stat()
    guard stat(folder, &status) == 0 else { return false }
    return status.st_mode & 0o022 != 0 && status.st_mode & S_ISVTX == 0
  }
}
