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
  /// Why a program must not get secrets: others can change it, or exchange it in its folder.
  ///
  /// - Throws: ``LaunchError/untrusted(path:reason:)``.
  package func checkTrust() throws(LaunchError) {
    if let problem = TrustedPath.problem(path, kind: S_IFREG) {
      throw .untrusted(path: text, reason: problem)
    }
    let folder = Array(path[..<(path.lastIndex(of: CChar(UInt8(ascii: "/"))) ?? 0)]) + [0]
    guard folder.count > 1 else { return }
    if let problem = TrustedPath.problem(folder, kind: S_IFDIR) {
      let text = String(decoding: folder.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
      throw .untrusted(path: text, reason: problem)
    }
  }
}
