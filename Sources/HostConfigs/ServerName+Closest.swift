extension ServerName {
  /// The name that was most likely meant by one that is not there; `nil` when none is close enough
  /// to be more than a guess.
  ///
  /// Close is: a third of its letters mistyped, left out, put in or exchanged with their
  /// neighbour, and two of them at most. Upper and lower case do not count; the first of equally
  /// close ones is taken.
  static func closest(to name: String, in known: [String]) -> String? {
    let wanted = letters(name)
    var best: String?
    var bestDistance = min(2, wanted.count / 3) + 1
    for candidate in known {
      let letters = letters(candidate)
      guard wanted.count <= maximumLength, abs(letters.count - wanted.count) < bestDistance else {
        continue
      }
      let distance = distance(wanted, letters)
      if distance < bestDistance { (best, bestDistance) = (candidate, distance) }
    }
    return best
  }

  private static func letters(_ name: String) -> [Unicode.Scalar] {
    Array(name.lowercased().unicodeScalars)
  }

  /// The steps between two words: one letter put in, left out, replaced, or exchanged with the next.
  private static func distance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...right.count)
    for row in left.indices {
      var next = [row + 1]
      for column in right.indices {
        let isSame = left[row] == right[column]
        var steps = min(last[column] + (isSame ? 0 : 1), last[column + 1] + 1, next[column] + 1)
        if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
          steps = min(steps, beforeLast[column - 1] + 1)
        }
        next.append(steps)
      }
      (beforeLast, last) = (last, next)
    }
    return last[right.count]
  }

  /// The name as a word of a command line, or `NAME` where a shell would take it for more than one
  /// word.
  static func word(_ name: String) -> String {
    let isPlain = name.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"),
        UInt8(ascii: "."), UInt8(ascii: "@"), UInt8(ascii: "+"), UInt8(ascii: "/"):
        true
      default: false
      }
    }
    let isName = (try? check(name)) != nil
    return isPlain && isName ? name : "NAME"
  }
}
