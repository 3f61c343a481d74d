internal import Platform

/// Whose files and folders are accepted.
enum Owners {
  case user
  case userAndRoot
  /// Whatever the mode, too.
  case anybody
}

/// Checks kind, owner and mode of what is open, not of what has the name by now.
func checkOwnership(
  of descriptor: borrowing Descriptor, path: String, kind: mode_t, forbidden: mode_t,
  owners: Owners
) throws(FileError) {
  var status = stat()
  guard fstat(descriptor.rawValue, &status) == 0 else {
    throw .system(operation: "examine", path: path, code: errno)
  }
  guard status.st_mode & S_IFMT == kind else {
    throw .wrongKind(path: path, expected: kind == S_IFDIR ? "folder" : "regular file")
  }
  if owners == .anybody { return }
  guard status.st_uid == geteuid() || owners == .userAndRoot && status.st_uid == 0 else {
    throw .wrongOwner(path: path, uid: status.st_uid)
  }
  guard status.st_mode & forbidden == 0 else {
    let mode = UInt32(status.st_mode)
    throw kind == S_IFDIR ? .sharedFolder(path: path, mode: mode) : .tooOpen(path: path, mode: mode)
  }
}

/// What a failed `open` with `O_NOFOLLOW` means.
func openError(path: String, code: Int32, expected: String) -> FileError {
  switch code {
  case ENOENT: .missing(path: path)
  case ELOOP: .symbolicLink(path: path)
  case ENOTDIR, ENXIO:
    isSymbolicLink(path)
      ? .symbolicLink(path: path) : .wrongKind(path: path, expected: expected)
  default: .system(operation: "open", path: path, code: code)
  }
}

/// O_DIRECTORY with O_NOFOLLOW answers ENOTDIR for a link: only then the second look is taken.
private func isSymbolicLink(_ path: String) -> Bool {
  var status = stat()
  return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
}
