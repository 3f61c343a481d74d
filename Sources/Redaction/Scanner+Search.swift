extension Scanner {
  /// The hot loop: most words of most texts are passed over here.
  mutating func search(
    _ bytes: UnsafePointer<UInt8>, _ count: Int, _ context: ScanContext
  ) {
    let index = context.index
    var offset = 0
    while offset + 32 <= count {
      let word = bytes + offset
      let first = index.mayMatch(word) | index.mayMatch(word + 4)
      let second = index.mayMatch(word + 8) | index.mayMatch(word + 12)
      let third = index.mayMatch(word + 16) | index.mayMatch(word + 20)
      let fourth = index.mayMatch(word + 24) | index.mayMatch(word + 28)
      if ((first | second) | (third | fourth)) & 1 != 0 {
        for within in stride(from: offset, to: offset + 32, by: 4)
        where index.mayMatch(bytes + within) & 1 != 0 {
          lookUp(bytes, count, at: within, context)
          if isDone(context) { return }
        }
      }
      offset += 32
    }
    while offset + 4 <= count {
      if index.mayMatch(bytes + offset) & 1 != 0 {
        lookUp(bytes, count, at: offset, context)
        if isDone(context) { return }
      }
      offset += 4
    }
  }

  /// Tries the needles that have the word at `offset` near their beginning.
  private mutating func lookUp(
    _ bytes: UnsafePointer<UInt8>, _ count: Int, at offset: Int, _ context: ScanContext
  ) {
    let index = context.index
    let word = UnsafeRawPointer(bytes + offset).loadUnaligned(as: UInt32.self)
    var next = index.heads[Int(PatternIndex.hash(UInt32(littleEndian: word)) >> index.headShift)]
    while next > 0 {
      let entry = index.entries[Int(next - 1)]
      next = entry.next
      let anchor = index.anchors[Int(entry.anchorAndOffset >> 2)]
      let core = offset - Int(entry.anchorAndOffset & 3)
      let start = anchor.hasLead ? core - 1 : core
      guard start >= 0, start < windowLimit, core + 8 <= count,
        UInt64(littleEndian: UnsafeRawPointer(bytes + core).loadUnaligned(as: UInt64.self))
          == anchor.prefix
      else { continue }
      guard let position = position(of: start, after: offset - 8, context) else { continue }
      attempt(anchor.encoding, at: position, viewIndex: windowStart + core, context)
      if isDone(context) { return }
    }
  }

  private mutating func attempt(
    _ encoding: UInt32, at position: Int, viewIndex: Int, _ context: ScanContext
  ) {
    switch compare(encoding, at: position, viewIndex: viewIndex, context) {
    case .mismatch: break
    case .unfinished: hold = min(hold, position)
    case .match(let end):
      hasFound = true
      if context.stopsAtFirst { return }
      let name = context.index.needle(of: encoding).name
      found.add(Cluster(position..<end, needle: Int(encoding >> 4), name: name))
    }
  }

  /// Looks for needles that begin so close behind the rest of the text that the tables, which need
  /// eight bytes, do not show them.
  mutating func holdTail(
    of bytes: UnsafePointer<UInt8>, _ count: Int, _ context: ScanContext
  ) {
    let index = context.index
    for start in max(0, count - 8)..<count {
      let mayBegin = (0..<index.anchorCount).contains {
        index.anchors[$0].mayBegin(bytes + start, count: count - start, index)
      }
      guard mayBegin else { continue }
      if let position = position(of: start, after: start, context) {
        hold = min(hold, position)
        return
      }
    }
  }
}

extension PatternTable.Anchor {
  /// Whether the last `count` bytes of a text, 8 at most, may be the beginning of this needle.
  fileprivate func mayBegin(
    _ bytes: UnsafePointer<UInt8>, count: Int, _ index: PatternIndex
  ) -> Bool {
    let skipped = hasLead ? 1 : 0
    for place in skipped..<max(count, skipped)
    where bytes[place] != UInt8(truncatingIfNeeded: prefix >> UInt64(8 * (place - skipped))) {
      return false
    }
    guard hasLead else { return true }
    // Where percent-escapes are undone, a plus sign is shown as a space.
    let lead = bytes[0] == UInt8(ascii: " ") ? UInt8(ascii: "+") : bytes[0]
    return index.encoded(encoding).acceptsLead(lead)
  }
}
