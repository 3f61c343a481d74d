internal import Broker
internal import Files
internal import Hosts
internal import Platform
internal import Secrets

extension Check {
  /// Owners, modes and kinds of everything of ours.
  static let files = Check("files", [.files]) { examination in
    guard let locations = examination.context?.locations else { return [] }
    let walk = FileWalk(locations)
    return walk.findings.isEmpty
      ? [CheckFinding(.ok, "owners and modes of \(walk.count) files and folders are right")]
      : walk.findings
  }

  /// Room for a new vault beside the old one.
  static let space = Check("space", [.files]) { examination in
    guard let locations = examination.context?.locations else { return [] }
    return [FileSpace.finding(at: locations.data)]
  }
}

/// Looks at the folders of ours and what is in them; opens nothing.
private struct FileWalk {
  private(set) var findings: [CheckFinding] = []
  private(set) var count = 0

  /// More of a folder is not looked at.
  private static let folderLimit = 1024

  init(_ locations: Locations) {
    let closed = [locations.data, locations.state, locations.runtime]
    for folder in Set(closed + [locations.config]).sorted() {
      // Where all lies in one folder, it is as closed as what is most secret in it.
      look(atFolder: folder, mayBeRead: !closed.contains(folder))
    }
    look(atFolder: "\(locations.data)/connections")
    look(atFolder: "\(locations.state)/refused")
    // What is unpacked from a bundle has the modes that the bundle says, below a folder of ours.
    look(atFolder: "\(locations.state)/bundles", looksAtFiles: false)
  }

  /// - Parameter mayBeRead: what lies there is no secret.
  private mutating func look(
    atFolder path: String, mayBeRead: Bool = false, looksAtFiles: Bool = true
  ) {
    var status = stat()
    guard lstat(path, &status) == 0 else {
      if errno != ENOENT, errno != ENOTDIR {
        findings.append(
          CheckFinding(.failure, "\(path) cannot be examined: \(String(cString: strerror(errno)))"))
      }
      return
    }
    count += 1
    guard status.st_mode & S_IFMT == S_IFDIR else {
      let error =
        status.st_mode & S_IFMT == S_IFLNK
        ? FileError.symbolicLink(path: path) : .wrongKind(path: path, expected: "folder")
      findings.append(CheckFinding(error))
      return
    }
    guard isOurs(status, path) else { return }
    if status.st_mode & 0o022 != 0 {
      findings.append(
        CheckFinding(
          FileError.sharedFolder(path: path, mode: UInt32(status.st_mode)),
          next: "chmod go-rwx \(shellWord(path))"))
    } else if status.st_mode & 0o077 != 0 {
      findings.append(
        CheckFinding(
          .note, "others can see the names in \(path)", next: "chmod go-rwx \(shellWord(path))"))
    }
    if access(path, R_OK | X_OK) != 0 {
      findings.append(
        CheckFinding(.failure, "\(path) cannot be listed", next: "chmod u+rwx \(shellWord(path))"))
    }
    guard looksAtFiles else { return }
    for entry in HostFolder.entries(of: path, limit: Self.folderLimit) where entry.kind != .folder {
      look(atFile: "\(path)/\(entry.name)", mayBeRead: mayBeRead)
    }
  }

  /// - Parameter mayBeRead: what lies there is no secret.
  private mutating func look(atFile path: String, mayBeRead: Bool) {
    var status = stat()
    guard lstat(path, &status) == 0 else { return }
    count += 1
    if status.st_mode & S_IFMT == S_IFLNK {
      findings.append(CheckFinding(FileError.symbolicLink(path: path)))
      return
    }
    guard isOurs(status, path) else { return }
    if status.st_mode & (mayBeRead ? 0o022 : 0o077) != 0 {
      findings.append(
        CheckFinding(
          FileError.tooOpen(path: path, mode: UInt32(status.st_mode)),
          next: "chmod go-rwx \(shellWord(path))"))
    }
  }

  private mutating func isOurs(_ status: stat, _ path: String) -> Bool {
    if status.st_uid == geteuid() { return true }
    findings.append(
      CheckFinding(
        FileError.wrongOwner(path: path, uid: status.st_uid),
        next: "sudo chown \(geteuid()) \(shellWord(path))"))
    return false
  }
}

private enum FileSpace {
  /// 8 MiB: a vault of the usual size several times over.
  private static let wanted: UInt64 = 8 << 20

  static func finding(at path: String) -> CheckFinding {
    var folder = path
    var space = statvfs()
    // What is not there yet will be made in the next one above.
    while statvfs(folder, &space) != 0 {
      guard let slash = folder.lastIndex(of: "/"), slash > folder.startIndex else {
        return CheckFinding(.notChecked, "nobody says how much space there is at \(path)")
      }
      folder = String(folder[..<slash])
    }
    if space.f_flag & UInt(ST_RDONLY) != 0 {
      return CheckFinding(
        .warning, "the file system of \(folder) is read-only: nothing can be stored or recorded",
        next: "mount -o remount,rw \(shellWord(folder))")
    }
    let free = UInt64(space.f_bavail) * UInt64(space.f_frsize)
    guard free >= wanted, space.f_files == 0 || space.f_favail > 16 else {
      return CheckFinding(
        .failure, "the disk with \(folder) is full: \(free >> 10) KiB are free",
        next: "df -h \(shellWord(folder)); df -i \(shellWord(folder))")
    }
    return CheckFinding(.ok, "\(free >> 20) MiB are free at \(folder)")
  }
}
