internal import Platform
internal import Secrets

/// Finds every place where a text shows a needle.
///
/// For each view in which this text looks different from the others: search the tables, then
/// compare with the needle itself. Memory is allocated only where something is found.
struct Scanner: ~Copyable {
  /// Where each view's tokens begin, by ``View/index``, in bytes of the text: behind its beginning
  /// where the text before ended in the middle of a token.
  typealias Offsets = SIMD8<Int>

  private var window: ViewWindow
  var reaches = ReachCache()
  /// Of the last scan, unless it was to stop at the first match; in order and apart.
  var found = ClusterList()
  /// Where the text begins that may yet become a match; its length when there is none.
  var hold = 0
  var hasFound = false

  // Where the window begins, in bytes of the view and of the text, and a place in it behind which
  // everything lies that is still to be asked for.
  var windowStart = 0
  /// Where in the window the next one begins, which is to find what begins there.
  var windowLimit = Int.max
  private var markIndex = 0
  private var markPosition = 0

  init() throws(SecretMemoryError) { window = try ViewWindow() }

  /// Whether the text shows a needle.
  mutating func finds(_ context: ScanContext) -> Bool {
    scan(context, from: Offsets())
    guard hasFound else { return false }
    hasFound = false
    window.wipe()
    return true
  }

  /// Looks for all matches; see ``found`` and ``hold``.
  mutating func findAll(_ context: ScanContext, from offsets: Offsets = Offsets()) {
    found.clear()
    hold = context.reader.end
    scan(context, from: offsets)
    found.merge()
    // What was found may lie about in decoded form.
    if hasFound || hold < context.reader.end { window.wipe() }
    hasFound = false
  }

  /// See ``ClusterList/widen(_:)``.
  mutating func widenFound(_ body: (Cluster) -> Range<Int>) { found.widen(body) }

  /// Adds one that was found before.
  mutating func addFound(_ cluster: Cluster) {
    found.add(cluster)
    found.merge()
  }

  private mutating func scan(_ context: ScanContext, from offsets: Offsets) {
    guard context.index.anchorCount > 0 else { return }
    searchPlain(context)
    if isDone(context) { return }
    window.clearFindings()
    let showsBackslash = context.contains(UInt8(ascii: "\\"))
    if showsBackslash { search(context, level: 1, percent: false, offsets) }
    let isNested = window.findings.contains(.backslash)
    if isNested { search(context, level: 2, percent: false, offsets) }
    let showsPercent =
      window.findings.contains(.percent) || context.mayHoldPercentEscape()
      || context.index.anyHasSpace && context.contains(UInt8(ascii: "+"))
    guard showsPercent else { return }
    search(context, level: 0, percent: true, offsets)
    if showsBackslash { search(context, level: 1, percent: true, offsets) }
    if isNested { search(context, level: 2, percent: true, offsets) }
  }

  func isDone(_ context: ScanContext) -> Bool { hasFound && context.stopsAtFirst }

  /// The text is its own window.
  private mutating func searchPlain(_ context: ScanContext) {
    reaches.clear()
    (windowStart, windowLimit) = (0, .max)
    let end = context.reader.end
    search(context.reader.base, end, context)
    if !context.reader.isFinal { holdTail(of: context.reader.base, end, context) }
  }

  private mutating func search(
    _ context: ScanContext, level: Int, percent: Bool, _ offsets: Offsets
  ) {
    if isDone(context) { return }
    var context = context
    context.view = View(level: level, isPercentDecoded: percent)
    reaches.clear()
    var position = offsets[context.view.index]
    windowStart = 0
    while true {
      window.begin(at: position)
      (markIndex, markPosition) = (0, position)
      let isUnfinished = window.decode(
        context.reader, in: context.view, until: ViewWindow.capacity)
      let (nextIndex, nextPosition) = (window.count, window.position)
      let isLast = isUnfinished || nextPosition == context.reader.end
      windowLimit = isLast ? .max : nextIndex
      // Of a needle that begins before the limit, the lead and eight core bytes are shown here.
      if !isLast { window.decode(context.reader, in: context.view, until: nextIndex + 9) }
      search(window.bytes, window.count, context)
      if isDone(context) { return }
      if isLast {
        if !context.reader.isFinal { holdTail(of: window.bytes, window.count, context) }
        if isUnfinished { hold = min(hold, nextPosition) }
        return
      }
      windowStart += nextIndex
      position = nextPosition
    }
  }

  /// Where in the text the token begins that is shown at `index` of the window; `nil` in the middle
  /// of one.
  ///
  /// - Parameter mark: no smaller `index` will be asked for.
  mutating func position(
    of index: Int, after mark: Int, _ context: ScanContext
  ) -> Int? {
    if context.view == .plain { return index }
    // Decoding again writes the same bytes to the same places, but for up to six behind `index`.
    let kept = window.word(at: index)
    let (count, position) = (window.count, window.position)
    defer {
      window.setWord(kept, at: index)
      window.begin(at: position, count: count)
    }
    if mark > markIndex {
      window.begin(at: markPosition, count: markIndex)
      window.decode(context.reader, in: context.view, until: mark)
      (markIndex, markPosition) = (window.count, window.position)
    }
    window.begin(at: markPosition, count: markIndex)
    window.decode(context.reader, in: context.view, until: index)
    return window.count == index ? window.position : nil
  }
}
