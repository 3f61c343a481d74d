internal import JSONText

/// What can be said of a message that cannot be read as a whole, because it is no JSON from some
/// place on, or was too long to be kept: enough to answer whoever waits for it.
struct BrokenMessage {
  enum Kind: Equatable {
    case request, answer
    /// Nothing that somebody waits for, as far as one can see.
    case other
  }

  let kind: Kind
  /// Its id as it is written, a string or a number; `nil` where none was found.
  let id: [UInt8]?

  init(_ line: CutLine) {
    var head = TopLevelMembers()
    do throws(JSONTextError) { _ = try head.read(line.beginning) } catch {}
    let unfinished = head.unfinishedKey.map {
      UnsafeBufferPointer(rebasing: line.beginning[$0])
    }
    let tail = Tail(line.end.isEmpty ? line.beginning : line.end)
    func has(_ name: TopLevelMembers.Name, _ text: StaticString) -> Bool {
      head[name] != nil || tail?.members[name] != nil || unfinished?.isText(text) == true
    }
    id =
      Self.id(of: head, in: line.beginning)
      ?? tail.flatMap { tail in
        tail.text.withUnsafeBufferPointer { Self.id(of: tail.members, in: $0) }
      }
    if has(.method, "method") || unfinished?.isText("params") == true {
      kind = .request
    } else if has(.result, "result") || has(.error, "error") {
      kind = .answer
    } else {
      kind = head[.jsonrpc] != nil && id != nil ? .answer : .other
    }
  }

  private static func id(
    of members: TopLevelMembers, in text: UnsafeBufferPointer<UInt8>
  ) -> [UInt8]? {
    guard let id = members[.id], id.event == .string || id.event == .number else { return nil }
    return Array(text[id.range])
  }

  /// The last members of an object, from an `id` on.
  private struct Tail {
    /// Those members as an object of their own.
    let text: [UInt8]
    let members: TopLevelMembers

    /// The first place from which the rest of the line is members of an object that ends with the
    /// line, so the outermost one; `nil` where there is none. An `"id"` within a string has
    /// backslashes, and one that lies deeper is followed by too many brackets.
    init?(_ end: UnsafeBufferPointer<UInt8>) {
      let end = end.suffix(CutLine.tailLength)
      let key = Array(#""id""#.utf8)
      var start = end.startIndex
      while start + key.count <= end.endIndex {
        defer { start += 1 }
        guard end[start] == key[0], end[start..<start + key.count].elementsEqual(key) else {
          continue
        }
        let text = [UInt8(ascii: "{")] + end[start...]
        var members = TopLevelMembers()
        do throws(JSONTextError) {
          _ = try text.withUnsafeBufferPointer { bytes throws(JSONTextError) in
            try members.read(bytes)
          }
        } catch { continue }
        (self.text, self.members) = (text, members)
        return
      }
      return nil
    }
  }
}
