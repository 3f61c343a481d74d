package import Files
internal import Platform

/// A host's file on the disk, as it was found.
package struct HostFile: Sendable {
  /// All of it, in ordinary memory: any program of the user can read the file.
  package let bytes: [UInt8]
  /// Whether the path is a symbolic link; what it points to was read.
  package let isLink: Bool
  /// User id, of the file and not of a link to it.
  package let owner: UInt32
  /// Permission bits.
  package let mode: UInt32

  /// Whether anybody but the owner can read it.
  package var isReadableByOthers: Bool { mode & 0o044 != 0 }
  /// Whether somebody else owns it; root's files count as nobody's.
  package var belongsToAnother: Bool { owner != getuid() && owner != 0 }

  /// Reads a file of at most `limit` bytes. Links are followed: many people keep such files
  /// elsewhere. Never waits for a FIFO, never opens a terminal or a device.
  ///
  /// - Throws: ``FileError/missing(path:)``, ``FileError/notAFile(path:)`` and the like.
  package static func read(
    _ path: String, limit: Int = HostDocument.maximumLength
  ) throws(FileError) -> HostFile {
    var status = stat()
    guard stat(path, &status) == 0 else { throw error("examine", path) }
    // Asked before opening: opening a device can have effects. The descriptor is asked again.
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw .notAFile(path: path)
    }
    let raw = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    guard raw >= 0 else { throw error("open", path) }
    let descriptor = Descriptor(owning: raw)
    guard fstat(raw, &status) == 0 else { throw error("examine", path) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw .notAFile(path: path)
    }
    guard status.st_size <= limit else {
      throw .tooLarge(path: path, limit: limit)
    }
    var link = stat()
    let isLink = lstat(path, &link) == 0 && link.st_mode & S_IFMT == S_IFLNK
    return HostFile(
      bytes: try contents(of: descriptor, size: Int(status.st_size), path: path), isLink: isLink,
      owner: status.st_uid, mode: UInt32(status.st_mode) & 0o7777)
  }

  private static func contents(
    of descriptor: borrowing Descriptor, size: Int, path: String
  ) throws(FileError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: size)
    var isWhole = false
    do {
      isWhole = try bytes.withUnsafeMutableBytes {
        try descriptor.readExactly(into: $0, at: 0, path: path)
      }
    } catch let error as FileError {
      throw error
    } catch {
      preconditionFailure("only FileError is thrown above")
    }
    // Somebody cut it meanwhile.
    guard isWhole else { throw .system(operation: "read", path: path, code: EIO) }
    return bytes
  }

  private static func error(_ operation: String, _ path: String) -> FileError {
    let code = errno
    return code == ENOENT || code == ENOTDIR
      ? .missing(path: path) : .system(operation: operation, path: path, code: code)
  }
}
