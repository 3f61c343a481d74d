internal import Platform

/// What a server with secrets does not get of its `PATH`.
package struct SearchPathFinding: Equatable, Sendable {
  /// As it stands there.
  package let entry: [UInt8]
  package let reason: Reason

  package enum Reason: Equatable, Sendable {
    /// It means the working folder, or lies in it: often a project that a stranger wrote.
    case isRelative, isInProject
    /// It lies in a working copy of git or the like: often a project that a stranger wrote, whatever
    /// folder the host started us in.
    case isInWorkingCopy
    case untrusted(TrustedPath.Problem)
  }
}

extension LaunchDraft {
  /// Leaves, of the `PATH` of a server with secrets, what only root and the user can write to and
  /// what does not lie in the working folder or another project; drops `SHELL` unless root vouches
  /// for it, since servers start it, and `TMPDIR` where others, or a project, could have put
  /// something for servers to find.
  ///
  /// The command is looked for along what is left.
  ///
  /// - Parameters:
  ///   - folder: the working folder; absolute, links resolved. `nil` when it is not known.
  ///   - home: the user's; where it lies in the working folder, that folder is no project.
  /// - Returns: what was left out and is there.
  package mutating func confineSearchPath(
    folder: [UInt8]?, home: [UInt8]?
  ) -> [SearchPathFinding] {
    guard holdsSecrets else { return [] }
    confineShell()
    let home = home.flatMap { Self.resolved($0[...]) }
    let project = folder.flatMap { Self.isProject($0, home: home) ? $0 : nil }
    confineTemporaryFolder(project: project, home: home)
    guard let path = sound.searchPath else { return [] }
    var kept: [UInt8] = []
    var findings: [SearchPathFinding] = []
    for entry in path.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false) {
      if let reason = Self.reason(against: entry, project: project, home: home) {
        if reason != .untrusted(.missing) {
          findings.append(SearchPathFinding(entry: Array(entry), reason: reason))
        }
        continue
      }
      if !kept.isEmpty { kept.append(UInt8(ascii: ":")) }
      kept += entry
    }
    // An empty one would mean the working folder to some.
    if kept.isEmpty { sound.drop(Array("PATH".utf8)) }
    if kept.count != path.count { sound.setPlain(kept, of: Array("PATH".utf8)) }
    return findings
  }

  private static func isProject(_ folder: [UInt8], home: [UInt8]?) -> Bool {
    guard let home else { return !folder.elementsEqual("/".utf8) }
    return !home.lies(in: folder)
  }

  private static func reason(
    against entry: ArraySlice<UInt8>, project: [UInt8]?, home: [UInt8]?
  ) -> SearchPathFinding.Reason? {
    guard entry.first == UInt8(ascii: "/") else { return .isRelative }
    var status = stat()
    let isFolder =
      withCString(entry) { stat($0, &status) } == 0 && status.st_mode & S_IFMT == S_IFDIR
    if !isFolder { return .untrusted(.missing) }
    if let problem = TrustedPath.problem(status) { return .untrusted(problem) }
    // By its own name: `/proc/self/cwd/bin` is as much in the project as the folder itself.
    guard let path = resolved(entry) else { return .untrusted(.missing) }
    if let project, path.lies(in: project) { return .isInProject }
    // What root installs is no project.
    if status.st_uid == 0, geteuid() != 0 { return nil }
    return isInWorkingCopy(path, home: home) ? .isInWorkingCopy : nil
  }

  /// Whether a folder or one above it, below the user's home, is what a clone makes. Programs that
  /// are installed by a clone of their own (nvm, pyenv, asdf) lie below a name with a dot in the
  /// home.
  private static func isInWorkingCopy(_ path: [UInt8], home: [UInt8]?) -> Bool {
    var end = path.count
    if let home, path.lies(in: home), home.count < path.count {
      guard path[home.count + 1] != UInt8(ascii: ".") else { return false }
    }
    while end > 1 {
      // A home that is kept in git as a whole is no stranger's.
      if let home, home.count >= end, home.elementsEqual(path[..<end]) { return false }
      for mark in [".git", ".hg", ".jj", ".svn"] {
        let name = path[..<end] + "/".utf8 + mark.utf8
        if withCString(name, { access($0, F_OK) }) == 0 { return true }
      }
      end = path[..<end].lastIndex(of: UInt8(ascii: "/")) ?? 0
    }
    return false
  }

  /// Others may write to it only as they may to `/tmp`: beside, and not in the place of, what is there.
  private mutating func confineTemporaryFolder(project: [UInt8]?, home: [UInt8]?) {
    let name = Array("TMPDIR".utf8)
    for variable in sound.variables where variable.name == name {
      guard case .inherited(let whole) = variable.content else { return }
      let value = whole[(name.count + 1)...]
      var reason = Self.reason(against: Array(value)[...], project: project, home: home)
      if case .untrusted(.writableByOthers(let mode)) = reason, mode & UInt32(S_ISVTX) != 0 {
        reason = nil
      }
      if reason != nil { sound.drop(name) }
      return
    }
  }

  private mutating func confineShell() {
    let name = Array("SHELL".utf8)
    for variable in sound.variables where variable.name == name {
      guard case .inherited(let whole) = variable.content else { return }
      var status = stat()
      let isRoots = Self.withCString(whole[(name.count + 1)...]) {
        stat($0, &status) == 0 && status.st_uid == 0 && TrustedPath.problem(status) == nil
      }
      if !isRoots { sound.drop(name) }
      return
    }
  }

  private static func resolved(_ path: ArraySlice<UInt8>) -> [UInt8]? {
    guard let resolved = withCString(path, { realpath($0, nil) }) else { return nil }
    defer { free(resolved) }
    return Array(UnsafeRawBufferPointer(start: resolved, count: strlen(resolved)))
  }

  private static func withCString<Result>(
    _ bytes: some Collection<UInt8>, _ body: (UnsafePointer<CChar>) -> Result
  ) -> Result {
    var string: [CChar] = []
    string.reserveCapacity(bytes.count + 1)
    for byte in bytes { string.append(CChar(bitPattern: byte)) }
    string.append(0)
    return string.withUnsafeBufferPointer { buffer in
      // Never empty: the NUL is in it.
      body(buffer.baseAddress.unsafelyUnwrapped)
    }
  }
}

extension [UInt8] {
  /// Whether a path is a folder or lies below it; both without links and trailing slashes.
  fileprivate func lies(in folder: [UInt8]) -> Bool {
    guard starts(with: folder) else { return false }
    return count == folder.count || folder.last == UInt8(ascii: "/")
      || self[folder.count] == UInt8(ascii: "/")
  }
}
