internal import HostConfigs
internal import JSONText
internal import Secrets

extension Wrapping {
  /// The manifest of a wrapped bundle, the platforms of which it is true, and warnings.
  func wrap(
    _ manifest: Manifest, name: String, path: String
  ) throws(BundleError) -> (Manifest, platforms: [String], warnings: [String]) {
    func refuse(_ reason: String, _ hint: String? = nil) -> BundleError {
      .notWrappable(path: path, reason: reason, hint: hint)
    }
    let platforms = platforms.filter { manifest.platforms?.contains($0) != false }
    guard !platforms.isEmpty else {
      throw refuse("it is for \(manifest.platforms?.joined(separator: ", ") ?? "none") only")
    }
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
          manifest.leavesStartToHost,
          "give it a command and arguments")
      }
      try check(config, refuse)
      try edit(&document, platform, config, name, path: path)
      for warning in self.warnings(manifest, config) where !warnings.contains(warning) {
        warnings.append(warning)
      }
    }
    return (try Manifest(parsing: document.bytes, path: path), platforms, warnings)
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
    if let reason = config.fault { throw refuse(reason, nil) }
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
      if let fault = ReservedVariables.fault(of: name) {
        throw refuse("the variable '\(name)' \(fault)", "let the server set it itself")
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
          "\(key) stands in an argument, where a reference is refused: other users can read "
            + "arguments (--in-argv allows it)")
      }
      if !option.isRequired, option.defaultValue == nil {
        warnings.append(
          "\(key) stands in an argument and may be left empty: mcp-valet refuses a placeholder "
            + "that the host did not fill in")
      }
    }
    return warnings
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
  /// The server's name for grants, as the launcher hands it to `run`.
  package let name: String
  /// Whether references may stand in its arguments, which other users can read.
  package let allowsInArguments: Bool
  /// Of the server itself, as if it were not wrapped.
  package let config: ServerConfig

  /// - Parameter words: behind the script; anything but what ``Launcher`` writes there is no
  ///   wrapped server, so that no bundle chooses options of ours.
  init?(_ words: [String], _ environment: [ServerConfig.Variable]) {
    var rest = words[...]
    var allowsInArguments = false
    while let word = rest.first, word.hasPrefix("-") {
      rest = rest.dropFirst()
      switch word {
      case "--in-argv": allowsInArguments = true
      case "--keep": rest = rest.dropFirst()
      default: return nil
      }
    }
    guard rest.count > 2, let name = rest.first, (try? ServerName.check(name)) != nil else {
      return nil
    }
    rest = rest.dropFirst()
    guard rest.popFirst() == "--", let command = rest.popFirst() else { return nil }
    self.name = name
    self.allowsInArguments = allowsInArguments
    config = ServerConfig(command: command, arguments: Array(rest), environment: environment)
  }
}
