internal import HostConfigs

/// Secrets in JSON that stands in a string: Notion's server takes its headers that way.
enum EmbeddedJSON {
  /// `nil` for what is no JSON.
  static func hits(in text: String) -> [SecretDetector.Hit]? {
    guard let document = try? JSONDocument(parsing: Array(text.utf8)) else { return nil }
    var hits: [SecretDetector.Hit] = []
    collect(document.root, of: document, name: "", depth: 0, to: &hits)
    return hits
  }

  private static func collect(
    _ node: JSONDocument.Node, of document: JSONDocument, name: String, depth: Int,
    to hits: inout [SecretDetector.Hit]
  ) {
    guard depth < 8 else { return }
    switch document.kind(of: node) {
    case .object:
      for member in document.members(of: node) {
        let name = document.string(of: member.key) ?? ""
        collect(member.value, of: document, name: name, depth: depth + 1, to: &hits)
      }
    case .array:
      for element in document.elements(of: node) {
        collect(element, of: document, name: name, depth: depth + 1, to: &hits)
      }
    case .string:
      let value = document.string(of: node) ?? ""
      hits += SecretDetector.hits(in: value, named: name)
        .map { SecretDetector.Hit($0.reason, $0.value, name: $0.name ?? name) }
    default: break
    }
  }
}
