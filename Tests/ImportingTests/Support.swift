import HostConfigs
import Hosts
import Importing
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
  var book = SecretBook { _, _ in true }

  init(
    _ text: String, host: Host, format: HostFormat? = nil,
    project: String? = nil, variables: [String: String] = [:]
  ) throws {
    let place = try #require(host.places.first)
    let document = try HostDocument(
      parsing: Array(text.utf8), format: format ?? place.format, path: "f")
    self.document = document
    add(document.servers(in: place.sections), host, project, variables)
  }

  init(_ document: HostDocument, _ servers: [HostServer], host: Host) {
    self.document = document
    add(servers, host, nil, [:])
  }

  private mutating func add(
    _ servers: [HostServer], _ host: Host, _ project: String?, _ variables: [String: String]
  ) {
    for (index, server) in servers.enumerated() {
      let surroundings = ServerSurroundings(
        host: host, scope: .user, project: server.project ?? project, program: "mcp-valet",
        home: "/home/u", variable: { variables[$0] })
      let name = SecretBook.segment(server.name, otherwise: "s\(index)")
      do {
        guard
          let rewrite = try ServerRewriter.plan(server, as: name, surroundings, &book)
        else { continue }
        try document.make(rewrite.edits)
        rewrites.append(rewrite)
      } catch let error as LeftAlone {
        leftAlone.append((server.name, error.reason))
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
        guard let name = reference.name, let secret = book.secret(named: name),
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
