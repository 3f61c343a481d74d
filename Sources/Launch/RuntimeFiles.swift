internal import CLaunch
internal import Files
internal import Platform
package import Secrets

/// Values that a server reads from files, in a folder of its own that exists in memory only.
///
/// A file and not an inherited descriptor: Node and Python close those before they start what is
/// behind `npx` or `uvx`. The folder has mode 0700, its files 0600; their paths stay the same for
/// the life of the broker, for the servers that replace one another too. Everything is removed with the server, by the guardian also when the
/// broker was killed; what even that could not remove goes at the next ``sweep(_:)``.
///
/// A folder in use is locked, by a lock that the kernel keeps until broker and guardian have both
/// gone: unlike a process id in its name, that cannot be mistaken, neither for a later process of
/// the same number nor for one in another container.
package struct RuntimeFiles: ~Copyable {
  private struct File {
    let reference: SecretReference
    let name: String
    /// A file without a name yet, or -1.
    var descriptor: Int32
  }

  /// The open and locked folder; -1 when there are no files.
  let rawDescriptor: Int32
  /// Absolute; empty when there are no files.
  package let folderPath: String
  private var files: [File] = []

  /// No files at all.
  package init() {
    rawDescriptor = -1
    folderPath = ""
  }

  private init(rawDescriptor: Int32, folderPath: String) {
    self.rawDescriptor = rawDescriptor
    self.folderPath = folderPath
  }

  /// The path that a server finds the value at; `nil` for a value without a file.
  package borrowing func path(of reference: SecretReference) -> String? {
    guard let file = files.first(where: { $0.reference == reference }) else { return nil }
    return path(ofName: file.name)
  }

  private borrowing func path(ofName name: String) -> String { "\(folderPath)/\(name)" }

  /// Writes every value into a file that has no name yet, so that the kernel drops it should the
  /// broker die before ``publish()``, which is called when a guardian is there to clean up.
  ///
  /// - Throws: ``LaunchError/noMemoryFolder(_:)``, ``LaunchError/file(_:)``, and
  ///   ``LaunchError/invalid(_:)`` with every value that `lookup` did not have.
  package static func stage(
    _ files: [LaunchPlan.ValueFile], in places: [MemoryPlace], lookup: SecretLookup
  ) throws(LaunchError) -> RuntimeFiles {
    if files.isEmpty { return RuntimeFiles() }
    let missing = files.filter { !lookup($0.reference, { _ in }) }
    guard missing.isEmpty else {
      throw .invalid(missing.map { .init(.variable($0.fileName), .missing($0.reference)) })
    }
    let parent = try MemoryPlace.open(first: places)
    claunch_sweep(parent.rawDescriptor)
    var staged = try makeFolder(in: parent)
    for file in files {
      var failure: LaunchError?
      _ = lookup(file.reference) { bytes in
        do throws(LaunchError) {
          try staged.stage(file, bytes: bytes)
        } catch {
          failure = error
        }
      }
      if let failure { throw failure }
    }
    return staged
  }

  private mutating func stage(
    _ file: LaunchPlan.ValueFile, bytes: UnsafeRawBufferPointer
  ) throws(LaunchError) {
    let descriptor = try newFile(file.fileName, bytes: bytes)
    files.append(
      File(reference: file.reference, name: file.fileName, descriptor: descriptor))
  }

  /// A file without a name, or -1 for one that has its name already, where the file system has no
  /// others (then a broker that is killed at once leaves it to the next sweep).
  private borrowing func newFile(
    _ name: String, bytes: UnsafeRawBufferPointer
  ) throws(LaunchError) -> Int32 {
    let path = path(ofName: name)
    var raw = claunch_unnamed_file(rawDescriptor)
    let isUnnamed = raw >= 0
    if !isUnnamed {
      guard errno == EOPNOTSUPP || errno == EISDIR else {
        throw .file(.system(operation: "create", path: path, code: errno))
      }
      raw = openat(rawDescriptor, name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
      guard raw >= 0 else { throw .file(.system(operation: "create", path: path, code: errno)) }
    }
    let descriptor = Descriptor(owning: raw)
    do {
      try descriptor.writeAll(bytes, path: path)
    } catch {
      throw .file(error)
    }
    return isUnnamed ? descriptor.release() : -1
  }

  /// Gives the files their names.
  mutating func publish() throws(LaunchError) {
    for index in files.indices where files[index].descriptor >= 0 {
      let file = files[index]
      files[index].descriptor = -1
      defer { close(file.descriptor) }
      guard claunch_name_file(file.descriptor, rawDescriptor, file.name) == 0 else {
        throw .file(.system(operation: "create", path: path(ofName: file.name), code: errno))
      }
    }
  }

  /// Puts a new value in place of the old one in one step: a server that opens the path sees all
  /// of one or all of the other. Does nothing for a value without a file.
  package borrowing func replace(
    _ reference: SecretReference, with bytes: UnsafeRawBufferPointer
  ) throws(LaunchError) {
    guard let file = files.first(where: { $0.reference == reference }) else { return }
    let temporary = ".\(file.name).new"
    unlinkat(rawDescriptor, temporary, 0)
    let raw = try newFile(temporary, bytes: bytes)
    defer { if raw >= 0 { close(raw) } }
    guard raw < 0 || claunch_name_file(raw, rawDescriptor, temporary) == 0,
      renameat(rawDescriptor, temporary, rawDescriptor, file.name) == 0
    else {
      let code = errno
      unlinkat(rawDescriptor, temporary, 0)
      throw .file(.system(operation: "replace", path: path(ofName: file.name), code: code))
    }
  }

  /// Removes what brokers and guardians that were both killed have left.
  package static func sweep(_ places: [MemoryPlace]) {
    for place in places {
      if let parent = try? place.open(create: false) { claunch_sweep(parent.rawDescriptor) }
    }
  }

  // The guardian has done it already after an orderly end; this is for a launch that failed.
  deinit {
    for file in files where file.descriptor >= 0 { close(file.descriptor) }
    if rawDescriptor >= 0 {
      claunch_remove_folder(rawDescriptor, folderPath)
      close(rawDescriptor)
    }
  }

  /// `<process id>-<64 random bits>`: the id is for people who look.
  private static func makeFolder(
    in parent: borrowing OwnedFolder
  ) throws(LaunchError) -> RuntimeFiles {
    // Between its making and its locking, a folder may be swept by another launch: then again.
    for _ in 0..<16 {
      let random = UInt64.random(in: .min ... .max)
      let name = "\(getpid())-\(String(random, radix: 16))"
      guard mkdirat(parent.rawDescriptor, name, 0o700) == 0 else {
        if errno == EEXIST { continue }
        throw .file(.system(operation: "make folder", path: parent.path(of: name), code: errno))
      }
      let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
      let descriptor = Descriptor(owning: openat(parent.rawDescriptor, name, flags))
      var status = stat()
      if claunch_lock(descriptor.rawValue) == 0, fstat(descriptor.rawValue, &status) == 0,
        status.st_nlink > 0
      {
        return RuntimeFiles(
          rawDescriptor: descriptor.release(), folderPath: parent.path(of: name))
      }
    }
    throw .file(.system(operation: "make folder", path: parent.path, code: EAGAIN))
  }
}
