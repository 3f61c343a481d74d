/// One MCP application, as data: where it keeps its servers, and in what shape.
package struct Host: Sendable {
  /// As typed: `claude-desktop`.
  package let id: String
  /// For people: `Claude Desktop`.
  package let name: String
  /// Every file that it reads servers from, the usual one first: that is where a snippet is to go.
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

  /// - Parameters:
  ///   - source: a page, a file of a repository, or a thread.
  ///   - checked: a day, `2025-01-31`.
  package init(_ source: String, checked: String) {
    self.source = source
    self.checked = checked
  }
}

/// A file that a host reads its servers from, or a folder of such files.
package struct HostPlace: Sendable {
  /// Whose file it is: whether changing it is one person's own business.
  package enum Scope: String, Sendable {
    /// In the user's home.
    case user
    /// In a project's folder, usually committed and shared with others.
    case project
  }

  /// Where it lies, before a home or a project is known.
  package let path: HostPath
  /// Follows from ``path``.
  package let scope: Scope
  /// Of the file, or of each file of the folder.
  package let format: HostFormat
  /// Where in it servers may stand.
  package let sections: [ServerSection]
  /// The ends of the names of files that count, when this is a folder.
  package let folderOf: [String]
  /// Where it is looked for.
  package let platform: HostPlatform

  /// Whether servers may be in several files of one folder.
  package var isFolder: Bool { !folderOf.isEmpty }

  /// - Parameter folderOf: the ends of the names of files that count, such as `.yaml`, where `path`
  ///   is a folder; empty for a file.
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

/// The systems on which a host has a file at a place.
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
  /// How copies are found in their folder, and which host's file each is of.
  package enum Kind: Sendable {
    /// Files of this folder whose names begin so.
    case prefixed(String)
    /// VS Code's local history: a folder for each file, with an `entries.json` that names it.
    case localHistory
  }

  /// A folder.
  package let folder: HostPath
  /// What to look for in ``folder``.
  package let kind: Kind
  /// Where it is looked for.
  package let platform: HostPlatform

  /// - Parameters:
  ///   - folder: where they lie, nothing below it but what `kind` says.
  ///   - kind: what to look for there.
  package init(_ folder: HostPath, _ kind: Kind, platform: HostPlatform = .any) {
    self.folder = folder
    self.kind = kind
    self.platform = platform
  }
}
