internal import Files
internal import Platform

/// The runtime folder, where sockets and start records lie.
enum ControlFolder {
  static let socketSuffix = ".sock"
  static let temporarySuffix = ".sock.new"
  /// Serialises those who replace or remove abandoned names; making a new one needs no lock.
  static let lockName = "control.lock"

  static func open(_ path: String, create: Bool) throws(ControlError) -> OwnedFolder {
    do { return try OwnedFolder.open(path, create: create) } catch { throw .file(error) }
  }

  /// `nil` when there is no such folder.
  static func openIfThere(_ path: String) throws(ControlError) -> OwnedFolder? {
    do throws(ControlError) {
      return try open(path, create: false)
    } catch .file(.missing) {
      return nil
    }
  }

  /// Closes the folder to others where a wide umask, or a person, has opened it for reading.
  static func close(_ folder: borrowing OwnedFolder) throws(ControlError) {
    var status = stat()
    guard fstat(folder.rawDescriptor, &status) == 0,
      status.st_mode & 0o077 == 0 || fchmod(folder.rawDescriptor, 0o700) == 0
    else { throw .system(operation: "close \(folder.path) to others", code: errno) }
  }

  /// Gives a listening socket its name.
  ///
  /// - Returns: `<process id>.sock`, or `<process id>-1.sock` and so on where a process of another
  ///   container that shares the folder has the same id and lives.
  static func publish(
    _ temporary: String, processID: Int32, in folder: borrowing OwnedFolder
  ) throws(ControlError) -> String {
    for number in 0..<16 {
      let name = "\(processID)\(number == 0 ? "" : "-\(number)")\(socketSuffix)"
      if try link(temporary, as: name, in: folder) { return name }
      // A name of a process that is gone; ours was free a moment ago, so nobody else takes it.
      try remove(name, in: folder, wait: .milliseconds(500)) {
        () throws(ControlError) in try !UnixSocket.hasListener(name, in: folder)
      }
      if try link(temporary, as: name, in: folder) { return name }
    }
    throw .system(operation: "name a socket in \(folder.path)", code: EEXIST)
  }

  /// - Returns: `false` when the name is taken.
  private static func link(
    _ temporary: String, as name: String, in folder: borrowing OwnedFolder
  ) throws(ControlError) -> Bool {
    do throws(FileError) {
      try folder.publish(temporary, as: name)
      return true
    } catch .alreadyExists {
      return false
    } catch {
      throw .file(error)
    }
  }

  /// Removes a name if it is still abandoned when nobody else can be replacing it. A lock that is
  /// not to be had means that somebody else is at it.
  static func remove(
    _ name: String, in folder: borrowing OwnedFolder, wait: Duration,
    if isAbandoned: () throws(ControlError) -> Bool
  ) throws(ControlError) {
    guard let lock = try? FileLock.acquire(lockName, in: folder, wait: wait) else { return }
    if try isAbandoned() { unlinkat(folder.rawDescriptor, name, 0) }
    lock.release()
  }

  /// Names in the folder with a suffix, sorted.
  static func names(withSuffix suffix: String, in folder: borrowing OwnedFolder) -> [String] {
    // A descriptor of its own: reading moves its position, and closedir closes it.
    let raw = openat(folder.rawDescriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard raw >= 0 else { return [] }
    guard let stream = fdopendir(raw) else {
      Platform.close(raw)
      return []
    }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name.utf8.count > suffix.utf8.count, name.hasSuffix(suffix) { names.append(name) }
    }
    return names.sorted()
  }
}
