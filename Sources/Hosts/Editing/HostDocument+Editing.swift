package import HostConfigs
internal import Platform

/// Bytes that replace others.
typealias ByteEdit = JSONDocument.Edit

extension HostDocument {
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
    guard let names = path.names, var document = json else {
      throw .notThere(path: self.path, what: "such element")
    }
    do throws(JSONDocumentError) {
      try edit(&document, names)
    } catch {
      throw HostError(error, path: self.path)
    }
    let (old, new) = Self.difference(bytes, document.bytes)
    pieces.replace(old, with: new.count)
    take(document)
  }

  private mutating func take(_ document: JSONDocument) {
    json = document
    bytes = document.bytes
    tree = ValueTree(document)
  }

  /// The one stretch in which two texts differ, in each of them.
  private static func difference(_ old: [UInt8], _ new: [UInt8]) -> (Range<Int>, Range<Int>) {
    old.withUnsafeBytes { old in
      new.withUnsafeBytes { new in
        let shorter = min(old.count, new.count)
        // Block by block at first: a file of megabytes has one small difference.
        let block = 4096
        var start = 0
        while start + block <= shorter,
          isSame(old[start..<start + block], new[start..<start + block])
        {
          start += block
        }
        while start < shorter, old[start] == new[start] { start += 1 }
        var end = 0
        while end + block <= shorter - start,
          isSame(
            old[old.count - end - block..<old.count - end],
            new[new.count - end - block..<new.count - end])
        {
          end += block
        }
        while end < shorter - start, old[old.count - 1 - end] == new[new.count - 1 - end] {
          end += 1
        }
        return (start..<old.count - end, start..<new.count - end)
      }
    }
  }

  private static func isSame(
    _ left: Slice<UnsafeRawBufferPointer>, _ right: Slice<UnsafeRawBufferPointer>
  ) -> Bool {
    let left = UnsafeRawBufferPointer(rebasing: left)
    let right = UnsafeRawBufferPointer(rebasing: right)
    guard let first = left.baseAddress, let second = right.baseAddress else { return true }
    return memcmp(first, second, left.count) == 0
  }

  /// Edits in the order of the file, not overlapping. The result is read before it counts, so an
  /// edit can fail and cannot break the file.
  mutating func apply(_ edits: [ByteEdit]) throws(HostError) {
    guard !edits.isEmpty else { return }
    if var document = json {
      do throws(JSONDocumentError) {
        try document.apply(edits)
      } catch {
        throw HostError(error, path: path)
      }
      for edit in edits.reversed() { pieces.replace(edit.range, with: edit.text.count) }
      return take(document)
    }
    var output: [UInt8] = []
    var done = 0
    for edit in edits {
      output += bytes[done..<edit.range.lowerBound]
      output += edit.text
      done = edit.range.upperBound
    }
    output += bytes[done...]
    tree = try Self.read(output, format, path)
    for edit in edits.reversed() { pieces.replace(edit.range, with: edit.text.count) }
    bytes = output
  }
}
