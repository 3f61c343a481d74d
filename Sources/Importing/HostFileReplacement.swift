internal import CLaunch
package import Files
internal import Platform
package import Secrets

/// Why a host's file is left as it is.
package enum ReplacementError: Error, Equatable, Sendable {
  /// A rename would replace the link, and leave the file that it leads to.
  case isLink(path: String)
  /// Its owner is somebody else, perhaps root: a new file would be ours.
  case belongsToAnother(path: String, uid: UInt32)
  /// It has another name in some folder, which would keep the old bytes.
  case hasOtherNames(path: String)
  /// Somebody wrote to it meanwhile.
  case changed(path: String)
  /// It has its new bytes, but a power failure may bring the old ones back.
  case notLasting(path: String, FileError)
  /// It could not be read or written.
  case file(FileError)

  /// Whether the file has its new bytes all the same.
  package var wasReplaced: Bool { if case .notLasting = self { true } else { false } }
}

extension ReplacementError: ReportableError {
  package var message: String {
    switch self {
    case .isLink(let path): "\(path) is a symbolic link, and is left alone"
    case .belongsToAnother(let path, let uid): "\(path) belongs to uid \(uid), and is left alone"
    case .hasOtherNames(let path):
      "\(path) has a second name (a hard link), and is left alone"
    case .changed(let path): "\(path) changed meanwhile, and is left alone"
    case .notLasting(let path, let error):
      "\(path) was changed, but that may not outlast a power failure: \(error.message)"
    case .file(let error): error.message
    }
  }
  package var hint: String? {
    switch self {
    case .isLink: "name the folder where the file itself lies, or make it a file"
    case .changed: "end the program that writes it, and try again"
    case .belongsToAnother, .hasOtherNames: nil
    case .notLasting(_, let error), .file(let error): error.hint
    }
  }
  package var exitCode: ExitCode {
    switch self {
    case .isLink, .hasOtherNames: .configuration
    case .belongsToAnother: .denied
    case .changed: .tryAgain
    case .notLasting(_, let error), .file(let error): error.exitCode
    }
  }
}

