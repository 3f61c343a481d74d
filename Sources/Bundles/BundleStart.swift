/// How a bundle's server is started on one platform, through mcp-valet, whether or not it is wrapped.
package struct BundleStart: Sendable {
  /// The server's name in grants.
  package let name: String
  private let allowsInArguments: Bool
  private let config: ServerConfig
  private let options: [UserOption]

  /// - Throws: ``BundleError/notWrappable(path:reason:hint:)`` where the manifest leaves to the host
  ///   how the server starts.
  package init(_ bundle: Bundle, platform: String) throws(BundleError) {
    let manifest = bundle.manifest
    let wrapped = manifest.wrappedServer(for: platform)
    guard let config = wrapped?.config ?? manifest.serverConfig(for: platform) else {
      throw .notWrappable(
        path: bundle.path,
        reason:
          "the manifest has no 'mcp_config': the host itself decides how a '\(manifest.serverType)' server starts",
        hint: "give it a command and arguments")
    }
    if let reason = config.fault {
      throw .notWrappable(path: bundle.path, reason: reason, hint: nil)
    }
    name = wrapped?.name ?? Wrapping.serverName(of: manifest)
    allowsInArguments = wrapped?.allowsInArguments ?? false
    self.config = config
    options = manifest.options
  }

  /// - Parameters:
  ///   - folder: where the bundle was unpacked.
  ///   - given: what the user says for its options.
  /// - Throws: ``BundleError/configuration(key:reason:hint:)``.
  package func substitution(
    folder: String, given: [(key: String, value: String)], home: String
  ) throws(BundleError) -> HostSubstitution {
    try HostSubstitution(folder: folder, home: home, options: options, given: given)
  }

  /// The words behind `mcp-valet`.
  ///
  /// The bundle's variables are among them, and not in the environment of mcp-valet: a bundle does
  /// not choose what is loaded into it (`LD_PRELOAD`), nor whose vault it opens (`HOME`). Not those
  /// for which nobody said a value, which a host leaves as placeholders.
  package func words(_ substitution: HostSubstitution) -> [String] {
    let config = substitution.filled(config)
    let variables = config.environment.filter { !$0.value.contains("${user_config.") }
    return ["run"] + (allowsInArguments ? ["--in-argv"] : [])
      + variables.flatMap { ["--env", "\($0.name)=\($0.value)"] }
      + [name, "--", config.command] + config.arguments
  }
}
