import HostConfigs
import Hosts
import Importing
import JSONText
import Secrets
import Testing
import ValetTesting

/// A key that is found by its form; no two numbers give the same.
func key(_ number: Int) -> String {
  let digits = String(1_000_000 + number)
  return "ghp_" + "aZ3xQ9mLkT7vB2nWp5RcY8sDf4Hgj" + digits
}

/// A plan as an import makes it, without a vault.
struct Plan {
  var document: HostDocument
  var rewrites: [ServerRewrite] = []
  var leftAlone: [(server: String, reason: String)] = []
  /// Where what was left alone stands.
  var places: [String] = []
  let scope: HostPlace.Scope
  var book = SecretBook { _, _ in true }

  init(
    _ text: String, host: Host, format: HostFormat? = nil,
    scope: HostPlace.Scope = .user, project: String? = nil, variables: [String: String] = [:]
  ) throws {
    self.scope = scope
    let place = try #require(host.places.first)
    let document = try HostDocument(
      parsing: Array(text.utf8), format: format ?? place.format, path: "f")
    self.document = document
    add(document.servers(in: place.sections), host, project, variables)
  }

  init(_ document: HostDocument, _ servers: [HostServer], host: Host) {
    scope = .user
    self.document = document
    add(servers, host, nil, [:])
  }

  private mutating func add(
    _ servers: [HostServer], _ host: Host, _ project: String?, _ variables: [String: String]
  ) {
    for (index, server) in servers.enumerated() {
      let surroundings = ServerSurroundings(
        host: host, path: document.path, scope: scope, project: server.project ?? project,
        program: "mcp-valet", home: "/home/u", variable: { variables[$0] })
      let name = SecretBook.segment(server.name, otherwise: "s\(index)")
      do {
        guard
          let rewrite = try ServerRewriter.plan(server, as: name, surroundings, &book)
        else { continue }
        try document.make(rewrite.edits)
        rewrites.append(rewrite)
      } catch let error as LeftAlone {
        leftAlone.append((server.name, error.reason))
        var all = ServerPlaces(document, host.places.flatMap(\.sections))
        if let place = all.position(of: error.slot?.path ?? server.path) {
          places.append("\(place.line):\(place.column)")
        }
      } catch {
        leftAlone.append((server.name, "\(error)"))
      }
    }
  }

  var text: String { String(decoding: document.bytes, as: UTF8.self) }

  /// What a template stands for.
  func filled(_ text: String) -> String {
    guard let template = try? Template(text) else { return text }
    return template.parts.map { part in
      switch part {
      case .text(let text): return text
      case .value(let reference), .file(let reference):
        guard let name = reference.name,
          let secret = book.secrets.first(where: { $0.name == name }),
          case .text(let value) = secret.source
        else { return "?" }
        return value
      }
    }.joined()
  }

  func filled(_ value: SlotEdit.Value) -> SlotEdit.Value {
    switch value {
    case .absent: .absent
    case .text(let text): .text(filled(text))
    case .list(let texts): .list(texts.map { filled($0) })
    }
  }
}

extension Plan {
  /// Of servers as a JSON object, in the section and the format of a host.
  init(
    _ servers: String, in host: String, scope: HostPlace.Scope, variables: [String: String]
  ) throws {
    let host = try Host.named(host)
    let place = try #require(host.places.first)
    guard place.format != .toml else {
      // Nothing but the values of one server is of interest.
      let document = try HostDocument(parsing: Array(servers.utf8), format: .json, path: "f")
      let server = try #require(document.servers(in: [ServerSection(steps: [])]).first)
      let lines = server.environment.map { "\($0.name) = '\($0.slot.text)'" }
      let text = "[mcp_servers.s]\ncommand = 'x'\nenv = { \(lines.joined(separator: ", ")) }\n"
      try self.init(text, host: host, scope: scope, variables: variables)
      return
    }
    var text = servers
    for case .member(let name) in try #require(place.sections.first).steps.reversed() {
      text = "{\"\(name)\": \(text)}"
    }
    try self.init(
      text, host: host, scope: scope, project: scope == .project ? "/repo" : nil,
      variables: variables)
  }
}
