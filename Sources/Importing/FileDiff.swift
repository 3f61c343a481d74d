package import Hosts
internal import Presets
internal import Scanning
internal import Secrets

/// The lines of a file that change, as a person may see them: every secret that was found in the
/// file is masked.
package enum FileDiff {
  /// More of a line is left out, around what changes.
  private static let context = 100

  /// - Parameter values: that are masked wherever they stand.
  /// - Returns: one line each, `- ` or `+ ` in front.
  package static func lines(
    _ document: HostDocument, _ old: HostDocument, sections: [ServerSection],
    hiding values: [String]
  ) -> [String] {
    let oldMasks = masks(old, sections)
    let newMasks = masks(document, sections)
    var lines: [String] = []
    for change in merged(document.changes) {
      lines += shown("- ", old.bytes, change.old, oldMasks)
      lines += shown("+ ", document.bytes, change.new, newMasks)
    }
    return lines.map { line in
      values.reduce(line) { line, value in
        let masked = MaskedValue.text(value)
        let escaped = replace("\"", by: "\\\"", in: replace("\\", by: "\\\\", in: value))
        return replace(value, by: masked, in: replace(escaped, by: masked, in: line))
      }
    }.map(withoutKeys)
  }

  /// A line may hold more than servers: what has the form of a key is masked, whatever it is.
  private static func withoutKeys(_ line: String) -> String {
    var bytes = Array(line.utf8)
    var start = 0
    while let found = SecretShape.first(in: bytes, from: start) {
      let value = String(decoding: bytes[found.range], as: UTF8.self)
      let masked = Array(MaskedValue.text(value).utf8)
      bytes.replaceSubrange(found.range, with: masked)
      start = found.range.lowerBound + masked.count
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Changes whose lines touch are one.
  private static func merged(_ changes: [HostChange]) -> [(old: Range<Int>, new: Range<Int>)] {
    var merged: [(old: Range<Int>, new: Range<Int>)] = []
    for change in changes {
      if let last = merged.last, change.newSpan.lowerBound - last.new.upperBound <= context {
        merged[merged.count - 1] = (
          last.old.lowerBound..<change.oldSpan.upperBound,
          last.new.lowerBound..<change.newSpan.upperBound
        )
      } else {
        merged.append((change.oldSpan, change.newSpan))
      }
    }
    return merged
  }

  /// Where secrets stand, and what is shown instead.
  private static func masks(
    _ document: HostDocument, _ sections: [ServerSection]
  ) -> [(span: Range<Int>, text: String)] {
    var masks: [(span: Range<Int>, text: String)] = []
    for server in document.servers(in: sections) {
      let found = KnownSecrets.all(in: server)
      for secret in found where !masks.contains(where: { $0.span == secret.slot.span }) {
        var text = secret.slot.text
        for other in found.filter({ $0.slot == secret.slot }).sorted(by: {
          $0.value.utf8.count > $1.value.utf8.count
        }) {
          text =
            text.range(ofBytes: other.value) == nil
            ? other.masked : replace(other.value, by: other.masked, in: text)
        }
        masks.append((secret.slot.span, "\"\(text)\""))
      }
    }
    return masks.sorted { $0.span.lowerBound < $1.span.lowerBound }
  }

  private static func replace(_ text: String, by other: String, in whole: String) -> String {
    var result = ""
    var rest = whole[...]
    while let range = rest.range(ofBytes: text) {
      result += rest[..<range.lowerBound] + other
      rest = rest[range.upperBound...]
    }
    return result + rest
  }

  private static func shown(
    _ mark: String, _ bytes: [UInt8], _ span: Range<Int>,
    _ masks: [(span: Range<Int>, text: String)]
  ) -> [String] {
    var start = span.lowerBound
    while start > 0, bytes[start - 1] != UInt8(ascii: "\n"), span.lowerBound - start < context {
      start -= 1
    }
    var end = span.upperBound
    while end < bytes.count, bytes[end] != UInt8(ascii: "\n"), end - span.upperBound < context {
      end += 1
    }
    // Not half of a value: what is masked is masked whole.
    for mask in masks {
      if mask.span.contains(start) { start = mask.span.lowerBound }
      if mask.span.contains(end) { end = mask.span.upperBound }
    }
    var text: [UInt8] = []
    var index = start
    for mask in masks where mask.span.lowerBound >= start && mask.span.upperBound <= end {
      guard mask.span.lowerBound >= index else { continue }
      text += bytes[index..<mask.span.lowerBound] + Array(mask.text.utf8)
      index = mask.span.upperBound
    }
    text += bytes[index..<end]
    return text.split(separator: UInt8(ascii: "\n")).map {
      let line = $0.last == UInt8(ascii: "\r") ? $0.dropLast() : $0
      return mark + printable(String(decoding: line, as: UTF8.self), limit: 2_000)
    }.filter { $0.count > mark.count }
  }
}
