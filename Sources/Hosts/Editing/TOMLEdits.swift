internal import HostConfigs

extension HostDocument {
  func tomlEdits(setting value: JSONValue, at path: ValuePath) throws(HostError) -> [ByteEdit] {
    guard let names = path.names, let name = names.last else {
      throw .notThere(path: self.path, what: "such element")
    }
    if let node = tree.node(at: path) {
      // A table of several lines becomes a value on one.
      guard tree[node].kind != .table || tree[node].form == .inline, !isTableArray(node) else {
        throw notEditable(node, "a table with lines of its own cannot be replaced")
      }
      let text = TOMLWriter.value(value)
      return bytes[tree[node].span].elementsEqual(text)
        ? [] : [ByteEdit(range: tree[node].span, text: text)]
    }
    // The nearest table that is there; the missing ones are written in braces.
    var table = ValueTree.root
    for (index, step) in names.dropLast().enumerated() {
      guard let next = tree.member(step, of: table) else {
        let rest = names[(index + 1)...].reversed().reduce(value) { .object([.init($1, $0)]) }
        return [try insertion(of: .init(step, rest), into: table)]
      }
      guard tree[next].kind == .table else { throw notEditable(next, "this is no table") }
      table = next
    }
    return [try insertion(of: .init(name, value), into: table)]
  }

  private func isTableArray(_ node: Int) -> Bool {
    tree[node].kind == .array && tree[node].children.contains { tree[$0].form == .header }
  }

  private func notEditable(_ node: Int, _ reason: String) -> HostError {
    .notEditable(path: path, at: position(of: tree[node].key.lowerBound), reason: reason)
  }

  private func insertion(
    of member: JSONValue.Member, into table: Int
  ) throws(HostError) -> ByteEdit {
    let text = TOMLWriter.member(member)
    switch tree[table].form {
    case .inline:
      guard let last = lastStatement(in: table) else {
        let start = tree[table].span.lowerBound + 1
        let padding = Array(" ".utf8)
        return ByteEdit(
          range: start..<tree[table].span.upperBound - 1, text: padding + text + padding)
      }
      return ByteEdit(range: last..<last, text: Array(", ".utf8) + text)
    case .header: return line(text, behind: tree[table].tail)
    case .dotted:
      // In braces there are no lines; outside, a line like those before it.
      let prefix = Array(bytes[tree[table].statement]) + Array(".".utf8)
      guard let braces = enclosingBraces(of: table) else {
        return line(prefix + text, behind: tree[table].tail)
      }
      let last = lastStatement(in: braces) ?? tree[table].statement.upperBound
      return ByteEdit(range: last..<last, text: Array(", ".utf8) + prefix + text)
    case .implicit, .block:
      guard table == ValueTree.root, tree[table].tail > 0 else {
        throw notEditable(table, "this table has no line of its own to write below")
      }
      return line(text, behind: tree[table].tail)
    }
  }

  /// A line of its own below the one at `offset`, indented like it.
  private func line(_ text: [UInt8], behind offset: Int) -> ByteEdit {
    let end = lineEnd(from: offset)
    var start = offset
    while start > 0, bytes[start - 1] != UInt8(ascii: "\n") { start -= 1 }
    let margin = bytes[start..<offset].prefix {
      $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t")
    }
    return ByteEdit(range: end..<end, text: newline + margin + text)
  }

  /// The end of the last member of a table in braces, of those too that are written `a.b = 1`.
  private func lastStatement(in table: Int) -> Int? {
    tree[table].children.map { child in
      tree[child].form == .dotted ? lastStatement(in: child) ?? 0 : tree[child].statement.upperBound
    }.max()
  }

  /// The table in braces in which keys such as `a.b` made this one.
  private func enclosingBraces(of table: Int) -> Int? {
    tree.nodes.indices.last {
      tree[$0].kind == .table && tree[$0].form == .inline
        && tree[$0].span.contains(tree[table].key.lowerBound)
    }
  }

  // MARK: - Removal

  func tomlEdits(removing node: Int) -> [ByteEdit] {
    var edits: [ByteEdit] = []
    collectRemovals(of: node, to: &edits)
    edits.sort { $0.range.lowerBound < $1.range.lowerBound }
    // Lines that touch or repeat, of tables inside tables.
    var merged: [ByteEdit] = []
    for edit in edits {
      if let last = merged.last, edit.range.lowerBound <= last.range.upperBound {
        let end = max(last.range.upperBound, edit.range.upperBound)
        merged[merged.count - 1].range = last.range.lowerBound..<end
      } else {
        merged.append(edit)
      }
    }
    return merged
  }

  private func collectRemovals(of node: Int, to edits: inout [ByteEdit]) {
    let value = tree[node]
    switch value.form {
    case .header: edits.append(ByteEdit(range: wholeLines(value.statement), text: []))
    case .inline where !isTableArray(node):
      let braces = enclosingBraces(of: node)
      edits.append(
        ByteEdit(
          range: braces.map { inBraces(value.statement, $0) } ?? wholeLines(value.statement),
          text: []))
      return
    default: break
    }
    for child in value.children { collectRemovals(of: child, to: &edits) }
  }

  /// With the blanks and the comment on the same lines, and the line break.
  private func wholeLines(_ range: Range<Int>) -> Range<Int> {
    let margin = indentation(before: range.lowerBound)?.count ?? 0
    return range.lowerBound - margin..<(blankLineEnd(from: range.upperBound) ?? range.upperBound)
  }

  /// With the comma behind it, or else before it.
  private func inBraces(_ range: Range<Int>, _ braces: Int) -> Range<Int> {
    var end = range.upperBound
    while bytes[end] == UInt8(ascii: " ") || bytes[end] == UInt8(ascii: "\t") { end += 1 }
    if bytes[end] == UInt8(ascii: ",") {
      end += 1
      while bytes[end] == UInt8(ascii: " ") || bytes[end] == UInt8(ascii: "\t") { end += 1 }
      return range.lowerBound..<end
    }
    var start = range.lowerBound
    while bytes[start - 1] == UInt8(ascii: " ") || bytes[start - 1] == UInt8(ascii: "\t") {
      start -= 1
    }
    guard bytes[start - 1] == UInt8(ascii: ",") else { return range }
    start -= 1
    while bytes[start - 1] == UInt8(ascii: " ") || bytes[start - 1] == UInt8(ascii: "\t") {
      start -= 1
    }
    return start..<range.upperBound
  }
}
