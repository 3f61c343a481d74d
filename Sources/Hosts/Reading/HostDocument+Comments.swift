internal import HostConfigs

extension HostDocument {
  /// Where in the file there may be comments: what lies between keys and values.
  ///
  /// Nothing of strict JSON, and of JSON of which only a part was read.
  package var comments: CommentPlaces {
    guard format != .json, bytes.count <= JSONDocument.maximumLength else {
      return CommentPlaces(texts: [0..<bytes.count])
    }
    var texts: [Range<Int>] = []
    for node in tree.nodes {
      if node.kind == .string || node.kind == .other { texts.append(node.span) }
      // Elements of arrays have no key of their own.
      if node.key != node.span { texts.append(node.key) }
    }
    // An empty one begins where another does, and would hide it.
    return CommentPlaces(
      texts: texts.filter { !$0.isEmpty }.sorted { $0.lowerBound < $1.lowerBound })
  }
}

/// Tells comments from what a file says.
package struct CommentPlaces: Sendable {
  /// Keys and values, none inside another.
  let texts: [Range<Int>]

  /// - Parameter offset: of a letter or digit.
  package func contains(_ offset: Int) -> Bool {
    var (low, high) = (0, texts.count)
    while low < high {
      let middle = (low + high) / 2
      if texts[middle].lowerBound <= offset { low = middle + 1 } else { high = middle }
    }
    return low == 0 || !texts[low - 1].contains(offset)
  }
}
