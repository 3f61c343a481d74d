extension JSONDocument {
  /// Gives the member at a path a new value: replaces it in place, or adds it as the last member
  /// of its object, with the objects on the way that are missing.
  ///
  /// What is added follows the indentation, line ends and spacing of the file. Nothing else
  /// changes; nothing at all where the value is there already, however it is written.
  ///
  /// - Parameter path: names of members from the root; the empty path is the root itself.
  /// - Throws: ``JSONDocumentError/notAnObject(at:)`` when something on the way is no object, or one
  ///   that was not kept; ``JSONDocumentError/tooLarge(limit:)`` and the like when the result would
  ///   break a limit.
  package mutating func set(_ value: JSONValue, at path: [String]) throws(JSONDocumentError) {
    var node = root
    var owner: Member?
    for (index, name) in path.enumerated() {
      guard kind(of: node) == .object, !isOpaque(node) else {
        throw .notAnObject(at: position(of: node))
      }
      guard let member = member(name, of: node) else {
        let wrapped = path[(index + 1)...].reversed().reduce(value) { .object([.init($1, $0)]) }
        try apply(insertion(of: .init(name, wrapped), into: node, owner: owner))
        return
      }
      owner = member
      node = member.value
    }
    if matches(node, value) { return }
    try apply([replacement(of: node, owner: owner, with: value)])
  }

  /// Removes the member at a path, with its comma, its line where it has one of its own, and the
  /// comment behind it; `false` when there is none.
  ///
  /// - Throws: ``JSONDocumentError/notAnObject(at:)`` when something on the way is no object.
  @discardableResult
  package mutating func remove(at path: [String]) throws(JSONDocumentError) -> Bool {
    var parent = root
    for (index, name) in path.enumerated() {
      guard kind(of: parent) == .object, !isOpaque(parent) else {
        throw .notAnObject(at: position(of: parent))
      }
      guard let member = member(name, of: parent) else { return false }
      if index == path.count - 1 {
        try apply(removal(of: member, from: parent))
        return true
      }
      parent = member.value
    }
    return false
  }

  /// Whether a value is there already, in whatever notation.
  func matches(_ node: Node, _ value: JSONValue) -> Bool {
    if isOpaque(node) { return false }
    switch (kind(of: node), value) {
    case (.null, .null), (.true, .boolean(true)), (.false, .boolean(false)): return true
    case (.number, .integer(let number)):
      return bytes[span(of: node)].elementsEqual(String(number).utf8)
    case (.string, .string(let text)): return string(of: node, equals: text)
    case (.array, .array(let values)):
      let elements = elements(of: node)
      return elements.count == values.count && zip(elements, values).allSatisfy(matches)
    case (.object, .object(let values)):
      let members = members(of: node)
      return members.count == values.count
        && zip(members, values).allSatisfy {
          string(of: $0.key, equals: $1.name) && matches($0.value, $1.value)
        }
    default: return false
    }
  }

  /// A value with a line of its own may take several; one in the middle of a line stays there.
  private func replacement(of node: Node, owner: Member?, with value: JSONValue) -> Edit {
    let margin =
      owner.map { indentation(ofLineAt: span(of: $0.key).lowerBound) }
      ?? leadingSpace(ofLineAt: span(of: node).lowerBound)
    var text: [UInt8] = []
    JSONLayout(of: self).append(value, margin: margin.map(Array.init), to: &text)
    return Edit(range: span(of: node), text: text)
  }
}

// MARK: - Insertion

extension JSONDocument {
  private func insertion(
    of member: JSONValue.Member, into object: Node, owner: Member?
  ) -> [Edit] {
    let layout = JSONLayout(of: self)
    guard let last = members(of: object).last else {
      return [firstInsertion(of: member, into: object, owner: owner, layout)]
    }
    let valueEnd = span(of: last.value).upperBound
    let trivia = trivia(in: valueEnd..<span(of: object).upperBound - 1)
    let comma = trivia.first { $0.kind == .comma }
    // Behind the comments on the last member's line, which are about that member.
    var anchor = comma?.range.upperBound ?? valueEnd
    var followsLineComment = false
    for piece in trivia where piece.range.lowerBound >= anchor {
      if piece.kind == .newline { break }
      if piece.isComment {
        anchor = piece.range.upperBound
        followsLineComment = piece.kind == .lineComment
      }
    }

    var text: [UInt8] = []
    if let margin = indentation(ofLineAt: span(of: last.key).lowerBound) {
      text += layout.newline + margin
      layout.append(member, margin: Array(margin), to: &text)
    } else {
      if followsLineComment {
        text += layout.newline + leadingSpace(ofLineAt: span(of: last.key).lowerBound)
      } else {
        text += layout.comma.drop { $0 != UInt8(ascii: ",") }.dropFirst()
      }
      layout.append(member, margin: nil, to: &text)
    }
    // Who ends a list with a comma goes on doing so.
    guard comma == nil else {
      return [Edit(range: anchor..<anchor, text: text + ",".utf8)]
    }
    return [
      Edit(range: valueEnd..<valueEnd, text: Array(",".utf8)),
      Edit(range: anchor..<anchor, text: text),
    ]
  }

  /// Into an empty object.
  private func firstInsertion(
    of member: JSONValue.Member, into object: Node, owner: Member?, _ layout: JSONLayout
  ) -> Edit {
    let span = span(of: object)
    let interior = span.lowerBound + 1..<span.upperBound - 1
    let trivia = trivia(in: interior)
    let lastComment = trivia.last(where: \.isComment)
    let ownsLine =
      owner.map { indentation(ofLineAt: self.span(of: $0.key).lowerBound) != nil } ?? true
    let isSpread = ownsLine || lastComment != nil || trivia.contains { $0.kind == .newline }

    var text: [UInt8] = []
    if isSpread {
      let outer = Array(leadingSpace(ofLineAt: span.lowerBound))
      let inner = outer + layout.indentation
      text += layout.newline + inner
      layout.append(member, margin: inner, to: &text)
      text += layout.newline + outer
    } else {
      let padding = bytes[interior].isEmpty ? [] : Array(" ".utf8)
      text += padding
      layout.append(member, margin: nil, to: &text)
      text += padding
    }
    return Edit(
      range: (lastComment?.range.upperBound ?? interior.lowerBound)..<interior.upperBound,
      text: text)
  }
}
