internal import JSONText

/// What one line between host and server is, and where its top-level members lie.
///
/// The line is read in place: nothing is decoded, re-encoded or copied, whatever its notation
/// (`"\u0069d"` is `id`, white space and duplicates included). The whole line is checked against
/// RFC 8259, in linear time and without recursion, so that what counts as a message here is one
/// for every other JSON reader too.
package struct Message: Equatable, Sendable {
  package enum Kind: Equatable, Sendable {
    /// A `method` and an `id`.
    case request
    /// A `method` without an `id`.
    case notification
    /// A `result` with an `id`, or an `error` with or without one.
    case response
    /// An array: JSON-RPC batches are gone since MCP revision 2025-06-18 (S1).
    case batch
    /// JSON, and none of these: a bare value, an id that is neither string nor number nor null, a
    /// `method` that is no string.
    case other
    /// Not JSON; the first thing wrong is not about UTF-8.
    case notJSON
    /// Bytes that are not UTF-8.
    case invalidUTF8
  }

  package enum IdentifierKind: Equatable, Sendable {
    /// MCP allows strings and integers (S5); a number here may be of any size and have a fraction.
    case string, number, null
  }

  package let kind: Kind
  /// Ranges in bytes of the line, of the value as it is written, a string with its quotes. Where
  /// a member comes twice, the last one, as nearly all readers take it.
  package let jsonrpc: Range<Int>?
  package let id: Range<Int>?
  package let method: Range<Int>?
  /// Of `id`; `nil` where there is none or it is of another kind.
  package let identifierKind: IdentifierKind?
  /// Whether one of `jsonrpc`, `id`, `method`, `result` and `error` comes twice, so that another
  /// reader might see another message.
  package let repeatsMember: Bool
}

package enum MessageScanner {
  /// - Parameter line: one line with or without its line end; any bytes.
  package static func scan(_ line: UnsafeBufferPointer<UInt8>) -> Message {
    var members = TopLevelMembers()
    do throws(JSONTextError) {
      return Message(try members.read(line), members)
    } catch {
      return Message(error.reason == .invalidUTF8 ? .invalidUTF8 : .notJSON)
    }
  }
}

extension Message {
  fileprivate init(_ kind: Kind, _ members: TopLevelMembers = TopLevelMembers()) {
    self.kind = kind
    jsonrpc = members[.jsonrpc]?.range
    id = members[.id]?.range
    method = members[.method]?.range
    identifierKind = members[.id].flatMap { Self.identifierKind($0.event) }
    repeatsMember = members.repeats
  }

  fileprivate static func identifierKind(_ event: JSONReader.Event) -> IdentifierKind? {
    switch event {
    case .string: .string
    case .number: .number
    case .null: .null
    default: nil
    }
  }
}

/// The members of an object that say what kind of message it is.
private struct TopLevelMembers {
  enum Name: Int, CaseIterable {
    case jsonrpc, id, method, result, error
  }

  struct Member {
    /// The first event of the value: its kind.
    let event: JSONReader.Event
    let range: Range<Int>
  }

  private var jsonrpc: Member?
  private var id: Member?
  private var method: Member?
  private var result: Member?
  private var error: Member?
  private(set) var repeats = false

  subscript(name: Name) -> Member? {
    switch name {
    case .jsonrpc: jsonrpc
    case .id: id
    case .method: method
    case .result: result
    case .error: error
    }
  }

  private mutating func set(_ name: Name, _ member: Member) {
    if self[name] != nil { repeats = true }
    switch name {
    case .jsonrpc: jsonrpc = member
    case .id: id = member
    case .method: method = member
    case .result: result = member
    case .error: error = member
    }
  }

  mutating func read(
    _ line: UnsafeBufferPointer<UInt8>
  ) throws(JSONTextError) -> Message.Kind {
    var reader = JSONReader(line, options: .loneSurrogates)
    let first = try reader.next()
    while reader.depth > 0 {
      guard try reader.next() == .key, reader.depth == 1 else { continue }
      let name = Self.name(reader, in: line)
      let event = try reader.next()
      let start = reader.tokenStart
      // An object or array ends when the reader is back at the top level.
      while reader.depth > 1 { _ = try reader.next() }
      if let name { set(name, Member(event: event, range: start..<reader.tokenEnd)) }
    }
    _ = try reader.next()
    return first == .objectStart ? kind : first == .arrayStart ? .batch : .other
  }

  private var kind: Message.Kind {
    if let id, Message.identifierKind(id.event) == nil { return .other }
    if let method {
      guard method.event == .string else { return .other }
      return id == nil ? .notification : .request
    }
    if error != nil || result != nil && id != nil { return .response }
    return .other
  }

  /// Which of the names the reader's key stands for, if any.
  private static func name(
    _ reader: JSONReader, in line: UnsafeBufferPointer<UInt8>
  ) -> Name? {
    let raw = UnsafeBufferPointer(
      rebasing: line[reader.tokenStart + 1..<reader.tokenEnd - 1])
    guard reader.tokenHasEscapes else { return name(of: raw) }
    // Six bytes of `\uXXXX` a letter at most: a longer key is none of ours.
    guard raw.count <= 7 * 6 else { return nil }
    return JSONString.decoded(raw).withUnsafeBufferPointer { name(of: $0) }
  }

  private static func name(of key: UnsafeBufferPointer<UInt8>) -> Name? {
    switch key.count {
    case 2: key.elementsEqual("id".utf8) ? .id : nil
    case 5: key.elementsEqual("error".utf8) ? .error : nil
    case 6:
      key.elementsEqual("method".utf8)
        ? .method : key.elementsEqual("result".utf8) ? .result : nil
    case 7: key.elementsEqual("jsonrpc".utf8) ? .jsonrpc : nil
    default: nil
    }
  }
}
