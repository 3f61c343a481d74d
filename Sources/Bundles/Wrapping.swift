internal import HostConfigs
internal import Platform
internal import Secrets

/// Making a bundle start through mcp-valet.
package struct Wrapping: Sendable {
  /// A program that is to be in the bundle.
  package struct Program: Sendable {
    /// Where it lies in the bundle.
    package var name: String
    package var bytes: [UInt8]

    package init(name: String, bytes: [UInt8]) {
      self.name = name
      self.bytes = bytes
    }
  }

  /// The server's name for grants; ``serverName(of:)`` where it is `nil`.
  package var serverName: String?
  /// `linux`, `darwin`.
  package var platforms = ["linux"]
  package var allowsInArguments = false
  package var dropsSignature = false
  package var programs: [Program] = []

  package init() {}

  /// A bundle that is ready to be written.
  package struct Result: Sendable {
    let bundle: Bundle
    let manifest: Manifest
    let programs: [Program]
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
    func refuse(_ reason: String, _ hint: String? = nil) -> BundleError {
      .notWrappable(path: bundle.path, reason: reason, hint: hint)
    }
    guard !own else { throw refuse("it has a folder '\(Launcher.folder)' of its own") }
    let platforms = platforms.filter { manifest.platforms?.contains($0) != false }
    guard !platforms.isEmpty else {
      throw refuse("it is for \(manifest.platforms?.joined(separator: ", ") ?? "none") only")
    }
    let name = serverName ?? Self.serverName(of: manifest)
    do throws(ServerNameError) {
      try ServerName.check(name)
    } catch {
      throw refuse(error.reason, "--name NAME")
    }

    var document = manifest.document
    var warnings: [String] = []
    for platform in platforms {
      guard let config = manifest.serverConfig(for: platform) else {
        throw refuse(
          "the manifest has no 'mcp_config': the host itself decides how a '\(manifest.serverType)' server starts",
          "give it a command and arguments")
      }
      try check(config, refuse)
      try edit(&document, platform, config, name, path: bundle.path)
      for warning in self.warnings(manifest, config) where !warnings.contains(warning) {
        warnings.append(warning)
      }
    }
    let wrapped = try Manifest(parsing: document.bytes, path: bundle.path)
    return Result(
      bundle: bundle, manifest: wrapped, programs: programs, serverName: name,
      platforms: platforms, warnings: warnings)
  }

  /// A name that can be typed, after the bundle's.
  package static func serverName(of manifest: Manifest) -> String {
    var name: [UInt8] = []
    for byte in manifest.bundleName.utf8 {
      let isPlain =
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "._@".utf8.contains(byte)
      if isPlain {
        name.append(byte)
      } else if !name.isEmpty, name.last != UInt8(ascii: "-") {
        name.append(UInt8(ascii: "-"))
      }
    }
    name = Array(name.prefix(ServerName.maximumLength))
    while name.last == UInt8(ascii: "-") { name.removeLast() }
    return name.isEmpty ? "bundle" : String(decoding: name, as: UTF8.self)
  }

  /// What a launcher cannot pass on.
  private func check(
    _ config: ServerConfig, _ refuse: (String, String?) -> BundleError
  ) throws(BundleError) {
    if config.command.isEmpty { throw refuse("its command is empty", nil) }
    for variable in config.environment {
      let name = variable.name
      let isPlain =
        !name.isEmpty && name.utf8.first.map { (0x30...0x39).contains($0) } == false
        && name.utf8.allSatisfy {
          (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0 | 0x20)
            || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "_")
        }
      guard isPlain else {
        throw refuse("a shell does not pass the variable '\(printable(name))' on", nil)
      }
      guard !name.hasPrefix("MCP_VALET_") else {
        throw refuse("the variable '\(name)' is mcp-valet's own", nil)
      }
    }
  }

  /// Writes the override of a platform. What it has already is replaced, where it differs; variables
  /// are written out, since hosts disagree whether an override adds to the others or replaces them.
  private func edit(
    _ document: inout JSONDocument, _ platform: String, _ config: ServerConfig, _ name: String,
    path: String
  ) throws(BundleError) {
    let place = Manifest.overrides + [platform]
    let arguments = Launcher.arguments(
      name: name, variables: config.environment.map(\.name), allowsInArguments: allowsInArguments,
      config)
    do throws(JSONDocumentError) {
      let hasVariables = document.value(at: place + ["env"]) != nil
      let environment: [JSONValue.Member] = config.environment.map {
        .init($0.name, .string($0.value))
      }
      let values: [(String, JSONValue)] =
        [("command", .string(Launcher.command)), ("args", .array(arguments.map { .string($0) }))]
        + (hasVariables || environment.isEmpty ? [] : [("env", .object(environment))])
      if document.value(at: place) == nil {
        try document.set(.object(values.map { .init($0, $1) }), at: place)
      } else {
        for (name, value) in values { try document.set(value, at: place + [name]) }
      }
    } catch {
      throw .manifest(path: path, [ManifestProblem(error)])
    }
  }

  private func warnings(_ manifest: Manifest, _ config: ServerConfig) -> [String] {
    var warnings: [String] = []
    for option in manifest.options {
      let isInArguments = ([config.command] + config.arguments).contains {
        $0.contains(option.placeholder)
      }
      guard isInArguments else { continue }
      let key = "user_config.\(printable(option.key))"
      if option.isSensitive, !allowsInArguments {
        warnings.append(
          "\(key) stands in an argument, where a reference is refused: other users can read arguments (--in-argv allows it)"
        )
      }
      if !option.isRequired, option.defaultValue == nil {
        warnings.append(
          "\(key) stands in an argument and may be left empty: mcp-valet refuses a placeholder that the host did not fill in"
        )
      }
    }
    return warnings
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

extension Manifest {
  /// What a wrapped server is told, by platform: `nil` where it does not start through mcp-valet.
  package func wrappedServer(for platform: String) -> WrappedServer? {
    guard let config = serverConfig(for: platform), config.command == Launcher.command,
      config.arguments.first == Launcher.argument
    else { return nil }
    return WrappedServer(Array(config.arguments.dropFirst()), config.environment)
  }
}

/// A server behind a launcher.
package struct WrappedServer: Equatable, Sendable {
  package let name: String
  package let allowsInArguments: Bool
  /// Of the server itself, as if it were not wrapped.
  package let config: ServerConfig

  /// - Parameter words: behind the script.
  init?(_ words: [String], _ environment: [ServerConfig.Variable]) {
    guard let end = words.firstIndex(of: "--"), end > 0, end + 1 < words.count else { return nil }
    name = words[end - 1]
    allowsInArguments = words[..<end].contains("--in-argv")
    config = ServerConfig(
      command: words[end + 1], arguments: Array(words[(end + 2)...]), environment: environment)
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
