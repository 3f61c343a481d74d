/// The program that this process runs, and those that were installed with it.
package enum OwnProgram {
  /// For whoever lacks one of them: whether they came by a package, a tarball or a script is unknown.
  package static let installationHint = "install mcp-valet again, all three programs at once"

  /// Where another program of ours may lie: beside our own executable, where a build and a bundle
  /// have it, and in the `libexec` folder of the prefix that we are installed in; never on PATH, and
  /// never by the name that we were called by.
  ///
  /// - Returns: absolute paths in the order of preference; none when it is not known where we are.
  package static func candidates(_ name: String) -> [String] {
    guard let ours = path, let slash = ours.utf8.lastIndex(of: UInt8(ascii: "/")) else { return [] }
    let folder = ours[...slash]
    return ["\(folder)\(name)", "\(folder)../libexec/mcp-valet/\(name)"]
  }

  /// The program that hosts start, `mcp-valet`, as it was installed with this one: beside it, where a
  /// build and a bundle have it, and in the `bin` of the prefix whose `libexec/mcp-valet` this one is
  /// in. Never one that was found elsewhere: it may be of another installation.
  ///
  /// - Returns: an absolute path with links resolved; `nil` when it is in neither place, or cannot be
  ///   executed.
  package static var launcher: String? {
    guard let ours = path, let slash = ours.utf8.lastIndex(of: UInt8(ascii: "/")) else {
      return nil
    }
    let folder = ours[...slash]
    for candidate in ["\(folder)mcp-valet", "\(folder)../../bin/mcp-valet"] {
      guard access(candidate, X_OK) == 0, let resolved = realpath(candidate, nil) else { continue }
      defer { free(resolved) }
      return String(validatingCString: resolved)
    }
    return nil
  }
}
