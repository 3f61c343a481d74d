internal import Platform

/// A program that was found.
package struct Command: Equatable, Sendable {
  /// A path with a `/` in it, closed by NUL.
  let path: [CChar]

  /// For people; bytes that are not UTF-8 are replaced.
  package var text: String {
    // Not lazily: the metadata of such types cost a launch more than the copy.
    String(decoding: bytes, as: UTF8.self)
  }

  /// The same file by an absolute path, for a process that is about to work in another folder.
  ///
  /// - Parameter folder: the present one; absolute.
  package func absolute(in folder: [UInt8]) -> Command {
    if path.first == CChar(Self.slash) { return self }
    return Command(path: folder.map { CChar(bitPattern: $0) } + [CChar(Self.slash)] + path)
  }

  /// Whether it is there and a regular file, executable or not.
  var isFile: Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  /// The path's bytes, without the NUL.
  package var bytes: [UInt8] { path.dropLast().map { UInt8(bitPattern: $0) } }

  /// Where a server without `PATH` is searched: what the C library and most shells fall back to.
  private static let defaultPath = Array("/usr/local/bin:/usr/bin:/bin".utf8)

  /// Finds the program of a plan along the `PATH` that the server itself will get.
  ///
  /// - Throws: ``LaunchError/commandNotFound(_:)``, ``LaunchError/cannotExecute(path:reason:)``.
  package static func find(for plan: LaunchPlan) throws(LaunchError) -> Command {
    try find(plan.commandBytes, along: plan.searchPath ?? defaultPath)
  }

  /// A name with a `/` is a path, from the working folder where it is relative. Any other name is
  /// searched as `execvp` does it, but for entries of the path that are empty or relative: those
  /// mean the working folder, which is often a project that a stranger wrote, and what is found
  /// gets secrets.
  static func find(_ name: [UInt8], along path: [UInt8]) throws(LaunchError) -> Command {
    let text = String(decoding: name, as: UTF8.self)
    if name.contains(0) { throw .commandNotFound(text) }
    if name.contains(UInt8(ascii: "/")) {
      switch look(at: name) {
      case .program: return Command(path: cString(name))
      case .absent: throw .commandNotFound(text)
      case .refused(let reason): throw .cannotExecute(path: text, reason: reason)
      }
    }
    // As a shell: a file that cannot be executed is told only when no other folder has one.
    var refused: LaunchError?
    for folder in path.split(separator: UInt8(ascii: ":")) where folder.first == slash {
      let candidate = Array(folder) + [slash] + name
      switch look(at: candidate) {
      case .program: return Command(path: cString(candidate))
      case .absent: continue
      case .refused(let reason):
        let path = String(decoding: candidate, as: UTF8.self)
        refused = refused ?? .cannotExecute(path: path, reason: reason)
      }
    }
    throw refused ?? .commandNotFound(text)
  }

  private static let slash = UInt8(ascii: "/")

  private enum Finding {
    case program
    case absent
    case refused(LaunchError.CannotExecute)
  }

  private static func look(at path: [UInt8]) -> Finding {
    let path = cString(path)
    var status = stat()
    guard stat(path, &status) == 0 else { return errno == EACCES ? .refused(.permission) : .absent }
    if status.st_mode & S_IFMT == S_IFDIR { return .refused(.isFolder) }
    guard status.st_mode & S_IFMT == S_IFREG, faccessat(AT_FDCWD, path, X_OK, AT_EACCESS) == 0
    else { return .refused(.permission) }
    return .program
  }

  private static func cString(_ bytes: [UInt8]) -> [CChar] {
    bytes.map { CChar(bitPattern: $0) } + [0]
  }
}
