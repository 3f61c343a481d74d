extension JSONDocument {
  /// What to cut so that a member, its comma and the comment behind it are gone.
  func removal(of member: Member, from object: Node) -> [Edit] {
    let members = members(of: object)
    let index = members.firstIndex(of: member) ?? 0
    let isLast = index == members.count - 1
    let closing = span(of: object).upperBound - 1
    let start = span(of: member.key).lowerBound
    let end = span(of: member.value).upperBound
    let opening = index > 0 ? span(of: members[index - 1].value).upperBound : openingEnd(of: object)
    let before = trivia(in: opening..<start)
    let after = trivia(in: end..<(isLast ? closing : span(of: members[index + 1].key).lowerBound))

    if members.count == 1, !(before + after).contains(where: \.isComment) {
      return [Edit(range: opening..<closing, text: [])]
    }
    let commaAfter = after.first { $0.kind == .comma }
    let tail = tail(of: after, from: commaAfter?.range.upperBound ?? end, isLast: isLast)
    let head = head(of: before[...], start: start, tailReachesLineEnd: tail.reachesLineEnd, isLast)
    let cut = Edit(range: head..<tail.end, text: [])
    guard isLast, commaAfter == nil,
      let index = before.firstIndex(where: { $0.kind == .comma })
    else { return [cut] }

    // The comma before goes too, and its line with it when that is the member's own.
    let comma = before[index].range
    let commaStart =
      head == comma.upperBound && tail.reachesLineEnd
      ? self.head(of: before[..<index], start: comma.lowerBound, tailReachesLineEnd: true, isLast)
      : comma.lowerBound
    return [Edit(range: commaStart..<comma.upperBound, text: []), cut]
  }

  private func openingEnd(of object: Node) -> Int { span(of: object).lowerBound + 1 }

  /// How far behind its comma a member reaches: to the end of its line, comments included, or to
  /// the next thing on the same line.
  private func tail(
    of trivia: [Trivia], from start: Int, isLast: Bool
  ) -> (end: Int, reachesLineEnd: Bool) {
    var spacesEnd = start
    var sawComment = false
    for piece in trivia where piece.range.lowerBound >= start {
      switch piece.kind {
      case .newline: return (piece.range.lowerBound, true)
      case .lineComment: sawComment = true
      case .blockComment:
        // One that goes on to the next line is a paragraph of its own.
        if bytes[piece.range].contains(UInt8(ascii: "\n")) { return (spacesEnd, false) }
        sawComment = true
      case .spaces: if !sawComment { spacesEnd = piece.range.upperBound }
      case .comma: break
      }
    }
    return (isLast ? start : spacesEnd, false)
  }

  /// Where the cut begins: with the line break before the member when nothing of its line stays.
  private func head(
    of trivia: ArraySlice<Trivia>, start: Int, tailReachesLineEnd: Bool, _ isLast: Bool
  ) -> Int {
    // Something follows on the same line and moves to where the member began.
    if !tailReachesLineEnd, !isLast { return start }
    var pieces = trivia
    if pieces.last?.kind == .spaces { pieces.removeLast() }
    guard let last = pieces.last else { return trivia.first?.range.lowerBound ?? start }
    // A line comment needs a line break behind it; a lone CR counts as one and as a space here.
    if last.kind == .lineComment { return start }
    guard last.kind == .newline else { return last.range.upperBound }
    let endsLineComment = pieces.dropLast().last?.kind == .lineComment
    return endsLineComment && !tailReachesLineEnd ? start : last.range.lowerBound
  }
}

/// A piece of what lies between two tokens.
struct Trivia {
  enum Kind {
    /// Spaces, tabs and lone carriage returns.
    case spaces
    /// One LF or CRLF.
    case newline
    case comma
    /// Without the line break that ends it.
    case lineComment
    case blockComment
  }

  let kind: Kind
  let range: Range<Int>
  var isComment: Bool { kind == .lineComment || kind == .blockComment }
}

extension JSONDocument {
  /// Takes apart a range that holds nothing but white space, commas and comments.
  func trivia(in range: Range<Int>) -> [Trivia] {
    var pieces: [Trivia] = []
    var index = range.lowerBound
    while index < range.upperBound {
      let (kind, end) = trivia(at: index, limit: range.upperBound)
      pieces.append(Trivia(kind: kind, range: index..<end))
      index = end
    }
    return pieces
  }

  private func trivia(at start: Int, limit: Int) -> (Trivia.Kind, end: Int) {
    switch bytes[start] {
    case UInt8(ascii: ","): return (.comma, start + 1)
    case UInt8(ascii: "\n"): return (.newline, start + 1)
    case UInt8(ascii: "/"):
      var index = start + 2
      if bytes[start + 1] == UInt8(ascii: "*") {
        while bytes[index] != UInt8(ascii: "*") || bytes[index + 1] != UInt8(ascii: "/") {
          index += 1
        }
        return (.blockComment, index + 2)
      }
      while index < limit, bytes[index] != UInt8(ascii: "\n"), bytes[index] != UInt8(ascii: "\r") {
        index += 1
      }
      return (.lineComment, index)
    default:
      var index = start
      while index < limit, isBlank(bytes[index]) || bytes[index] == UInt8(ascii: "\r") {
        if bytes[index] == UInt8(ascii: "\r"), index + 1 < limit,
          bytes[index + 1] == UInt8(ascii: "\n")
        {
          // CRLF: a piece of its own, unless spaces come first.
          return index == start ? (.newline, index + 2) : (.spaces, index)
        }
        index += 1
      }
      return (.spaces, index)
    }
  }
}
