internal import Files
internal import Platform

/// A file that is written under another name and gets its own when it is complete, in one step.
///
/// It is written into a folder of its own beside the place where it will be: 0700, so that nobody
/// exchanges it, and on the same file system. A process that is killed leaves that folder
/// (`.NAME.XXXXXX`), and nothing under the name.
struct NewFile: ~Copyable {
  /// Where to write; nothing is there yet.
  let temporary: String
  private let path: String
  private let folder: String

  /// - Throws: ``BundleError/file(_:)``.
  init(_ path: String, replacing: Bool) throws(BundleError) {
    let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
    let parent = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    let name = slash.map { String(path[path.utf8.index(after: $0)...]) } ?? path
    guard !name.isEmpty else { throw .file(.notAFile(path: path)) }
    var status = stat()
    if lstat(path, &status) == 0 {
      guard replacing else { throw .file(.alreadyExists(path: path)) }
      guard status.st_mode & S_IFMT != S_IFDIR else {
        throw .file(.notAFile(path: path))
      }
    }
    // A name may have 255 bytes.
    let short = String(decoding: name.utf8.prefix(200), as: UTF8.self)
    var template = Array("\(parent)/.\(short).XXXXXX".utf8CString)
    guard let made = mkdtemp(&template) else {
      throw .file(.system(operation: "make a folder in", path: parent, code: errno))
    }
    folder = String(cString: made)
    temporary = "\(folder)/new"
    self.path = path
  }

  deinit {
    unlink(temporary)
    rmdir(folder)
  }

  /// Gives the file its name.
  ///
  /// - Throws: ``BundleError/file(_:)``; then nothing has changed under the name.
  func publish(replacing: Bool) throws(BundleError) {
    try Self.synchronize(temporary, O_RDONLY)
    if replacing {
      guard rename(temporary, path) == 0 else { throw failed("write") }
    } else if link(temporary, path) != 0 {
      let code = errno
      guard FileError.meansNoLinks(code) else {
        throw .file(
          code == EEXIST
            ? .alreadyExists(path: path) : .system(operation: "write", path: path, code: code))
      }
      // Memory sticks. An empty file of ours holds the name, and a rename replaces that one.
      let raw = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o644)
      guard raw >= 0 else { throw failed("write") }
      close(raw)
      guard rename(temporary, path) == 0 else {
        let error = failed("write")
        unlink(path)
        throw error
      }
    }
    try Self.synchronize("\(folder)/..", O_RDONLY | O_DIRECTORY)
  }

  private func failed(_ operation: String) -> BundleError {
    .file(
      errno == EEXIST
        ? .alreadyExists(path: path) : .system(operation: operation, path: path, code: errno))
  }

  private static func synchronize(_ path: String, _ flags: Int32) throws(BundleError) {
    let raw = open(path, flags | O_CLOEXEC)
    guard raw >= 0 else { throw .file(.system(operation: "open", path: path, code: errno)) }
    do throws(FileError) {
      try Descriptor(owning: raw).synchronize(path: path)
    } catch {
      throw .file(error)
    }
  }
}
