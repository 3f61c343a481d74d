internal import Platform

/// Where the files of one user lie.
///
/// `MCP_VALET_HOME` puts everything into one folder; else the XDG base directories are used. There
/// is no look-up in the user database: it may reach a network.
package struct Locations: Sendable, Equatable {
  /// `servers.json` and small settings.
  package let config: String
  /// The vault, its lock and its backups.
  package let data: String
  /// What may be lost without loss of secrets.
  package let state: String
  /// Sockets and locks of running processes.
  package let runtime: String
  /// Where the empty folder lies in which servers start. Programs look for settings in the folders
  /// above the one they work in, so no variable but `HOME`, which grants bind, and `MCP_VALET_HOME`,
  /// which moves the grants along, says where it is.
  package let surroundings: String

  /// - Parameter variable: looks up an environment variable.
  /// - Throws: ``FileError/noHome``, ``FileError/notAbsolute(variable:value:)``.
  package init(variable: (String) -> String?) throws(FileError) {
    if let home = variable("MCP_VALET_HOME"), !home.isEmpty {
      guard home.utf8.first == UInt8(ascii: "/") else {
        throw .notAbsolute(variable: "MCP_VALET_HOME", value: home)
      }
      config = "\(home)/config"
      data = "\(home)/data"
      state = "\(home)/state"
      runtime = "\(home)/run"
      surroundings = runtime
      return
    }
    // An XDG variable that is not absolute is to be ignored (XDG Base Directory Specification).
    func absolute(_ name: String) -> String? {
      variable(name).flatMap { $0.utf8.first == UInt8(ascii: "/") ? $0 : nil }
    }
    func folder(_ name: String, below home: String) throws(FileError) -> String {
      if let folder = absolute(name) { return "\(folder)/mcp-valet" }
      guard let user = variable("HOME"), !user.isEmpty else { throw .noHome }
      guard user.utf8.first == UInt8(ascii: "/") else {
        throw .notAbsolute(variable: "HOME", value: user)
      }
      return "\(user)/\(home)/mcp-valet"
    }
    config = try folder("XDG_CONFIG_HOME", below: ".config")
    data = try folder("XDG_DATA_HOME", below: ".local/share")
    state = try folder("XDG_STATE_HOME", below: ".local/state")
    if let session = absolute("XDG_RUNTIME_DIR") ?? Self.derivedSessionFolder() {
      runtime = "\(session)/mcp-valet"
    } else {
      runtime = "\(state)/run"
    }
    if let session = Self.derivedSessionFolder() {
      surroundings = "\(session)/mcp-valet"
    } else {
      let user = variable("HOME").flatMap { $0.utf8.first == UInt8(ascii: "/") ? $0 : nil }
      surroundings = user.map { "\($0)/.local/state/mcp-valet/run" } ?? "\(state)/run"
    }
  }

  /// `/run/user/<uid>` where it is there, is ours and is closed to others: a host may have
  /// stripped `XDG_RUNTIME_DIR` from our environment.
  package static func derivedSessionFolder() -> String? {
    let path = "/run/user/\(getuid())"
    var status = stat()
    guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR,
      status.st_uid == getuid(), status.st_mode & 0o077 == 0
    else { return nil }
    return path
  }
}
