extension Scanner {
  /// What comparing a text with a needle comes to.
  enum Comparison {
    case mismatch
    /// The text ends before the needle.
    case unfinished
    /// The match ends before the byte at `end`.
    case match(end: Int)
  }

  /// Compares the text from `start` on, in the view of `context`, with a needle.
  ///
  /// - Parameter viewIndex: of the core's first byte, counted in bytes of the view.
  mutating func compare(
    _ encoding: UInt32, at start: Int, viewIndex: Int, _ context: ScanContext
  ) -> Comparison {
    let encoded = context.index.encoded(encoding)
    var position = start
    if encoded.hasLead {
      switch context.single(at: position) {
      case .none: return .mismatch
      case .unfinished: return .unfinished
      case .byte(let byte, let length):
        guard encoded.acceptsLead(byte) else { return .mismatch }
        position += length
      }
    }
    var count = 0
    switch reaches.beginning(of: encoded, encoding, start: viewIndex, in: context.view) {
    case .mismatch: return .mismatch
    case .anew: break
    case .at(let seen, let next): (count, position) = (seen, next)
    }
    var isUnfinished = context.compareCore(encoded, from: &count, at: &position)
    if count >= ReachCache.minimumCount {
      reaches.note(encoding, start: viewIndex, count: count, position: position)
    }
    while !isUnfinished, encoded.mayBreak(before: count) {
      let length = context.lineBreakLength(at: position)
      guard length > 0, reaches.mayBreakLines(encoded, encoding) else { break }
      position += length
      let before = count
      isUnfinished = context.compareCore(encoded, from: &count, at: &position)
      if count == before { break }
    }
    if isUnfinished { return .unfinished }
    guard count == encoded.coreCount else { return .mismatch }
    guard encoded.hasTail else { return .match(end: position) }
    switch context.single(at: position) {
    case .none: return .mismatch
    case .unfinished: return .unfinished
    case .byte(let byte, let length):
      return encoded.acceptsTail(byte) ? .match(end: position + length) : .mismatch
    }
  }
}

extension ScanContext {
  fileprivate enum Single {
    /// The text has ended, or an escape stands for several bytes.
    case none
    case unfinished
    case byte(UInt8, length: Int)
  }

  fileprivate func single(at position: Int) -> Single {
    guard position < reader.end else { return reader.isFinal ? .none : .unfinished }
    let token = reader.token(at: position, in: view)
    if token.length == 0 { return .unfinished }
    guard token.count == 1 else { return .none }
    return .byte(UInt8(truncatingIfNeeded: token.bytes), length: token.length)
  }

  /// How much of the text the line break at `position` takes: CR, LF, or two of them; 0 for none.
  fileprivate func lineBreakLength(at position: Int) -> Int {
    var end = position
    for _ in 0..<2 {
      guard end < reader.end else { break }
      let token = reader.token(at: end, in: view)
      guard token.isByte(UInt8(ascii: "\n")) || token.isByte(UInt8(ascii: "\r")) else { break }
      end += token.length
    }
    return end - position
  }

  /// Goes on comparing the core from symbol `count`, which should stand at `position`, as far as
  /// whole tokens agree.
  ///
  /// - Returns: whether the text ends before the core does.
  fileprivate func compareCore(
    _ encoded: EncodedNeedle, from count: inout Int, at position: inout Int
  ) -> Bool {
    if view == .plain {
      let room = min(encoded.coreCount - count, reader.end - position)
      let agreed = encoded.agreement(with: reader.base + position, from: count, limit: room)
      count += agreed
      position += agreed
      return !reader.isFinal && position == reader.end && count < encoded.coreCount
    }
    while count < encoded.coreCount {
      guard position < reader.end else { return !reader.isFinal }
      let token = reader.token(at: position, in: view)
      if token.length == 0 { return true }
      guard agrees(token, with: encoded, from: count) else { return false }
      count += token.count
      position += token.length
    }
    return false
  }

  private func agrees(_ token: Token, with encoded: EncodedNeedle, from count: Int) -> Bool {
    guard count + token.count <= encoded.coreCount else { return false }
    for index in 0..<token.count {
      let byte = UInt8(truncatingIfNeeded: token.bytes >> UInt32(8 * index))
      let symbol = encoded.symbol(count + index)
      // In a query a space is a plus sign (the `application/x-www-form-urlencoded` of the URL
      // standard, section 5.1).
      let isSpace =
        symbol == UInt8(ascii: " ") && byte == UInt8(ascii: "+") && view.isPercentDecoded
      guard byte == symbol || isSpace else { return false }
    }
    return true
  }
}

extension EncodedNeedle {
  /// Whether a line may end before symbol `count` of the core, or before the tail: `base64` wraps
  /// what it prints. The first eight symbols stand together, or the tables would not show them.
  fileprivate func mayBreak(before count: Int) -> Bool {
    form.isBase64 && count >= 8 && (count < coreCount || hasTail)
  }

  /// How many symbols from `count` on stand at `text`, at most `limit`.
  fileprivate func agreement(
    with text: UnsafePointer<UInt8>, from count: Int, limit: Int
  ) -> Int {
    var index = 0
    if form == .raw {
      while index + 8 <= limit,
        UnsafeRawPointer(text + index).loadUnaligned(as: UInt64.self)
          == UnsafeRawPointer(bytes + count + index).loadUnaligned(as: UInt64.self)
      {
        index += 8
      }
    }
    while index < limit, text[index] == symbol(count + index) { index += 1 }
    return index
  }
}
