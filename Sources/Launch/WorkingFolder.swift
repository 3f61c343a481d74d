internal import Files
internal import Platform

/// The folder that this process works in, which is the server's.
package enum WorkingFolder {
  /// Absolute, links resolved; `nil` when it was removed, or cannot be named.
  package static func path() -> [UInt8]? {
    guard let path = getcwd(nil, 0) else { return nil }
    defer { free(path) }
    let bytes = Array(UnsafeRawBufferPointer(start: path, count: strlen(path)))
    // `(unreachable)/…` is what the kernel says of a folder outside our root.
    return bytes.first == UInt8(ascii: "/") ? bytes : nil
  }

  /// The folder that a path leads to, absolute and without links; `nil` when there is none.
  package static func resolved(_ path: String) -> [UInt8]? {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR,
      let resolved = realpath(path, nil)
    else { return nil }
    defer { free(resolved) }
    return Array(UnsafeRawBufferPointer(start: resolved, count: strlen(resolved)))
  }

  /// How many folders are tried: one that a server, running as root, wrote something into is not
  /// empty any more.
  private static let candidateCount = 16

  /// Goes into an empty folder of ours that the server cannot write to either.
  ///
  /// - Parameter folder: the one below which it lies; made where it is missing. Those above it must
  ///   be as trusted as the server itself.
  /// - Throws: ``LaunchError/file(_:)``, ``LaunchError/noEmptyFolder(_:)``.
  package static func enterEmpty(below folder: String) throws(LaunchError) {
    let parent: OwnedFolder
    do { parent = try OwnedFolder.open(folder, create: true) } catch { throw .file(error) }
    for number in 0..<candidateCount {
      let name = number == 0 ? "empty" : "empty-\(number)"
      mkdirat(parent.rawDescriptor, name, 0o500)
      let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
      let folder = Descriptor(owning: openat(parent.rawDescriptor, name, flags))
      guard folder.rawValue >= 0, isOursAndEmpty(folder.rawValue) else { continue }
      guard fchdir(folder.rawValue) == 0 else {
        throw .system(operation: "go into an empty folder", code: errno)
      }
      return
    }
    throw .noEmptyFolder(parent.path(of: "empty"))
  }

  private static func isOursAndEmpty(_ folder: Int32) -> Bool {
    var status = stat()
    guard fstat(folder, &status) == 0, status.st_uid == geteuid() else { return false }
    if status.st_mode & 0o222 != 0, fchmod(folder, 0o500) != 0 { return false }
    let copy = fcntl(folder, F_DUPFD_CLOEXEC, 3)
    guard copy >= 0, let stream = fdopendir(copy) else { return false }
    defer { closedir(stream) }
    while let entry = readdir(stream) {
      let isDots = withUnsafeBytes(of: &entry.pointee.d_name) { name in
        name[0] == UInt8(ascii: ".")
          && (name[1] == 0 || name[1] == UInt8(ascii: ".") && name[2] == 0)
      }
      if !isDots { return false }
    }
    return true
  }
}
