/// A string of a host's file, wherever it stands.
package struct HostString: Sendable {
  /// Of the member; empty for an element of an array.
  package let name: String
  /// What the file says, escapes resolved.
  package let text: String
  /// In bytes of the file, quotes included.
  package let span: Range<Int>
}

extension HostDocument {
  /// All strings, also those that belong to no server, in the order of the file.
  package var strings: [HostString] {
    tree.nodes.compactMap { node in
      node.kind == .string ? HostString(name: node.name, text: node.text, span: node.span) : nil
    }.sorted { $0.span.lowerBound < $1.span.lowerBound }
  }
}
