/// One MCP application, as data: where it keeps its servers, and in what shape.
package struct Host: Sendable {
  /// As typed: `claude-desktop`.
  package let id: String
  /// For people: `Claude Desktop`.
  package let name: String
  package let places: [HostPlace]
  /// Where copies of its files lie, which it or the editor it is part of makes.
  package var copies: [HostCopies] = []
  /// Programs that write their file while they run and would undo an edit made meanwhile: names as
  /// the system shows them, without a folder. Empty where none is known to.
  package var rewriters: [String] = []
  /// Where all this was read, and when.
  package let facts: [HostFact]
}

/// Where something about a host was read, not only seen cited.
package struct HostFact: Equatable, Sendable {
  /// A page, a file of a repository, or a thread.
  package let source: String
  /// The day it was looked at, as RFC 3339 writes one.
  package let checked: String

  package init(_ source: String, checked: String) {
    self.source = source
    self.checked = checked
  }
}

/// A file that a host reads its servers from, or a folder of such files.
package struct HostPlace: Sendable {
  package enum Scope: String, Sendable {
    case user
    /// In a project's folder, usually committed and shared with others.
    case project
  }

  package let path: HostPath
  package let scope: Scope
  package let format: HostFormat
  package let sections: [ServerSection]
  /// The ends of the names of files that count, when this is a folder.
  package let folderOf: [String]
  package let platform: HostPlatform

  package var isFolder: Bool { !folderOf.isEmpty }

  package init(
    _ path: HostPath, _ format: HostFormat, _ sections: [ServerSection], folderOf: [String] = [],
    platform: HostPlatform = .any
  ) {
    self.path = path
    self.format = format
    self.sections = sections
    self.folderOf = folderOf
    self.platform = platform
    if case .project = path { scope = .project } else { scope = .user }
  }
}

package enum HostPlatform: Sendable {
  case any, macOS

  var isHere: Bool {
    switch self {
    case .any: true
    case .macOS: Self.isDarwin
    }
  }
}

/// Copies of a host's files that nobody looks at.
package struct HostCopies: Sendable {
  package enum Kind: Sendable {
    /// Files of this folder whose names begin so.
    case prefixed(String)
    /// VS Code's local history: a folder for each file, with an `entries.json` that names it.
    case localHistory
  }

  /// A folder.
  package let folder: HostPath
  package let kind: Kind
  package let platform: HostPlatform

  package init(_ folder: HostPath, _ kind: Kind, platform: HostPlatform = .any) {
    self.folder = folder
    self.kind = kind
    self.platform = platform
  }
}
