/// What a host's file has in one place.
package enum HostValue: Equatable, Sendable {
  /// Nothing.
  case absent
  /// A string, escapes resolved.
  case text(String)
  /// An array of strings.
  case list([String])
  /// Anything else.
  case other
}

extension HostDocument {
  /// What stands at a path now.
  package func value(at path: ValuePath) -> HostValue {
    guard let node = tree.node(at: path) else { return .absent }
    switch tree[node].kind {
    case .string: return .text(tree[node].text)
    case .array:
      let children = tree[node].children
      guard children.allSatisfy({ tree[$0].kind == .string }) else { return .other }
      return .list(children.map { tree[$0].text })
    case .table, .other: return .other
    }
  }
}
