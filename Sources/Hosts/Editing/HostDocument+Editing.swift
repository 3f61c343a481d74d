package import HostConfigs

/// Bytes that replace others.
struct ByteEdit {
  var range: Range<Int>
  var text: [UInt8]
}

extension HostDocument {
  /// Gives the string of a slot another text. The path counts: earlier edits may have moved it.
  ///
  /// - Throws: ``HostError/notThere(path:what:)``, ``HostError/notEditable(path:at:reason:)``.
  package mutating func replace(_ slot: HostSlot, with text: String) throws(HostError) {
    try set(.string(text), at: slot.path)
  }

  /// Gives the value at a path, from the root of the file, a new value, or adds it as the last
  /// member of its table. Nothing changes where it has that value already.
  ///
  /// An array of strings that is there already keeps its layout and its comments: only the elements
  /// that differ are changed, added and taken out. What is added looks like what is there.
  ///
  /// - Throws: ``HostError/notEditable(path:at:reason:)`` when something on the way is no table,
  ///   and for YAML; the document is then as before.
  package mutating func set(_ value: JSONValue, at path: ValuePath) throws(HostError) {
    try checkEditable()
    if let node = tree.node(at: path) {
      if case .array(let elements) = value, tree[node].kind == .array,
        let texts = Self.strings(elements)
      {
        return try setElements(of: path, to: texts)
      }
      if case .string(let text) = value, tree[node].kind == .string {
        guard !tree[node].text.utf8.elementsEqual(text.utf8) else { return }
        return try apply([ByteEdit(range: tree[node].span, text: written(text, inPlaceOf: node))])
      }
    }
    guard format == .toml else {
      return try editJSON(path) { (document, names) throws(JSONDocumentError) in
        try document.set(value, at: names)
      }
    }
    try apply(try tomlEdits(setting: value, at: path))
  }

  /// Removes the member at a path, with its line where it has one of its own; `false` when there
  /// is none.
  ///
  /// - Throws: as ``set(_:at:)``.
  @discardableResult
  package mutating func remove(at path: ValuePath) throws(HostError) -> Bool {
    try checkEditable()
    guard let node = tree.node(at: path), !path.steps.isEmpty else { return false }
    if case .element(let index)? = path.steps.last {
      var texts = try elementTexts(of: path.parent)
      texts.remove(at: index)
      try setElements(of: path.parent, to: texts)
    } else if format == .toml {
      try apply(tomlEdits(removing: node))
    } else {
      try editJSON(path) { (document, names) throws(JSONDocumentError) in
        try document.remove(at: names)
      }
    }
    return true
  }

  /// The value of a string as the file is to have it, in the quotes that it has now if they will do.
  private func written(_ text: String, inPlaceOf node: Int) -> [UInt8] {
    guard format == .toml else { return TOMLWriter.jsonString(text) }
    let isLiteral = bytes[tree[node].span.lowerBound] == UInt8(ascii: "'")
    return TOMLWriter.string(text, literal: isLiteral)
  }

  private static func strings(_ elements: [JSONValue]) -> [String]? {
    var texts: [String] = []
    for element in elements {
      guard case .string(let text) = element else { return nil }
      texts.append(text)
    }
    return texts
  }

  private func checkEditable() throws(HostError) {
    guard format.isEditable else {
      throw .notEditable(
        path: path, at: position(of: 0), reason: "this version does not write YAML")
    }
  }

  private mutating func editJSON(
    _ path: ValuePath,
    _ edit: (inout JSONDocument, [String]) throws(JSONDocumentError) -> Void
  ) throws(HostError) {
    guard let names = path.names else {
      throw .notThere(path: self.path, what: "such element")
    }
    do throws(JSONDocumentError) {
      var document = try JSONDocument(
        parsing: bytes, syntax: format == .json ? .strict : .commented)
      try edit(&document, names)
      let change = Self.difference(bytes, document.bytes)
      pieces.replace(change.range, with: change.text.count)
      bytes = document.bytes
      tree = ValueTree(document)
    } catch {
      throw HostError(error, path: self.path)
    }
  }

  /// The one stretch in which two texts differ.
  private static func difference(_ old: [UInt8], _ new: [UInt8]) -> ByteEdit {
    let shorter = min(old.count, new.count)
    var start = 0
    while start < shorter, old[start] == new[start] { start += 1 }
    var end = 0
    while end < shorter - start, old[old.count - 1 - end] == new[new.count - 1 - end] { end += 1 }
    return ByteEdit(range: start..<old.count - end, text: Array(new[start..<new.count - end]))
  }

  /// Edits in the order of the file, not overlapping. The result is read before it counts, so an
  /// edit can fail and cannot break the file.
  mutating func apply(_ edits: [ByteEdit]) throws(HostError) {
    guard !edits.isEmpty else { return }
    var output: [UInt8] = []
    var done = 0
    for edit in edits {
      output += bytes[done..<edit.range.lowerBound]
      output += edit.text
      done = edit.range.upperBound
    }
    output += bytes[done...]
    guard output.count <= Self.maximumLength else {
      throw .tooLarge(path: path, limit: Self.maximumLength)
    }
    tree = try Self.read(output, format, path)
    for edit in edits.reversed() { pieces.replace(edit.range, with: edit.text.count) }
    bytes = output
  }
}
