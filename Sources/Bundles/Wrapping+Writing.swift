internal import Platform
internal import Secrets

extension Wrapping {
  /// A bundle that is ready to be written.
  package struct Result: Sendable {
    let bundle: Bundle
    let manifest: Manifest
    let programs: [Program]
    /// By which grants know the server from now on.
    package let serverName: String
    /// Those that now start through mcp-valet.
    package let platforms: [String]
    /// What a person should know before handing the bundle on; whole clauses.
    package let warnings: [String]
  }

  /// - Throws: ``BundleError/signed(path:)``, ``BundleError/alreadyWrapped(path:)``,
  ///   ``BundleError/notWrappable(path:reason:hint:)``; ``BundleError/manifest(path:_:)`` where what
  ///   came out is not what the manifest's version asks for.
  package func wrap(_ bundle: Bundle) throws(BundleError) -> Result {
    guard !bundle.isSigned || dropsSignature else { throw .signed(path: bundle.path) }
    let manifest = bundle.manifest
    let own = bundle.layout.entries.contains {
      let first = $0.name.split(separator: "/").first.map(String.init) ?? ""
      return first.lowercased() == Launcher.folder
    }
    let isWrapped = manifest.overriddenPlatforms.contains {
      manifest.wrappedServer(for: $0) != nil
    }
    guard !isWrapped else { throw .alreadyWrapped(path: bundle.path) }
    guard !own else {
      throw .notWrappable(
        path: bundle.path, reason: "it has a folder '\(Launcher.folder)' of its own", hint: nil)
    }
    let name = serverName ?? Self.serverName(of: manifest)
    let (wrapped, platforms, warnings) = try wrap(manifest, name: name, path: bundle.path)
    return Result(
      bundle: bundle, manifest: wrapped, programs: programs, serverName: name,
      platforms: platforms, warnings: warnings)
  }
}

extension Wrapping.Result {
  /// Writes the bundle, reads it back, and gives it its name.
  ///
  /// - Parameter replacing: whether a file of that name may be there. Never the bundle's own.
  /// - Throws: ``BundleError``; then nothing has changed under that name.
  package func write(to path: String, replacing: Bool) throws(BundleError) {
    try bundle.verify()
    if Self.isSameFile(path, bundle.path) {
      throw .notWrappable(
        path: path, reason: "a bundle is not wrapped in place", hint: "give it another name")
    }
    let file = try NewFile(path, replacing: replacing)
    var items: [ArchiveWriter.Item] = bundle.layout.entries.indices.map { .copied(index: $0) }
    if let index = bundle.layout.index(of: Manifest.name) {
      items[index] = .replaced(index: index, manifest.bytes)
    }
    items.append(.new(name: Launcher.entryName, Array(Launcher.script.utf8), mode: 0o755))
    items += programs.map { .new(name: $0.name, $0.bytes, mode: 0o755) }
    try bundle.reading { (reader) throws(BundleError) in
      try ArchiveWriter.write(items, from: reader, bundle.layout, to: file.temporary)
    }
    try check(file.temporary, items, path: path)
    try file.publish(replacing: replacing)
  }

  /// Reads what was written, as somebody would who gets it: the archive, the manifest, every entry.
  private func check(
    _ written: String, _ items: [ArchiveWriter.Item], path: String
  ) throws(BundleError) {
    func wrong(_ reason: String) -> BundleError { .notWritten(path: path, reason: reason) }
    let copy: Bundle
    do throws(BundleError) {
      copy = try Bundle(path: written)
      try copy.verify()
    } catch {
      if case .archive(_, let fault) = error { throw .archive(path: path, fault) }
      throw wrong(error.message)
    }
    guard copy.manifest.bytes == manifest.bytes, !copy.isSigned else {
      throw wrong("it has another manifest")
    }
    guard copy.layout.entries.count == items.count else { throw wrong("it has other entries") }
    for (new, old) in zip(copy.layout.entries, bundle.layout.entries) {
      let isManifest = new.name == Manifest.name
      guard new.name.utf8.elementsEqual(old.name.utf8), new.mode == old.mode,
        new.isFolder == old.isFolder,
        isManifest || (new.size == old.size && new.checksum == old.checksum)
      else { throw wrong("'\(printable(old.name))' came out differently") }
    }
  }

  private static func isSameFile(_ one: String, _ other: String) -> Bool {
    var (first, second) = (stat(), stat())
    return stat(one, &first) == 0 && stat(other, &second) == 0 && first.st_dev == second.st_dev
      && first.st_ino == second.st_ino
  }
}

extension Wrapping.Result {
  /// What a person may enter a reference for.
  package var sensitiveOptions: [UserOption] { manifest.options.filter(\.isSensitive) }
}

extension Wrapping.Program {
  /// - Throws: ``BundleError/file(_:)``; ``BundleError/archive(path:_:)`` for one that is too large.
  package init(name: String, contentsOf path: String, limit: Int) throws(BundleError) {
    self.init(name: name, bytes: try Bundle.read(path, limit: limit))
  }
}
