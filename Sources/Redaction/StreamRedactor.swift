package import Secrets

/// Replaces secrets in a stream of text that arrives in pieces of any size, such as a server's
/// standard error.
///
/// What comes out does not depend on where the pieces were cut. Only the end of what arrived is
/// held back, as long as it may be the beginning of a secret or of an escape, or is one that the
/// next bytes may make longer; the caller ends that with ``flush(_:_:)`` when nothing more arrives
/// for a while. What is held can be no longer than the longest value in its longest notation: a
/// few times its length as a rule, 108 times where every character of every escape is escaped.
package struct StreamRedactor: ~Copyable {
  private var scanner: Scanner
  /// What has arrived and not been passed on.
  private var pending = OutputBuffer()
  /// Where each view's tokens begin in `pending`.
  private var offsets = Scanner.Offsets()
  /// What is replaced right before `pending`, or from there into it; its marker has not been passed
  /// on yet.
  private var open: Cluster?
  /// How much has to be pending before it is searched again.
  private var patience = 0
  /// Since the redactor was made.
  package private(set) var counts = RedactionCounts()

  package init() throws(SecretMemoryError) { scanner = try Scanner() }

  /// Whether something is held back, be it only a marker that is not yet known to be complete.
  package var isHolding: Bool { heldCount > 0 || open != nil }

  /// How many bytes are held back.
  package var heldCount: Int { pending.count }

  /// Takes the next piece.
  ///
  /// - Parameter emit: called with what can be passed on, several times or not at all; the bytes
  ///   are valid during the call only.
  package mutating func receive(
    _ piece: UnsafeBufferPointer<UInt8>, _ patterns: borrowing SecretPatterns,
    _ emit: (UnsafeBufferPointer<UInt8>) -> Void
  ) {
    pending.append(piece)
    guard pending.count >= patience else { return }
    process(patterns, isFinal: false, emit)
  }

  /// Passes on what is held back: at the end of the stream, and when more does not come in time.
  /// A secret that is cut here is not found.
  package mutating func flush(
    _ patterns: borrowing SecretPatterns, _ emit: (UnsafeBufferPointer<UInt8>) -> Void
  ) {
    process(patterns, isFinal: true, emit)
  }

  private mutating func process(
    _ patterns: borrowing SecretPatterns, isFinal: Bool,
    _ emit: (UnsafeBufferPointer<UInt8>) -> Void
  ) {
    let text = pending.bytes
    let context = ScanContext(text, patterns, isFinal: isFinal)
    scanner.findAll(context, from: offsets)
    let hold = scanner.hold
    if let open { scanner.addFound(open) }
    open = nil
    var passed = 0
    for cluster in scanner.found.clusters {
      // One that begins later is found again.
      guard cluster.start < hold || isFinal else { break }
      if cluster.start > passed {
        emit(UnsafeBufferPointer(rebasing: text[passed..<cluster.start]))
      }
      passed = cluster.end
      if cluster.end >= hold, !isFinal {
        open = cluster
        break
      }
      patterns.values.markers[cluster.name].withUnsafeBufferPointer(emit)
      counts.note(cluster.name)
    }
    let end = isFinal ? text.count : hold
    if end > passed { emit(UnsafeBufferPointer(rebasing: text[passed..<end])) }
    drop(end, context)
  }

  /// Forgets the first `length` bytes of what is pending.
  private mutating func drop(_ length: Int, _ context: ScanContext) {
    let isFinal = context.reader.isFinal
    offsets = isFinal ? Scanner.Offsets() : context.reader.offsets(behind: length, from: offsets)
    open?.shift(by: length)
    pending.removeFirst(length)
    // A long beginning of a secret that comes byte by byte would else be compared each time.
    patience = pending.count < 4096 || isFinal ? 0 : pending.count + pending.count / 8
  }
}

extension TokenReader {
  /// Where the first token at or behind `start` begins in each view, counted from `start`.
  ///
  /// - Parameter offsets: where each view's tokens begin in this text.
  fileprivate func offsets(behind start: Int, from offsets: Scanner.Offsets) -> Scanner.Offsets {
    var boundary = start
    while boundary > 0, View.mayLieWithinToken(base[boundary - 1]) { boundary -= 1 }
    var result = Scanner.Offsets()
    for view in View.decoded {
      var position = max(boundary, offsets[view.index])
      while position < start {
        let length = token(at: position, in: view).length
        if length == 0 { break }
        position += length
      }
      result[view.index] = max(position - start, 0)
    }
    return result
  }
}
