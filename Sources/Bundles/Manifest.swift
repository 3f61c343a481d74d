internal import HostConfigs
internal import JSONText

/// A manifest that is what its version asks for.
package struct Manifest: Sendable {
  /// Its place in a bundle: the archive's root.
  package static let name = "manifest.json"

  let document: JSONDocument
  /// What `manifest_version` says, by whose rules it was checked.
  package let version: ManifestVersion

  /// - Throws: ``BundleError/manifest(path:_:)``.
  package init(parsing bytes: [UInt8], path: String) throws(BundleError) {
    // Hosts read it by `JSON.parse`, to which the mark is an error.
    if bytes.starts(with: byteOrderMark) {
      throw .manifest(
        path: path,
        [ManifestProblem("it begins with a byte order mark", at: TextPosition(line: 1, column: 1))])
    }
    do throws(JSONDocumentError) {
      document = try JSONDocument(parsing: bytes)
    } catch {
      throw .manifest(path: path, [ManifestProblem(error)])
    }
    do throws(ManifestProblem) {
      version = try ManifestCheck.version(of: document)
    } catch {
      throw .manifest(path: path, [error])
    }
    let problems = ManifestCheck.problems(of: document, version)
    if !problems.isEmpty { throw .manifest(path: path, problems) }
  }

  /// The text of the file, byte for byte.
  package var bytes: [UInt8] { document.bytes }

  func text(_ path: String...) -> String? {
    document.value(at: path).flatMap { document.string(of: $0) }
  }

  /// What programs call it. Every version requires it, ``bundleVersion``, ``author``,
  /// ``serverType`` and ``entryPoint``: none is missing here, though one may be empty.
  package var bundleName: String { text("name") ?? "" }
  /// What people call it; `nil` where the manifest has only ``bundleName``.
  package var displayName: String? { text("display_name") }
  /// Of the bundle, not of the manifest's format.
  package var bundleVersion: String { text("version") ?? "" }
  /// The author's name; their address and page are not read.
  package var author: String { text("author", "name") ?? "" }
  /// `node`, `python`, `binary`; in 0.4 also `uv`.
  package var serverType: String { text("server", "type") ?? "" }
  /// The file that a host starts, below the bundle's folder, as its author wrote it.
  package var entryPoint: String { text("server", "entry_point") ?? "" }

  /// Platforms that the bundle is for; `nil` for all.
  package var platforms: [String]? {
    document.value(at: ["compatibility", "platforms"]).map(texts)
  }

  /// Platforms that have a command of their own, in the order of the file.
  package var overriddenPlatforms: [String] {
    document.value(at: Self.overrides).map { node in
      document.members(of: node).compactMap { document.string(of: $0.key) }
    } ?? []
  }

  static let configuration = ["server", "mcp_config"]
  static let overrides = configuration + ["platform_overrides"]

  /// How a host starts the server on a platform, before anything is filled in; `nil` where the
  /// manifest leaves that to the host.
  ///
  /// As `getMcpConfigForManifest` of the reference has it: of an override, an empty command counts
  /// as none, `args` replace the others and `env` is added to the others. (Older hosts let `env`
  /// replace the others too; nothing here depends on it.)
  package func serverConfig(for platform: String) -> ServerConfig? {
    guard let base = document.value(at: Self.configuration) else { return nil }
    var config = self.config(base)
    guard let node = document.value(at: Self.overrides + [platform]) else { return config }
    let override = self.config(node)
    if !override.command.isEmpty { config.command = override.command }
    if document.member("args", of: node) != nil { config.arguments = override.arguments }
    for variable in override.environment {
      config.environment.removeAll { $0.name.utf8.elementsEqual(variable.name.utf8) }
      config.environment.append(variable)
    }
    return config
  }

  private func config(_ node: JSONDocument.Node) -> ServerConfig {
    var config = ServerConfig()
    config.command =
      document.member("command", of: node).flatMap { document.string(of: $0.value) } ?? ""
    config.arguments = document.member("args", of: node).map { texts($0.value) } ?? []
    if let environment = document.member("env", of: node) {
      config.environment = document.members(of: environment.value).map {
        ServerConfig.Variable(
          name: document.string(of: $0.key) ?? "", value: document.string(of: $0.value) ?? "")
      }
    }
    return config
  }

  /// Why there is no configuration.
  var leavesStartToHost: String {
    "the manifest has no 'mcp_config': the host itself decides how a '\(serverType)' server starts"
  }

  func texts(_ node: JSONDocument.Node) -> [String] {
    document.elements(of: node).compactMap { document.string(of: $0) }
  }
}

/// A command, its arguments and variables, with or without what the host fills in.
package struct ServerConfig: Equatable, Sendable {
  /// A variable that the server is given.
  package struct Variable: Equatable, Sendable {
    /// As written. Two are the same where their bytes are.
    package var name: String
    /// With placeholders such as `${user_config.key}` in it, or with what the host put there.
    package var value: String
  }

  /// Empty where none is written, by which nothing can be started.
  package var command = ""
  /// Those behind the command.
  package var arguments: [String] = []
  /// In the order of the file; the host's own variables are not among them.
  package var environment: [Variable] = []

  /// Why nothing can be started by it, whatever is filled in; a clause, `nil` where there is no
  /// reason.
  var fault: String? {
    if command.isEmpty { return "its command is empty" }
    let texts = [command] + arguments + environment.flatMap { [$0.name, $0.value] }
    return texts.contains { $0.utf8.contains(0) } ? "its command holds a NUL character" : nil
  }
}

extension ManifestProblem {
  init(_ error: JSONDocumentError) {
    switch error {
    case .tooLarge(let limit): self.init("it is larger than \(limit) bytes", at: nil)
    case .malformed(let reason, let position): self.init(reason, at: position)
    case .duplicateKey(let key, let position):
      self.init("the key '\(key)' stands twice in one object", at: position)
    case .notAnObject(let position): self.init("this is not an object", at: position)
    }
  }
}
