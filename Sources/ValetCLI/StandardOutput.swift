internal import Files
internal import Platform

/// Values that a command was asked to print.
enum StandardOutput {
  /// Writes bytes as they are.
  ///
  /// - Throws: `FileError.system` when they could not all be written: a script must not go on with half
  ///   a key.
  static func write(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let slice = UnsafeRawBufferPointer(rebasing: rest)
      let count = Platform.write(STDOUT_FILENO, slice.baseAddress, slice.count)
      if count < 0 {
        if errno == EINTR { continue }
        throw .system(operation: "write", path: "standard output", code: errno)
      }
      rest = rest.dropFirst(count)
    }
  }
}
