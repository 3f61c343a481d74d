internal import Broker
internal import HostConfigs
internal import Hosts
internal import Secrets

/// The servers of a project's file that its hosts start through mcp-valet.
struct ProjectServers {
  struct Server {
    let name: String
    /// Of the launch, with the variables that its host is told to set.
    let arguments: RunArguments
  }

  private(set) var list: [Server] = []
  var names: [String] { list.map(\.name) }

  /// - Parameter path: of a file in the shape of `.mcp.json`.
  /// - Throws: ``CommandError``, `HostConfigError`.
  init(_ path: String) throws {
    guard let bytes = try? HostFile.read(path, limit: TextSearch.maximumLength).bytes else {
      throw CommandError.configuration(
        "cannot read \(printable(path))", hint: "mcp-valet setup FILE")
    }
    let file = try ServersFile(parsing: bytes, path: path)
    for name in file.names {
      let definition: ServerDefinition
      do {
        definition = try file.definition(named: name)
      } catch {
        Report.warning("\(printable(name)): \(error.message)")
        continue
      }
      guard definition.command.split(separator: "/").last == "mcp-valet",
        definition.arguments.first == "run"
      else {
        Report.note("server '\(printable(name))' is not started through mcp-valet")
        continue
      }
      do {
        list.append(try Self.server(name, definition))
      } catch {
        Report.warning("\(printable(name)): \(error.message)")
      }
    }
  }

  private static func server(
    _ name: String, _ definition: ServerDefinition
  ) throws(CommandError) -> Server {
    var arguments = try RunArguments(definition.arguments.dropFirst())
    for variable in definition.environment {
      // It would point mcp-valet at another vault, and at grants that its writer made.
      if variable.name.hasPrefix("MCP_VALET_") || variable.name.hasPrefix("XDG_")
        || variable.name == "HOME"
      {
        throw .refused("it sets \(variable.name), which moves your files", hint: nil)
      }
      arguments.environment.append(.init(name: variable.name, text: variable.value))
    }
    return Server(name: name, arguments: arguments)
  }
}

/// Which secret of the person's own stands for one that a project names.
struct ProjectMapping {
  private struct Choice {
    let written: String
    let given: SecretReference
  }

  /// What Claude Code and others look for in a project's folder.
  static let fileName = ".mcp.json"

  let path: String
  private var byServer: [(server: String, secrets: [Choice])] = []

  var servers: [String] { byServer.map(\.server) }

  /// - Parameter words: `[FILE.json] [SERVER NAME=SECRET…]…`
  /// - Throws: ``CommandError/usage(_:hint:)``.
  init(_ words: [String]) throws(CommandError) {
    var rest = words[...]
    if let first = rest.first, first.hasSuffix(".json") {
      path = first
      rest = rest.dropFirst()
    } else {
      path = Self.fileName
    }
    for word in rest {
      guard let equals = word.utf8.firstIndex(of: UInt8(ascii: "=")) else {
        byServer.append((word, []))
        continue
      }
      guard !byServer.isEmpty else {
        throw .usage("'\(printable(word))' stands behind no server", hint: "SERVER NAME=SECRET")
      }
      do {
        let given = try parseReference(String(word[word.utf8.index(after: equals)...]))
        byServer[byServer.count - 1].secrets.append(
          Choice(written: String(word[..<equals]), given: given))
      } catch {
        throw .usage("'\(printable(word))' is not NAME=SECRET", hint: nil)
      }
    }
  }

  func isWanted(_ server: String) -> Bool { byServer.isEmpty || servers.contains(server) }

  func secret(for written: SecretReference, of server: String) -> SecretReference? {
    for entry in byServer where entry.server == server {
      for secret in entry.secrets
      where secret.written == written.description || secret.written == written.name?.text {
        return secret.given
      }
    }
    return nil
  }
}
