internal import Files
internal import Platform

/// A bundle that was read, found sound, and lies in memory: what is checked is what is used, whatever
/// becomes of the file meanwhile.
package struct Bundle: Sendable {
  /// As it was given: for messages, and to know the file again.
  package let path: String
  /// Without a signature.
  let bytes: [UInt8]
  /// What the archive's directory says of its entries, checked.
  package let layout: ArchiveLayout
  /// The manifest of the archive's root, checked.
  package let manifest: Manifest
  /// Whether a signature stood behind the archive. Nobody has verified it.
  package let isSigned: Bool
  /// Bytes of the file.
  package let fileSize: Int

  /// Reads a bundle, and checks the archive and the manifest.
  ///
  /// - Throws: ``BundleError/file(_:)``, ``BundleError/archive(path:_:)``,
  ///   ``BundleError/manifest(path:_:)``, ``BundleError/libraryMissing(reason:)``.
  package init(path: String, limits: BundleLimits = .standard) throws(BundleError) {
    try self.init(Self.read(path, limit: limits.archiveBytes), path: path, limits: limits)
  }

  /// Checks a bundle that was read already, and takes a signature off it.
  ///
  /// - Parameters:
  ///   - whole: the bytes of the file.
  ///   - path: for messages.
  /// - Throws: as ``init(path:limits:)``, but for ``BundleError/file(_:)``.
  package init(
    _ whole: [UInt8], path: String, limits: BundleLimits = .standard
  ) throws(BundleError) {
    let signature = whole.withUnsafeBytes { BundleSignature.start(in: $0) }
    let bytes = signature.map { BundleSignature.removed(from: whole, at: $0) } ?? whole
    let layout = try Self.layout(of: bytes, path: path, limits: limits)
    guard let index = layout.index(of: Manifest.name), !layout.entries[index].isFolder else {
      throw .manifest(path: path, [ManifestProblem("there is none", at: nil)])
    }
    guard layout.entries[index].size <= limits.manifestBytes else {
      throw .manifest(
        path: path,
        [ManifestProblem("it is larger than \(limits.manifestBytes) bytes", at: nil)])
    }
    let manifest = try Self.reading(bytes, layout, path: path) { (reader) throws(BundleError) in
      try reader.bytes(index, path: path)
    }
    self.path = path
    self.bytes = bytes
    self.layout = layout
    self.manifest = try Manifest(parsing: manifest, path: path)
    isSigned = signature != nil
    fileSize = whole.count
  }

  /// Unpacks everything, to nowhere.
  ///
  /// - Throws: ``BundleError/archive(path:_:)`` for an entry that is damaged, or larger than it says.
  package func verify() throws(BundleError) {
    try reading { (reader) throws(BundleError) in
      for index in layout.entries.indices { try reader.read(index, { _ in }, path: path) }
    }
  }

  func reading<Value>(
    _ body: (borrowing ArchiveReader) throws(BundleError) -> Value
  ) throws(BundleError) -> Value {
    try Self.reading(bytes, layout, path: path, body)
  }

  private static func reading<Value>(
    _ bytes: [UInt8], _ layout: ArchiveLayout, path: String,
    _ body: (borrowing ArchiveReader) throws(BundleError) -> Value
  ) throws(BundleError) -> Value {
    let result: Result<Value, BundleError> = bytes.withUnsafeBytes { bytes in
      do throws(BundleError) {
        return .success(try body(try ArchiveReader(bytes, layout, path: path)))
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  private static func layout(
    of bytes: [UInt8], path: String, limits: BundleLimits
  ) throws(BundleError) -> ArchiveLayout {
    let result: Result<ArchiveLayout, ArchiveFault> = bytes.withUnsafeBytes { bytes in
      do throws(ArchiveFault) {
        return .success(try ArchiveLayout(of: bytes, limits: limits))
      } catch {
        return .failure(error)
      }
    }
    switch result {
    case .success(let layout): return layout
    case .failure(let fault): throw .archive(path: path, fault)
    }
  }

  /// A regular file, links followed: the person named it.
  static func read(_ path: String, limit: Int) throws(BundleError) -> [UInt8] {
    let raw = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    guard raw >= 0 else {
      throw .file(
        errno == ENOENT
          ? .missing(path: path) : .system(operation: "open", path: path, code: errno))
    }
    let descriptor = Descriptor(owning: raw)
    var status = stat()
    guard fstat(raw, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw .file(.notAFile(path: path))
    }
    let size = Int(status.st_size)
    guard size <= limit else { throw .archive(path: path, .tooLarge(limit: limit)) }
    var bytes = [UInt8](repeating: 0, count: size)
    let result: Result<Bool, FileError> = bytes.withUnsafeMutableBytes { buffer in
      do throws(FileError) {
        return .success(try descriptor.readExactly(into: buffer, at: 0, path: path))
      } catch {
        return .failure(error)
      }
    }
    switch result {
    case .success(true): return bytes
    // It became shorter meanwhile.
    case .success(false): throw .file(.system(operation: "read", path: path, code: EIO))
    case .failure(let error): throw .file(error)
    }
  }
}
