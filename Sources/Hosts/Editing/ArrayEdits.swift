internal import HostConfigs

extension HostDocument {
  /// The texts of an array's strings.
  func elementTexts(of path: ValuePath) throws(HostError) -> [String] {
    guard let array = tree.node(at: path), tree[array].kind == .array else {
      throw .notThere(path: self.path, what: "such array")
    }
    var texts: [String] = []
    for child in tree[array].children {
      guard tree[child].kind == .string else {
        throw .notEditable(
          path: self.path, at: position(of: tree[child].span.lowerBound),
          reason: "an element that is no string")
      }
      texts.append(tree[child].text)
    }
    return texts
  }

  /// Makes an array hold these strings: what is the same at its front and at its end stays as it is.
  mutating func setElements(of path: ValuePath, to texts: [String]) throws(HostError) {
    let old = try elementTexts(of: path)
    func isSame(_ left: String, _ right: String) -> Bool { left.utf8.elementsEqual(right.utf8) }
    let shorter = min(old.count, texts.count)
    var front = 0
    while front < shorter, isSame(old[front], texts[front]) { front += 1 }
    var back = 0
    while back < shorter - front, isSame(old[old.count - 1 - back], texts[texts.count - 1 - back]) {
      back += 1
    }
    let removed = front..<old.count - back
    let added = Array(texts[front..<texts.count - back])
    let common = min(removed.count, added.count)
    for index in 0..<common {
      try set(.string(added[index]), at: path / (front + index))
    }
    for index in (removed.lowerBound + common..<removed.upperBound).reversed() {
      try removeElement(index, of: path)
    }
    if added.count > common {
      try insert(Array(added[common...]), at: front + common, of: path)
    }
  }

  private mutating func insert(
    _ texts: [String], at index: Int, of path: ValuePath
  ) throws(HostError) {
    guard let array = tree.node(at: path) else { return }
    let written = texts.map { format == .toml ? TOMLWriter.string($0) : TOMLWriter.jsonString($0) }
    let children = tree[array].children
    let comma = Array(",".utf8)
    guard let first = children.first else {
      let start = tree[array].span.lowerBound + 1
      let text = Array(written.joined(separator: Array(", ".utf8)))
      return try apply([ByteEdit(range: start..<start, text: text)])
    }
    let neighbour = index < children.count ? children[index] : children[children.count - 1]
    var between = Array(" ".utf8)
    if let margin = indentation(before: tree[neighbour].span.lowerBound) {
      between = newline + margin
    } else if children.count > 1, first == neighbour || index > 0 {
      between = spaceBetween(children)
    }
    if index < children.count {
      let start = tree[neighbour].span.lowerBound
      let text = written.flatMap { $0 + comma + between }
      return try apply([ByteEdit(range: start..<start, text: text)])
    }
    let end = tree[neighbour].span.upperBound
    let text = written.flatMap { comma + between + $0 }
    try apply([ByteEdit(range: end..<end, text: text)])
  }

  /// What stands behind the first comma, when that is blanks only.
  private func spaceBetween(_ children: [Int]) -> [UInt8] {
    let between = bytes[tree[children[0]].span.upperBound..<tree[children[1]].span.lowerBound]
    guard between.first == UInt8(ascii: ","), between.count <= 4,
      between.dropFirst().allSatisfy({ $0 == UInt8(ascii: " ") })
    else { return Array(" ".utf8) }
    return Array(between.dropFirst())
  }

  private mutating func removeElement(_ index: Int, of path: ValuePath) throws(HostError) {
    guard let array = tree.node(at: path) else { return }
    let children = tree[array].children
    let span = tree[children[index]].span
    let isLast = index == children.count - 1
    let close =
      isLast
      ? tree[array].span.upperBound - 1 : tree[children[index + 1]].span.lowerBound
    let comma = nextComma(from: span.upperBound, before: close)
    var end = comma.map { $0 + 1 } ?? span.upperBound
    var start = span.lowerBound
    if let margin = indentation(before: start), let lineEnd = blankLineEnd(from: end) {
      // The whole line.
      start -= margin.count
      end = lineEnd
    } else {
      while end < close, bytes[end] == UInt8(ascii: " ") { end += 1 }
    }
    var edits = [ByteEdit(range: start..<end, text: [])]
    if isLast, comma == nil, index > 0 {
      let before = tree[children[index - 1]].span.upperBound
      if let previous = nextComma(from: before, before: span.lowerBound) {
        var blanks = previous + 1
        while blanks < start, bytes[blanks] == UInt8(ascii: " ") { blanks += 1 }
        let cut = previous..<(blanks == start ? start : previous + 1)
        edits.insert(ByteEdit(range: cut, text: []), at: 0)
      }
    }
    try apply(edits)
  }

  /// The next comma outside comments.
  private func nextComma(from start: Int, before end: Int) -> Int? {
    var index = start
    while index < end {
      switch bytes[index] {
      case UInt8(ascii: ","): return index
      case UInt8(ascii: "#") where format == .toml: index = lineEnd(from: index)
      case UInt8(ascii: "/") where format == .commentedJSON:
        if bytes[index + 1] == UInt8(ascii: "/") {
          index = lineEnd(from: index)
        } else {
          index += 2
          while index + 1 < end,
            bytes[index] != UInt8(ascii: "*") || bytes[index + 1] != UInt8(ascii: "/")
          {
            index += 1
          }
          index += 2
        }
      default: index += 1
      }
    }
    return nil
  }

  // MARK: Lines

  /// The line end that the file uses.
  var newline: [UInt8] {
    guard let lineFeed = bytes.firstIndex(of: UInt8(ascii: "\n")), lineFeed > 0,
      bytes[lineFeed - 1] == UInt8(ascii: "\r")
    else { return Array("\n".utf8) }
    return Array("\r\n".utf8)
  }

  /// Where the line break is, or the end of the file.
  func lineEnd(from offset: Int) -> Int {
    let lineFeed = bytes[offset...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
    return lineFeed > offset && bytes[lineFeed - 1] == UInt8(ascii: "\r") ? lineFeed - 1 : lineFeed
  }

  /// The blanks before `offset`, when there is nothing else before it on its line, and a line
  /// before that.
  func indentation(before offset: Int) -> [UInt8]? {
    var start = offset
    while start > 0, bytes[start - 1] == UInt8(ascii: " ") || bytes[start - 1] == UInt8(ascii: "\t")
    {
      start -= 1
    }
    guard start > 0, bytes[start - 1] == UInt8(ascii: "\n") else { return nil }
    return Array(bytes[start..<offset])
  }

  /// Behind the line break, when there is nothing but blanks and a comment before it.
  func blankLineEnd(from offset: Int) -> Int? {
    var index = offset
    while index < bytes.count,
      bytes[index] == UInt8(ascii: " ") || bytes[index] == UInt8(ascii: "\t")
    {
      index += 1
    }
    let end = lineEnd(from: index)
    let isComment =
      index < bytes.count
      && (format == .toml
        ? bytes[index] == UInt8(ascii: "#")
        : bytes[index...].starts(with: "//".utf8) && format == .commentedJSON)
    guard index == end || isComment else { return nil }
    return end < bytes.count && bytes[end] == UInt8(ascii: "\r")
      ? end + 2 : min(end + 1, bytes.count)
  }
}
