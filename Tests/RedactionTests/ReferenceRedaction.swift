/// Redaction again, as plainly as it can be said: every text is read in every view, every form of
/// every needle is looked for at every place, one symbol after the other. Slow, and written
/// without a look at the real one's code paths.
struct ReferenceRedaction {
  struct Secret {
    let name: String
    let value: [UInt8]
  }

  private struct Needle {
    let bytes: [UInt8]
    let forms: [ReferenceForm]
    let order: Int
  }

  private struct Match {
    var range: Range<Int>
    /// Of the longest match, of the earliest of those, of the secret that came first.
    var best: (length: Int, start: Int, order: Int)
  }

  private let secrets: [Secret]
  private let needles: [Needle]
  /// How often each name was replaced.
  private(set) var counts: [String: Int] = [:]

  init(_ secrets: [Secret]) {
    self.secrets = secrets
    var needles: [Needle] = []
    for (order, secret) in secrets.enumerated() where secret.value.count >= 8 {
      for part in ReferenceParts.parts(of: secret.value)
      where part.count >= 8 && !needles.contains(where: { $0.bytes == part }) {
        needles.append(Needle(bytes: part, forms: ReferenceForm.all(of: part), order: order))
      }
    }
    self.needles = needles
  }

  // MARK: - Text

  mutating func redact(text: [UInt8]) -> [UInt8] { replace(matches(in: text), in: text) }

  private mutating func replace(_ matches: [Match], in text: [UInt8]) -> [UInt8] {
    var output: [UInt8] = []
    var copied = 0
    for match in matches {
      let name = secrets[match.best.order].name
      output += text[copied..<match.range.lowerBound]
      output += Array("[redacted \(name)]".utf8)
      counts[name, default: 0] += 1
      copied = match.range.upperBound
    }
    return output + text[copied...]
  }

  private func matches(in text: [UInt8]) -> [Match] {
    var matches: [Match] = []
    for view in ReferenceView.all(of: text) {
      for needle in needles {
        for form in needle.forms {
          for start in view.bytes.indices {
            guard let range = view.match(form, at: start) else { continue }
            matches.append(
              Match(range: range, best: (-range.count, range.lowerBound, needle.order)))
          }
        }
      }
    }
    return Self.merged(matches)
  }

  private static func merged(_ matches: [Match]) -> [Match] {
    var merged: [Match] = []
    for match in matches.sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) {
      if let last = merged.last, match.range.lowerBound <= last.range.upperBound {
        let end = max(last.range.upperBound, match.range.upperBound)
        merged[merged.count - 1] = Match(
          range: last.range.lowerBound..<end, best: last.best < match.best ? last.best : match.best)
      } else {
        merged.append(match)
      }
    }
    return merged
  }

  // MARK: - Lines

  /// - Parameter isJSON: whether the line is a JSON text.
  mutating func redact(line: [UInt8], isJSON: Bool) -> [UInt8] {
    guard isJSON else { return redact(text: line) }
    var output: [UInt8] = []
    var copied = 0
    for token in Self.tokens(line) where !token.isFixed {
      let text = Array(line[token.content])
      let found = matches(in: text).map { match in
        Match(range: Self.widened(match.range, in: text), best: match.best)
      }
      if found.isEmpty { continue }
      let quote: [UInt8] = token.isNumber ? [0x22] : []
      output += line[copied..<token.content.lowerBound]
      output += quote + replace(Self.merged(found), in: text) + quote
      copied = token.content.upperBound
    }
    return output + line[copied...]
  }

  private struct JSONToken {
    /// Without quotes.
    let content: Range<Int>
    let isNumber: Bool
    /// A key of JSON-RPC, the value of an `id`, or of a `method` that is the specification's.
    var isFixed = false
  }

  /// The strings and numbers of a line that is JSON.
  private static func tokens(_ line: [UInt8]) -> [JSONToken] {
    var tokens: [JSONToken] = []
    var depth = 0
    var index = 0
    var member: String?
    let isBatch = line.first { !" \t\r\n".utf8.contains($0) } == UInt8(ascii: "[")
    while index < line.count {
      let start = index
      switch line[index] {
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        depth += 1
        member = nil
      case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
      case UInt8(ascii: "\""):
        index += 1
        while line[index] != UInt8(ascii: "\"") {
          index += line[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        let content = start + 1..<index
        let isKey = line[(index + 1)...].first { !" \t\r\n".utf8.contains($0) } == 0x3A
        let isMember = depth == (isBatch ? 2 : 1)
        let text = ReferenceView.all(of: Array(line[content]))[1].bytes
        let isFixed =
          isKey
          ? keys.contains { Array($0.utf8) == text }
          : member == "id" || member == "method" && methods.contains { Array($0.utf8) == text }
        tokens.append(
          JSONToken(content: content, isNumber: false, isFixed: isMember && isFixed))
        member = isMember && isKey ? String(decoding: text, as: UTF8.self) : nil
      case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
        while index + 1 < line.count, "0123456789+-.eE".utf8.contains(line[index + 1]) {
          index += 1
        }
        tokens.append(
          JSONToken(
            content: start..<index + 1, isNumber: true,
            isFixed: member == "id" && depth == (isBatch ? 2 : 1)))
      default: break
      }
      index += 1
    }
    return tokens
  }

  private static let keys = ["jsonrpc", "id", "method", "params", "result", "error"]
  /// Those that are long enough for a secret and that the cases have.
  private static let methods = ["roots/list", "sampling/createMessage"]

  /// `range` of a string, widened to whole characters.
  private static func widened(_ range: Range<Int>, in text: [UInt8]) -> Range<Int> {
    var start = range.lowerBound
    var end = range.upperBound
    var index = 0
    while index < text.count {
      let length = characterLength(text, at: index)
      if index < range.upperBound, index + length > range.lowerBound {
        start = min(start, index)
        end = max(end, index + length)
      }
      index += length
    }
    return start..<end
  }

  private static func characterLength(_ text: [UInt8], at index: Int) -> Int {
    if text[index] == UInt8(ascii: "\\") {
      guard text[index + 1] == UInt8(ascii: "u") else { return 2 }
      func unit(_ index: Int) -> Int? {
        guard index + 6 <= text.count, text[index] == UInt8(ascii: "\\") else { return nil }
        return Int(String(decoding: text[index + 2..<index + 6], as: UTF8.self), radix: 16)
      }
      if let high = unit(index), 0xD800..<0xDC00 ~= high, let low = unit(index + 6),
        text[index + 7] == UInt8(ascii: "u"), 0xDC00..<0xE000 ~= low
      {
        return 12
      }
      return 6
    }
    return switch text[index] {
    case 0xF0...: 4
    case 0xE0...: 3
    case 0xC0...: 2
    default: 1
    }
  }
}
