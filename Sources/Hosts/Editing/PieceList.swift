/// What became of a file through several edits: which bytes are the old ones, and what was put
/// between them.
struct PieceList: Sendable {
  enum Piece: Sendable {
    case original(Range<Int>)
    /// So many new bytes.
    case new(Int)

    var count: Int {
      switch self {
      case .original(let range): range.count
      case .new(let count): count
      }
    }
  }

  private(set) var pieces: [Piece]

  init(length: Int) { pieces = length > 0 ? [.original(0..<length)] : [] }

  /// - Parameter range: in the bytes as they are before this edit.
  mutating func replace(_ range: Range<Int>, with count: Int) {
    var result: [Piece] = []
    var position = 0
    var isPlaced = false
    func place(_ result: inout [Piece]) {
      if !isPlaced, count > 0 { result.append(.new(count)) }
      isPlaced = true
    }
    for piece in pieces {
      let span = position..<position + piece.count
      position = span.upperBound
      if span.upperBound <= range.lowerBound {
        result.append(piece)
        continue
      }
      if span.lowerBound < range.lowerBound {
        result.append(piece.part(0..<range.lowerBound - span.lowerBound))
      }
      place(&result)
      if span.upperBound > range.upperBound {
        let start = max(range.upperBound, span.lowerBound)
        result.append(piece.part(start - span.lowerBound..<piece.count))
      }
    }
    place(&result)
    pieces = result
  }

  /// What lies between the bytes that are still the old ones: where it was, and where it is now.
  ///
  /// - Parameter length: of the file before the first edit.
  func changes(length: Int) -> [(old: Range<Int>, new: Range<Int>)] {
    var changes: [(old: Range<Int>, new: Range<Int>)] = []
    var (old, new, pending) = (0, 0, 0)
    for piece in pieces + [.original(length..<length)] {
      switch piece {
      case .new(let count):
        pending += count
        new += count
      case .original(let range):
        if pending > 0 || range.lowerBound > old {
          changes.append((old..<range.lowerBound, new - pending..<new))
        }
        pending = 0
        old = range.upperBound
        new += range.count
      }
    }
    return changes
  }
}

extension PieceList.Piece {
  func part(_ range: Range<Int>) -> PieceList.Piece {
    switch self {
    case .original(let whole):
      .original(whole.lowerBound + range.lowerBound..<whole.lowerBound + range.upperBound)
    case .new: .new(range.count)
    }
  }
}
