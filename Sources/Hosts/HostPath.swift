/// Where a file lies, before it is known on which machine.
package enum HostPath: Hashable, Sendable {
  /// Below the user's folder.
  case home(String)
  /// Below `XDG_CONFIG_HOME`, else below `~/.config`.
  case config(String)
  /// Below the folder that a variable names, else below another one.
  case variable(String, String, otherwise: String)
  /// Below a project's folder.
  case project(String)

  /// - Returns: an absolute path; `nil` for a project's file.
  func resolved(_ surroundings: HostSurroundings) -> String? {
    switch self {
    case .home(let path): return Self.join(surroundings.home, path)
    case .config(let path):
      let folder = surroundings.folder("XDG_CONFIG_HOME")
      return Self.join(folder ?? "\(surroundings.home)/.config", path)
    case .variable(let name, let path, let otherwise):
      let folder = surroundings.folder(name)
      return Self.join(folder ?? Self.join(surroundings.home, otherwise), path)
    case .project: return nil
    }
  }

  /// The part below the folder.
  package var text: String {
    switch self {
    case .home(let path), .config(let path), .project(let path): path
    case .variable(_, let path, let otherwise): Self.join(otherwise, path)
    }
  }

  static func join(_ folder: String, _ path: String) -> String {
    path.isEmpty ? folder : folder.isEmpty ? path : "\(folder)/\(path)"
  }
}

/// Whose files are looked for.
package struct HostSurroundings {
  /// The user's folder, absolute, without a `/` at its end.
  package let home: String
  let variable: (String) -> String?

  /// - Parameter variable: looks up an environment variable.
  package init(home: String, variable: @escaping (String) -> String?) {
    self.home = home.count > 1 && home.hasSuffix("/") ? String(home.dropLast()) : home
    self.variable = variable
  }

  /// The value of a variable, when it is an absolute path.
  func folder(_ name: String) -> String? {
    guard var value = variable(name), value.utf8.first == UInt8(ascii: "/") else { return nil }
    while value.count > 1, value.hasSuffix("/") { value.removeLast() }
    return value
  }
}
