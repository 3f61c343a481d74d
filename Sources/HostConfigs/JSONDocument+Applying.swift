internal import JSONText

extension JSONDocument {
  /// Bytes that replace others.
  package struct Edit {
    /// In bytes of the document before any of the edits; empty to insert.
    package var range: Range<Int>
    /// What stands there from now on; empty to remove.
    package var text: [UInt8]

    /// - Parameters:
    ///   - range: in bytes of the document before any of the edits.
    ///   - text: JSON as it is to stand there; checked only by ``JSONDocument/apply(_:)``.
    package init(range: Range<Int>, text: [UInt8]) {
      self.range = range
      self.text = text
    }
  }

  /// Edits in the order of the file, not overlapping. The result is parsed before it counts, so an
  /// edit can fail and cannot break the file. Only the innermost object or array around them is
  /// parsed again: of a file of megabytes the rest is still what it was.
  ///
  /// - Throws: ``JSONDocumentError``; the document is then as before.
  package mutating func apply(_ edits: [Edit]) throws(JSONDocumentError) {
    guard let first = edits.first, let last = edits.last else { return }
    var output: [UInt8] = []
    output.reserveCapacity(bytes.count + edits.reduce(0) { $0 + $1.text.count })
    var done = 0
    for edit in edits {
      output += bytes[done..<edit.range.lowerBound]
      output += edit.text
      done = edit.range.upperBound
    }
    output += bytes[done...]
    guard output.count <= (ways == nil ? Self.maximumLength : Self.maximumPartialLength) else {
      throw .tooLarge(limit: ways == nil ? Self.maximumLength : Self.maximumPartialLength)
    }
    let touched = first.range.lowerBound..<last.range.upperBound
    if let entries = entries(of: output, parsingAround: touched) {
      self = JSONDocument(self, output, entries)
    } else if let ways {
      self = try JSONDocument(parsing: output, syntax: syntax, keeping: ways)
    } else {
      self = try JSONDocument(parsing: output, syntax: syntax)
    }
  }

  /// The entries of an edited file, where parsing the object or array around the edits is enough.
  private func entries(of output: [UInt8], parsingAround touched: Range<Int>) -> [Entry]? {
    guard let (index, depth) = container(around: touched) else { return nil }
    let old = entries[index]
    let delta = Int32(output.count - bytes.count)
    let span = Int(old.start)..<Int(old.end + delta)
    let parsed = output.withUnsafeBufferPointer { buffer in
      Self.parse(
        UnsafeBufferPointer(rebasing: buffer[span]), syntax: syntax,
        maximumDepth: Self.maximumDepth - depth)
    }
    // What is wrong is said of the file as a whole.
    guard let inner = try? parsed.get() else { return nil }
    let growth = Int32(inner.count) - (old.next - Int32(index))
    guard entries.count + Int(growth) <= Self.maximumKeptCount else { return nil }
    var result: [Entry] = []
    result.reserveCapacity(entries.count + Int(growth))
    for var entry in entries[..<index] {
      if entry.end >= old.end { entry.end += delta }
      if entry.next >= old.next { entry.next += growth }
      result.append(entry)
    }
    for var entry in inner {
      entry.start += old.start
      entry.end += old.start
      entry.next += Int32(index)
      result.append(entry)
    }
    for var entry in entries[Int(old.next)...] {
      entry.start += delta
      entry.end += delta
      entry.next += growth
      result.append(entry)
    }
    return result
  }

  /// The innermost object or array that stays around some bytes, kept with all that is in it, and
  /// in how many others it is.
  private func container(around touched: Range<Int>) -> (index: Int, depth: Int)? {
    var found: (index: Int, depth: Int)?
    var remaining: [ArraySlice<String?>]? = ways.map { $0.map { $0[...] } }
    var depth = 0
    var index = 0
    while isContainer(index), !entries[index].isOpaque,
      entries[index].start < touched.lowerBound, touched.upperBound < entries[index].end
    {
      if remaining == nil { found = (index, depth) }
      guard let next = child(of: index, around: touched, &remaining) else { break }
      index = next
      depth += 1
    }
    return found
  }

  private func isContainer(_ index: Int) -> Bool {
    entries[index].kind == .object || entries[index].kind == .array
  }

  /// The element, or the member's value, whose bytes hold some others.
  private func child(
    of parent: Int, around touched: Range<Int>, _ ways: inout [ArraySlice<String?>]?
  ) -> Int? {
    let isObject = entries[parent].kind == .object
    var index = parent + 1
    while index < Int(entries[parent].next) {
      let value = isObject ? index + 1 : index
      if entries[value].start < touched.lowerBound, touched.upperBound < entries[value].end {
        if isObject, let left = ways {
          let name = string(of: Node(index: index)) ?? ""
          ways = Self.following(left, through: Array(name.utf8))
        }
        return value
      }
      index = Int(entries[value].next)
    }
    return nil
  }

  /// What is left of those ways that lead through a member of that name; `nil` at the end of one,
  /// from where on all is kept.
  static func following(
    _ ways: [ArraySlice<String?>], through name: [UInt8]
  ) -> [ArraySlice<String?>]? {
    let through = ways.filter { way in
      guard let step = way.first else { return false }
      return step.map { $0.utf8.elementsEqual(name) } ?? true
    }
    return through.contains { $0.count == 1 } ? nil : through.map { $0.dropFirst() }
  }
}
