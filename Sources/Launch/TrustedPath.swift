internal import Platform

/// Whether nobody but root and the user can change what lies at a path.
package enum TrustedPath {
  package enum Problem: Equatable, Sendable {
    case missing
    case wrongOwner(uid: UInt32)
    /// Octal permissions.
    case writableByOthers(mode: UInt32)
  }

  /// Looks at what a path leads to, links followed.
  static func problem(_ path: UnsafePointer<CChar>, kind: mode_t) -> Problem? {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == kind else { return .missing }
    return problem(status)
  }

  /// Owner and mode: root's or the user's, and not writable by others. A group may write where it
  /// is root's, or the user's alone: one of the user's own number, as Debian makes for each user.
  static func problem(_ status: stat) -> Problem? {
    guard status.st_uid == 0 || status.st_uid == geteuid() else {
      return .wrongOwner(uid: status.st_uid)
    }
    let isOwnGroup = status.st_gid == 0 || status.st_gid == geteuid()
    let forbidden: mode_t = isOwnGroup ? S_IWOTH : S_IWOTH | S_IWGRP
    return status.st_mode & forbidden == 0
      ? nil : .writableByOthers(mode: UInt32(status.st_mode & 0o7777))
  }
}

extension Command {
  /// Why a program must not get secrets: others can change it, or exchange it or a folder on the way
  /// to it, where links lead to as well.
  ///
  /// - Throws: ``LaunchError/untrusted(path:reason:)``.
  package func checkTrust() throws(LaunchError) {
    if let problem = TrustedPath.problem(path, kind: S_IFREG) {
      throw .untrusted(path: text, reason: problem)
    }
    try TrustedPath.checkFolders(above: path)
    guard let resolved = realpath(path, nil) else {
      throw .untrusted(path: text, reason: .missing)
    }
    defer { free(resolved) }
    // Mostly the path itself, looked at already.
    guard strcmp(resolved, path) != 0 else { return }
    try TrustedPath.checkFolders(
      above: Array(UnsafeBufferPointer(start: resolved, count: strlen(resolved) + 1)))
  }
}

extension TrustedPath {
  /// Looks at every folder above a file, from the nearest one up. In one that is writable by
  /// everybody, as `/tmp`, what is not the owner's cannot be exchanged.
  ///
  /// - Parameter path: absolute, with the NUL behind it.
  fileprivate static func checkFolders(above path: [CChar]) throws(LaunchError) {
    let slash = CChar(UInt8(ascii: "/"))
    var folder = path
    var isNearest = true
    while let end = folder.lastIndex(of: slash), end > 0 {
      folder[end] = 0
      folder.removeSubrange((end + 1)...)
      var status = stat()
      var link = stat()
      var found: Problem?
      if stat(folder, &status) != 0 || lstat(folder, &link) != 0 {
        found = .missing
      } else {
        found = problem(status)
        // Not in the nearest: what is missing beside the program is looked for there as well.
        if case .writableByOthers = found, status.st_mode & S_ISVTX != 0, !isNearest { found = nil }
        if found == nil, link.st_uid != 0, link.st_uid != geteuid() {
          found = .wrongOwner(uid: link.st_uid)
        }
      }
      if let found {
        let text = String(
          decoding: folder.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        throw .untrusted(path: text, reason: found)
      }
      isNearest = false
    }
  }
}
