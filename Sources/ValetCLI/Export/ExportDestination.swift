internal import Broker
internal import Files
internal import Platform
internal import Secrets

/// Where an export goes.
enum ExportDestination {
  case standardOutput
  /// Absolute; made with mode 0600, and never in the place of another file.
  case file(String)

  /// Refuses, before anything is asked, what would go wrong afterwards.
  ///
  /// - Parameter isPlain: whether everybody can read what is written.
  /// - Throws: ``CommandError/refused(_:hint:)``.
  func check(isPlain: Bool) throws(CommandError) {
    guard case .standardOutput = self else { return }
    if isatty(STDOUT_FILENO) == 1 {
      throw .refused(
        isPlain
          ? "a terminal keeps what it shows, and this is every value"
          : "an encrypted file is of no use on a terminal",
        hint: isPlain
          ? "mcp-valet vault export --plain | PROGRAM" : "the same command with --output FILE")
    }
    if !isPlain { return }
    var status = stat()
    guard fstat(STDOUT_FILENO, &status) == 0,
      [S_IFIFO, S_IFSOCK].contains(status.st_mode & S_IFMT)
    else {
      throw .refused(
        "plain values go into a pipe, and this is none",
        hint: "mcp-valet vault export --plain | PROGRAM; for a file: --passphrase --output FILE")
    }
  }

  /// Hands out a function that writes, and removes a file that was not completed.
  ///
  /// - Throws: `FileError`, ``CommandError/refused(_:hint:)``, and what `body` throws.
  func write(_ body: ((UnsafeRawBufferPointer) throws -> Void) throws -> Void) throws {
    switch self {
    case .standardOutput: try body { try StandardOutput.write($0) }
    case .file(let path):
      let slash = path.lastIndex(of: "/") ?? path.startIndex
      let parent = slash == path.startIndex ? "/" : String(path[..<slash])
      let name = String(path[path.index(after: slash)...])
      // A memory stick has no owners; the file itself is made, and never opened.
      let folder = try OwnedFolder.open(parent, create: false, privacy: .sealed)
      let descriptor = try folder.createFile(name)
      do {
        try body { try descriptor.writeAll($0, path: path) }
        try descriptor.synchronize(path: path)
      } catch {
        _ = try? folder.removeFile(name)
        throw error
      }
      try folder.synchronize()
    }
  }
}
