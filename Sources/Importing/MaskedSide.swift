internal import Hosts
internal import Presets
internal import Scanning
internal import Secrets

/// One of the two texts of a ``FileDiff``, and what of it nobody is to see.
///
/// A secret is masked whole or not at all in sight: where a line is cut, the cut is moved to its
/// end.
struct MaskedSide {
  private typealias Mask = (span: Range<Int>, text: String)

  /// More of a line is left out, around what changes.
  static let reach = 200
  /// 16 KiB: longer than any key; so far is looked for one that begins or ends outside.
  private static let longestKey = 16 << 10
  /// Shorter values stand in texts by chance, and are masked only where they were found.
  private static let shortestElsewhere = 8

  private let bytes: [UInt8]
  private let strings: [HostString]
  /// By the start of their slot.
  private let found: [Int: [String]]
  /// To be masked wherever they stand.
  private var values: [[UInt8]]

  init(_ document: HostDocument, _ sections: [ServerSection], hiding values: [String]) {
    bytes = document.bytes
    strings = document.strings
    var found: [Int: [String]] = [:]
    for server in document.servers(in: sections) {
      for secret in KnownSecrets.all(in: server) {
        found[secret.slot.span.lowerBound, default: []].append(secret.value)
      }
    }
    self.found = found
    self.values = Self.notations(values)
  }

  /// What stands on one side is no secret less on the other.
  mutating func hide(whatIsFoundIn other: MaskedSide) {
    values += Self.notations(
      other.found.values.joined().filter { $0.utf8.count >= Self.shortestElsewhere })
  }

  /// As it is, and as it is between quotes.
  static func notations(_ values: [String]) -> [[UInt8]] {
    values.filter { !$0.isEmpty }.flatMap { value -> [[UInt8]] in
      let plain = Array(value.utf8)
      let quoted = plain.flatMap {
        $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") ? [UInt8(ascii: "\\"), $0] : [$0]
      }
      return plain == quoted ? [plain] : [plain, quoted]
    }
  }

  // MARK: - Showing

  /// A part of the text, line by line; nothing for an empty one.
  func lines(_ mark: String, _ part: Range<Int>) -> [String] {
    if part.isEmpty { return [] }
    var window = part
    let masks = self.masks(touching: window)
    if let first = masks.first, let last = masks.last {
      let start = min(window.lowerBound, first.span.lowerBound)
      window = start..<max(window.upperBound, last.span.upperBound)
    }
    var text: [UInt8] = []
    var done = window.lowerBound
    for mask in masks {
      text += bytes[done..<mask.span.lowerBound] + Array(mask.text.utf8)
      done = mask.span.upperBound
    }
    text += bytes[done..<window.upperBound]
    return text.split(separator: UInt8(ascii: "\n")).map {
      let line = $0.last == UInt8(ascii: "\r") ? $0.dropLast() : $0
      return mark + printable(String(decoding: line, as: UTF8.self), limit: 2_000)
    }.filter { $0.utf8.count > mark.utf8.count }
  }

  /// Whether a stretch is made of whole lines: its neighbours have nothing to do with it.
  func isWholeLines(_ stretch: Range<Int>) -> Bool {
    let newline = UInt8(ascii: "\n")
    return (stretch.lowerBound == 0 || bytes[stretch.lowerBound - 1] == newline)
      && (stretch.isEmpty || bytes[stretch.upperBound - 1] == newline)
  }

  /// From the beginning of a line to the end of one, where they are near.
  func reached(from stretch: Range<Int>) -> Range<Int> {
    var (start, end) = (stretch.lowerBound, stretch.upperBound)
    while start > 0, bytes[start - 1] != UInt8(ascii: "\n"),
      stretch.lowerBound - start < Self.reach || bytes[start].isContinuation
    {
      start -= 1
    }
    while end < bytes.count, bytes[end] != UInt8(ascii: "\n"),
      end - stretch.upperBound < Self.reach || bytes[end].isContinuation
    {
      end += 1
    }
    return start..<end
  }

  // MARK: - Masks

