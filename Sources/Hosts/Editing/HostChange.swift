internal import HostConfigs

/// A stretch of a host's file that edits changed.
///
/// ``old`` may hold secrets in plain text: it is to be kept sealed.
package struct HostChange: Equatable, Sendable {
  /// In bytes of the file before the edits.
  package let oldSpan: Range<Int>
  /// In bytes of the file after them.
  package let newSpan: Range<Int>
  /// What stood at ``oldSpan``.
  package let old: [UInt8]
  /// What stands at ``newSpan``.
  package let new: [UInt8]
  /// What stands before and behind it after the edits, to find it again in a file that changed
  /// elsewhere; at most ``contextLength`` bytes each, fewer at the ends of the file.
  package let before: [UInt8]
  /// See ``before``.
  package let behind: [UInt8]

  /// In bytes: mostly the line before and the line behind, which tell one server from the next.
  package static let contextLength = 64

  /// Compares nothing with a file: what is in none is found in none by
  /// ``HostDocument/putBack(_:)``.
  package init(
    oldSpan: Range<Int>, newSpan: Range<Int>, old: [UInt8], new: [UInt8], before: [UInt8],
    behind: [UInt8]
  ) {
    self.oldSpan = oldSpan
    self.newSpan = newSpan
    self.old = old
    self.new = new
    self.before = before
    self.behind = behind
  }
}

extension HostDocument {
  /// What all edits so far changed, in the order of the file; empty where they undid one another
  /// or changed nothing.
  package var changes: [HostChange] {
    pieces.changes(length: original.count).map { change in
      let before = max(0, change.new.lowerBound - HostChange.contextLength)
      let behind = min(bytes.count, change.new.upperBound + HostChange.contextLength)
      return HostChange(
        oldSpan: change.old, newSpan: change.new, old: Array(original[change.old]),
        new: Array(bytes[change.new]), before: Array(bytes[before..<change.new.lowerBound]),
        behind: Array(bytes[change.new.upperBound..<behind]))
    }
  }

  /// Puts back what stood there before the changes, and leaves all else as it is now.
  ///
  /// Where the file is as the changes left it, the result is the file before them, byte for byte.
  /// Elsewhere each change is looked for by what it wrote and what stood around it.
  ///
  /// - Throws: ``HostError/notThere(path:what:)`` when one cannot be found, or in several places;
  ///   nothing is put back then.
  package mutating func putBack(_ changes: [HostChange]) throws(HostError) {
    var edits: [ByteEdit] = []
    for change in changes {
      let range = try place(of: change)
      edits.append(ByteEdit(range: range, text: change.old))
    }
    edits.sort { $0.range.lowerBound < $1.range.lowerBound }
    for (edit, next) in zip(edits, edits.dropFirst())
    where next.range.lowerBound < edit.range.upperBound {
      throw .notThere(path: path, what: "trace of the change to put back")
    }
    try apply(edits)
  }

  private func place(of change: HostChange) throws(HostError) -> Range<Int> {
    let pattern = change.before + change.new + change.behind
    let start = change.newSpan.lowerBound - change.before.count
    if start >= 0, start + pattern.count <= bytes.count,
      bytes[start..<start + pattern.count].elementsEqual(pattern)
    {
      return change.newSpan
    }
    // Less and less of what stands around it, as long as that leaves one place.
    for length in [HostChange.contextLength, 24, 8] {
      let before = change.before.suffix(length)
      let found = places(of: before + change.new + change.behind.prefix(length))
      if found.count == 1 {
        let start = found[0] + before.count
        return start..<start + change.new.count
      }
      if found.count > 1 { break }
    }
    throw .notThere(path: path, what: "trace of the change to put back")
  }

  /// At most two.
  private func places(of pattern: [UInt8]) -> [Int] {
    guard let first = pattern.first, pattern.count <= bytes.count else { return [] }
    var found: [Int] = []
    var start = 0
    while let index = bytes[start...(bytes.count - pattern.count)].firstIndex(of: first) {
      if bytes[index..<index + pattern.count].elementsEqual(pattern) { found.append(index) }
      start = index + 1
      if found.count > 1 || start > bytes.count - pattern.count { break }
    }
    return found
  }
}
