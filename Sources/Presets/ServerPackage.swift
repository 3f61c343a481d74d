/// What is known of a published server: where it takes its secrets, and where they go.
package struct ServerPackage: Equatable, Sendable {
  /// An argument that has a variable which does the same.
  package struct Argument: Equatable, Sendable {
    /// `--api-key`; its value stands behind it or behind `=`.
    package let flag: String
    /// The variable that the server reads in its place.
    package let variable: String

    /// - Parameters:
    ///   - flag: with its dashes.
    ///   - variable: what the server reads in its place.
    package init(_ flag: String, _ variable: String) {
      self.flag = flag
      self.variable = variable
    }
  }

  /// An argument whose value a file can hold instead.
  package struct FileArgument: Equatable, Sendable {
    /// With its dashes; its value stands behind it or behind `=`.
    package let flag: String
    /// What stands in front of the file's path, where the value would.
    package let mark: String

    /// - Parameters:
    ///   - flag: with its dashes.
    ///   - mark: what stands in front of the file's path.
    package init(_ flag: String, mark: String) {
      self.flag = flag
      self.mark = mark
    }
  }

  /// How a running one is replaced when a value changes; the words of `"swap"` in `servers.json`.
  package enum Swap: String, Sendable {
    /// The new one is started before the old one ends.
    case overlap
    /// It holds something that only one process can: a port, the name of a container.
    case stopFirst = "stop-first"
    /// It runs on with the old value: it holds what a new process would not have.
    case never
  }

  /// Of the package on npm or PyPI, or of the image, without a version.
  package let names: [String]
  /// Variables that hold a secret.
  package let secrets: [String]
  /// Variables that say where the secrets are sent.
  package var destinations: [String] = []
  /// Arguments that can become variables, which other users cannot read.
  package var arguments: [Argument] = []
  /// Arguments whose value can be handed over in a file instead.
  package var fileArguments: [FileArgument] = []
  /// Flags of headers, `NAME: VALUE`, in whose value the server itself replaces `${VARIABLE}`.
  package var expandedHeaders: [String] = []
  /// Written into a host's file by an import, as `run --swap`.
  package var swap = Swap.overlap
  /// Where this was found: files of the package's own repository, at a commit.
  package let sources: [String]
  /// When, as RFC 3339 writes a day.
  package let checked: String

  /// The server that a command line starts.
  ///
  /// - Parameter words: the command and its arguments.
  package static func of(_ words: [String]) -> ServerPackage? {
    for word in words.dropFirst() where !word.hasPrefix("-") {
      let name = bareName(word)
      if let row = all.first(where: { $0.names.contains(name) }) { return row }
    }
    return nil
  }

  /// `@scope/name@1.2` and `image:tag@sha256:…` without what stands behind the name.
  static func bareName(_ word: String) -> String {
    var name = Substring(word)
    if let at = name.dropFirst().firstIndex(of: "@") { name = name[..<at] }
    if let equals = name.firstIndex(of: "=") { name = name[..<equals] }
    if let bracket = name.firstIndex(of: "[") { name = name[..<bracket] }
    if let slash = name.lastIndex(of: "/"), let colon = name[slash...].firstIndex(of: ":") {
      name = name[..<colon]
    } else if !name.contains("/"), let colon = name.firstIndex(of: ":") {
      name = name[..<colon]
    }
    return String(name)
  }
}