/// Replaces a host's file in one step, where it is still what was read.
package enum HostFileReplacement {
  /// Asked before anybody agrees to anything.
  ///
  /// - Throws: ``ReplacementError``.
  package static func check(_ path: String) throws(ReplacementError) {
    var status = stat()
    guard lstat(path, &status) == 0 else { throw .file(error("examine", path)) }
    if status.st_mode & S_IFMT == S_IFLNK { throw .isLink(path: path) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw .file(.notAFile(path: path))
    }
    if status.st_uid != geteuid() { throw .belongsToAnother(path: path, uid: status.st_uid) }
    if status.st_nlink > 1 { throw .hasOtherNames(path: path) }
  }

  /// The new file has the mode, the group and the access control list of the old one. What is written
  /// is on the disk before it gets the name, and the present file is read once more right before that.
  ///
  /// - Parameter expected: what the file has to hold still.
  /// - Throws: ``ReplacementError``; the file is then as it was, save where
  ///   ``ReplacementError/wasReplaced``.
  package static func replace(
    _ path: String, with bytes: [UInt8], expecting expected: [UInt8]
  ) throws(ReplacementError) {
    try check(path)
    guard let (parent, name, temporary) = place(of: path) else {
      throw .file(.missing(path: path))
    }
    let raw = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard raw >= 0 else { throw .file(error("open", parent)) }
    let folder = Descriptor(owning: raw)
    // One of ours that a killed import left; a lock keeps two apart.
    _ = unlinkat(raw, temporary, 0)
    do throws(ReplacementError) {
      let new = try writeNew(temporary, in: raw, bytes, path: path)
      let present = try openUnchanged(name, in: raw, path: path, expecting: expected)
      let mode = try giveAccess(of: present, to: new, path: path)
      guard fchmodat(raw, temporary, mode, 0) == 0, renameat(raw, temporary, raw, name) == 0 else {
        throw .file(error("rename", path))
      }
    } catch {
      _ = unlinkat(raw, temporary, 0)
      throw error
    }
    do { try folder.synchronize(path: parent) } catch {
      throw .notLasting(path: path, error)
    }
  }

  /// The folder of a file, its name there, and that of the new file until it takes its place.
  private static func place(
    of path: String
  ) -> (folder: String, name: String, temporary: String)? {
    guard let slash = path.lastIndex(of: "/") else { return nil }
    let name = String(path[path.index(after: slash)...])
    return (slash == path.startIndex ? "/" : String(path[..<slash]), name, ".\(name).mcp-valet-new")
  }

  /// What a replacement that was killed left beside a file: it may hold keys, and nobody else looks
  /// at it. One that is under way has it too: ask under the lock that keeps two apart.
  package static func remnant(beside path: String) -> String? {
    guard let (folder, _, temporary) = place(of: path) else { return nil }
    let remnant = folder == "/" ? "/\(temporary)" : "\(folder)/\(temporary)"
    var status = stat()
    guard lstat(remnant, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
      status.st_uid == geteuid()
    else { return nil }
    return remnant
  }

  /// - Returns: what was removed.
  /// - Throws: ``ReplacementError/file(_:)``.
  package static func removeRemnant(beside path: String) throws(ReplacementError) -> String? {
    guard let remnant = remnant(beside: path) else { return nil }
    guard unlink(remnant) == 0 || errno == ENOENT else { throw .file(error("remove", remnant)) }
    return remnant
  }

  private static func writeNew(
    _ temporary: String, in folder: Int32, _ bytes: [UInt8], path: String
  ) throws(ReplacementError) -> Descriptor {
    let raw = openat(
      folder, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode_t(0o600))
    guard raw >= 0 else { throw .file(error("create a file beside", path)) }
    let descriptor = Descriptor(owning: raw)
    do {
      try bytes.withUnsafeBytes { try descriptor.writeAll($0, path: path) }
      try descriptor.synchronize(path: path)
    } catch let error as FileError {
      throw .file(error)
    } catch {
      throw .file(.system(operation: "write", path: path, code: EIO))
    }
    return descriptor
  }

  /// Whoever could read the file still can, and nobody else: where its group or its list cannot be
  /// kept, those whom they let in lose that.
  ///
  /// - Returns: the mode that the new file is to get.
  private static func giveAccess(
    of present: borrowing Descriptor, to new: borrowing Descriptor, path: String
  ) throws(ReplacementError) -> mode_t {
    var status = stat()
    guard fstat(present.rawValue, &status) == 0 else { throw .file(error("examine", path)) }
    let isOfGroup = fchown(new.rawValue, uid_t.max, status.st_gid) == 0
    // Beside a list, the mode's bits for the group are what the list allows at most, to whomever:
    // without it they would be a right of the group's.
    switch claunch_copy_access_list(present.rawValue, new.rawValue) {
    case 0: return status.st_mode & (isOfGroup ? 0o777 : 0o707)
    case 1: return status.st_mode & (isOfGroup ? 0o777 : 0o700)
    default: return status.st_mode & 0o700
    }
  }

  /// - Throws: ``ReplacementError/changed(path:)``.
  private static func openUnchanged(
    _ name: String, in folder: Int32, path: String, expecting expected: [UInt8]
  ) throws(ReplacementError) -> Descriptor {
    let raw = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    guard raw >= 0 else { throw .changed(path: path) }
    let descriptor = Descriptor(owning: raw)
    var status = stat()
    guard fstat(raw, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
      Int(status.st_size) == expected.count
    else { throw .changed(path: path) }
    var bytes = [UInt8](repeating: 0, count: expected.count)
    let isWhole = bytes.withUnsafeMutableBytes {
      (try? descriptor.readExactly(into: $0, at: 0, path: path)) == true
    }
    guard isWhole, bytes == expected else { throw .changed(path: path) }
    return descriptor
  }

  private static func error(_ operation: String, _ path: String) -> FileError {
    let code = errno
    return code == ENOENT
      ? .missing(path: path)
      : .system(operation: operation, path: path, code: code)
  }
}