  /// In their order, none touching another.
  private func masks(touching window: Range<Int>) -> [Mask] {
    var masks: [Mask] = []
    for string in strings[firstString(endingAfter: window.lowerBound)...] {
      if string.span.lowerBound >= window.upperBound { break }
      if let text = masked(string) { masks.append((string.span, "\"\(text)\"")) }
    }
    let start = max(0, window.lowerBound - Self.longestKey)
    let end = min(bytes.count, window.upperBound + Self.longestKey)
    let region = Array(bytes[start..<end])
    for range in secretRanges(in: region) {
      let span = range.lowerBound + start..<range.upperBound + start
      guard span.overlaps(window) || masks.contains(where: { $0.span.overlaps(span) }) else {
        continue
      }
      masks.append((span, Self.mask(region[range])))
    }
    return Self.joined(masks)
  }

  private func firstString(endingAfter offset: Int) -> Int {
    var (low, high) = (0, strings.count)
    while low < high {
      let middle = (low + high) / 2
      if strings[middle].span.upperBound <= offset { low = middle + 1 } else { high = middle }
    }
    return low
  }

  private static func joined(_ masks: [Mask]) -> [Mask] {
    var joined: [Mask] = []
    for mask in masks.sorted(by: { $0.span.lowerBound < $1.span.lowerBound }) {
      guard let last = joined.last, mask.span.lowerBound < last.span.upperBound else {
        joined.append(mask)
        continue
      }
      // A value inside a string that is masked as a whole is in its text already.
      if mask.span.upperBound > last.span.upperBound {
        joined[joined.count - 1] = (last.span.lowerBound..<mask.span.upperBound, "…")
      }
    }
    return joined
  }

  /// The text of a string with its secrets masked; `nil` where it has none.
  private func masked(_ string: HostString) -> String? {
    let hits =
      (found[string.span.lowerBound] ?? [])
      + SecretDetector.hits(in: string.text, named: string.name).map(\.value)
    let text = Array(string.text.utf8)
    var ranges = secretRanges(in: text)
    for hit in hits {
      let places = Self.places(of: Array(hit.utf8), in: text)
      // What its parts stand for, not how they are written.
      if places.isEmpty { return MaskedValue.text(string.text) }
      ranges += places
    }
    if ranges.isEmpty { return nil }
    var masked: [UInt8] = []
    var done = 0
    for range in Self.union(ranges) {
      masked += text[done..<range.lowerBound] + Array(Self.mask(text[range]).utf8)
      done = range.upperBound
    }
    return String(decoding: masked + text[done...], as: UTF8.self)
  }

  private static func mask(_ value: ArraySlice<UInt8>) -> String {
    MaskedValue.text(String(decoding: value, as: UTF8.self))
  }

  /// Where a hidden value stands, or what has the form of a key, whatever it is.
  private func secretRanges(in text: [UInt8]) -> [Range<Int>] {
    var ranges = values.flatMap { Self.places(of: $0, in: text) }
    var start = 0
    while let shaped = SecretShape.first(in: text, from: start) {
      ranges.append(shaped.range)
      start = max(shaped.range.upperBound, start + 1)
    }
    return Self.union(ranges)
  }

  /// Also where they overlap one another.
  static func places(of value: [UInt8], in text: [UInt8]) -> [Range<Int>] {
    guard let first = value.first, value.count <= text.count else { return [] }
    var places: [Range<Int>] = []
    var start = 0
    while let index = text[start...(text.count - value.count)].firstIndex(of: first) {
      let range = index..<index + value.count
      if text[range].elementsEqual(value) { places.append(range) }
      start = index + 1
      if start > text.count - value.count { break }
    }
    return places
  }

  private static func union(_ ranges: [Range<Int>]) -> [Range<Int>] {
    var union: [Range<Int>] = []
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let last = union.last, range.lowerBound < last.upperBound {
        union[union.count - 1] =
          last.lowerBound..<max(last.upperBound, range.upperBound)
      } else {
        union.append(range)
      }
    }
    return union
  }
}

extension UInt8 {
  /// Inside a character of several bytes.
  fileprivate var isContinuation: Bool { self & 0xC0 == 0x80 }
}
