internal import Platform

/// Owns one file descriptor and closes it.
package struct Descriptor: ~Copyable {
  package let rawValue: Int32

  /// Takes over an open descriptor.
  package init(owning rawValue: Int32) { self.rawValue = rawValue }

  deinit { close(rawValue) }

  /// Gives the descriptor up without closing it.
  package consuming func release() -> Int32 {
    let value = rawValue
    discard self
    return value
  }

  /// Writes all of `bytes`, however many calls it takes.
  package borrowing func writeAll(
    _ bytes: UnsafeRawBufferPointer, path: String
  ) throws(FileError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let written = write(rawValue, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
      if written < 0 {
        if errno == EINTR { continue }
        throw .system(operation: "write", path: path, code: errno)
      }
      rest = rest.dropFirst(written)
    }
  }

  /// Fills all of `buffer` from byte `offset` of the file; `false` when the file ends before.
  package borrowing func readExactly(
    into buffer: UnsafeMutableRawBufferPointer, at offset: Int, path: String
  ) throws(FileError) -> Bool {
    var done = 0
    while done < buffer.count {
      let count = pread(
        rawValue, buffer.baseAddress?.advanced(by: done), buffer.count - done,
        off_t(offset + done))
      if count < 0 {
        if errno == EINTR { continue }
        throw .system(operation: "read", path: path, code: errno)
      }
      if count == 0 { return false }
      done += count
    }
    return true
  }

  /// Makes room for a file of `count` bytes by filling it, with noise that no file system can make
  /// smaller, down to the disk; what is written next begins at its start all the same. Where nothing
  /// is ever written in place (btrfs, ZFS) it is a good sign and no promise.
  package borrowing func reserve(_ count: Int, path: String) throws(FileError) {
    if count <= 0 { return }
    // Nobody's secret and nobody's key: xorshift.
    var state: UInt64 = 0x9e37_79b9_7f4a_7c15
    let noise = [UInt8](unsafeUninitializedCapacity: min(count, 64 << 10)) { bytes, length in
      length = bytes.count
      for index in bytes.indices {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        bytes[index] = UInt8(truncatingIfNeeded: state)
      }
    }
    var done = 0
    while done < count {
      let written = pwrite(rawValue, noise, min(noise.count, count - done), off_t(done))
      if written < 0 {
        if errno == EINTR { continue }
        throw .system(operation: "write", path: path, code: errno)
      }
      done += written
    }
    try synchronizeData(path: path)
  }

  /// Cuts the file down to `count` bytes.
  package borrowing func truncate(to count: Int, path: String) throws(FileError) {
    while ftruncate(rawValue, off_t(count)) < 0 {
      if errno == EINTR { continue }
      throw .system(operation: "truncate", path: path, code: errno)
    }
  }

  /// Waits until the disk has it; a failure means that what was written may be lost, so the file must be discarded.
  package borrowing func synchronize(path: String) throws(FileError) {
    while synchronizeToDisk(rawValue) < 0 {
      if errno == EINTR { continue }
      throw .system(operation: "sync", path: path, code: errno)
    }
  }

  /// As ``synchronize(path:)``, for a file's bytes and length only: for one that grows often.
  package borrowing func synchronizeData(path: String) throws(FileError) {
    while synchronizeDataToDisk(rawValue) < 0 {
      if errno == EINTR { continue }
      throw .system(operation: "sync", path: path, code: errno)
    }
  }

  /// Which file is open here.
  package borrowing func identity(path: String) throws(FileError) -> FileIdentity {
    var status = stat()
    guard fstat(rawValue, &status) == 0 else {
      throw .system(operation: "examine", path: path, code: errno)
    }
    return FileIdentity(status)
  }

  /// Size in bytes.
  package borrowing func size(path: String) throws(FileError) -> Int {
    var status = stat()
    guard fstat(rawValue, &status) == 0 else {
      throw .system(operation: "examine", path: path, code: errno)
    }
    return Int(status.st_size)
  }
}
