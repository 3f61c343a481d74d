internal import Bundles
internal import Secrets

/// What there is to say about a bundle.
struct BundleSummary: Encodable {
  struct Command: Encodable {
    /// `all`, or one that has its own.
    var platform: String
    var command: String
    var args: [String]
    var env: [String: String]
    var isWrapped: Bool
    /// In grants; of a wrapped server.
    var serverName: String?
  }

  struct Option: Encodable {
    var key: String
    var type: String
    var title: String
    var isRequired: Bool
    var isSensitive: Bool
    /// Where its value goes: names of variables, `args` or `command`.
    var places: [String]
  }

  var name: String
  var displayName: String?
  var version: String
  var author: String
  var manifestVersion: String
  var serverType: String
  var entryPoint: String
  var isSigned: Bool
  var fileBytes: Int
  var unpackedBytes: Int
  var entries: Int
  /// None where the host itself decides how the server starts.
  var commands: [Command]
  var options: [Option]
  var warnings: [String]

  init(_ bundle: Bundle) {
    let manifest = bundle.manifest
    name = manifest.bundleName
    displayName = manifest.displayName
    version = manifest.bundleVersion
    author = manifest.author
    manifestVersion = manifest.version.rawValue
    serverType = manifest.serverType
    entryPoint = manifest.entryPoint
    isSigned = bundle.isSigned
    fileBytes = bundle.fileSize
    unpackedBytes = bundle.layout.unpackedSize
    entries = bundle.layout.entries.count
    let platforms = ["all"] + manifest.overriddenPlatforms.filter { $0 != "all" }
    commands = platforms.compactMap { platform in
      guard let config = manifest.serverConfig(for: platform) else { return nil }
      let wrapped = manifest.wrappedServer(for: platform)
      let shown = wrapped?.config ?? config
      return Command(
        platform: platform, command: shown.command, args: shown.arguments,
        env: Dictionary(shown.environment.map { ($0.name, $0.value) }) { $1 },
        isWrapped: wrapped != nil, serverName: wrapped?.name)
    }
    let configs = platforms.compactMap { manifest.serverConfig(for: $0) }
    options = manifest.options.map { option in
      Option(
        key: option.key, type: option.kind.rawValue, title: option.title,
        isRequired: option.isRequired, isSensitive: option.isSensitive,
        places: Self.places(of: option, in: configs))
    }
    warnings = Self.warnings(bundle, options)
  }

  private static func places(of option: UserOption, in configs: [ServerConfig]) -> [String] {
    var places: [String] = []
    func add(_ place: String, _ text: String) {
      if text.contains(option.placeholder), !places.contains(place) { places.append(place) }
    }
    for config in configs {
      for variable in config.environment { add(variable.name, variable.value) }
      add("command", config.command)
      for argument in config.arguments { add("args", argument) }
    }
    return places
  }

  private static func warnings(_ bundle: Bundle, _ options: [Option]) -> [String] {
    let manifest = bundle.manifest
    var warnings: [String] = []
    if bundle.layout.index(of: manifest.entryPoint) == nil {
      warnings.append("there is no '\(printable(manifest.entryPoint))', its entry point, in it")
    }
    for option in options where option.isSensitive {
      let key = "user_config.\(printable(option.key))"
      if option.places.isEmpty {
        warnings.append("\(key) is sensitive and goes nowhere")
      } else if option.places.contains("args") || option.places.contains("command") {
        warnings.append("\(key) is sensitive and stands in an argument, which other users can read")
      }
    }
    return warnings
  }

  /// For people. Words of the bundle cannot move the cursor of whoever reads them.
  var text: String {
    var facts = [
      ("bundle", name + (displayName.map { " (\($0))" } ?? "")), ("version", version),
      ("author", author), ("manifest", "version \(manifestVersion)"),
      ("server", "\(serverType), \(entryPoint)"),
      ("size", "\(Self.size(fileBytes)), unpacked \(Self.size(unpackedBytes)), \(entries) entries"),
      ("signed", isSigned ? "yes; the signature was not checked" : "no"),
      ("wrapped", wrappedText),
    ]
    for command in commands {
      let words = [command.command] + command.args
      facts.append(("starts, \(command.platform)", words.map(shellWord).joined(separator: " ")))
      for (name, value) in command.env.sorted(by: { $0.key < $1.key }) {
        facts.append(("", "\(name)=\(value)"))
      }
    }
    let lines = Table(["", ""], facts.map { [$0.0.isEmpty ? " " : $0.0, $0.1] }).text
      .split(separator: "\n", omittingEmptySubsequences: false).dropFirst()
    var text = lines.joined(separator: "\n")
    if !options.isEmpty {
      let rows = options.map { option in
        [
          option.key, option.type,
          (option.isSensitive ? "sensitive" : "") + (option.isRequired ? " required" : ""),
          option.places.isEmpty ? "-" : option.places.joined(separator: " "), option.title,
        ]
      }
      text += "\n\n" + Table(["ASKS FOR", "TYPE", "", "GOES TO", "TITLE"], rows).text
    }
    return text
  }

  private var wrappedText: String {
    let wrapped = commands.filter(\.isWrapped)
    guard let first = wrapped.first else { return "no" }
    let platforms = wrapped.map(\.platform).joined(separator: ", ")
    return "yes, on \(platforms); server '\(first.serverName ?? "")'"
  }

  private static func size(_ bytes: Int) -> String {
    switch bytes {
    case ..<1024: "\(bytes) B"
    case ..<(1 << 20): "\((bytes + 512) >> 10) KiB"
    default: "\((bytes + (1 << 19)) >> 20) MiB"
    }
  }
}
