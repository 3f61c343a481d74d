internal import HostConfigs

extension ValueTree {
  init(_ document: JSONDocument) {
    nodes = []
    _ = add(document.root, of: document, depth: 0)
  }

  private mutating func add(_ value: JSONDocument.Node, of document: JSONDocument, depth: Int)
    -> Int
  {
    let index = nodes.count
    let span = document.span(of: value)
    var node = Node(kind: .other, span: span, key: span, statement: span)
    node.depth = depth
    switch document.kind(of: value) {
    case _ where document.isOpaque(value): break
    case .object: node.kind = .table
    case .array: node.kind = .array
    case .string:
      node.kind = .string
      node.text = document.string(of: value) ?? ""
    case .number, .true, .false, .null:
      node.text = String(decoding: document.bytes[span], as: UTF8.self)
    }
    nodes.append(node)
    var children: [Int] = []
    // At most `JSONDocument.maximumDepth` deep.
    for member in document.members(of: value) {
      let child = add(member.value, of: document, depth: depth + 1)
      nodes[child].name = document.string(of: member.key) ?? ""
      nodes[child].key = document.span(of: member.key)
      nodes[child].statement = nodes[child].key.lowerBound..<nodes[child].span.upperBound
      children.append(child)
    }
    for element in document.elements(of: value) {
      children.append(add(element, of: document, depth: depth + 1))
    }
    nodes[index].children = children
    return index
  }
}
