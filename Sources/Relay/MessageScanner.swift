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
  /// Whether it has an `error`.
  package let hasError: Bool
  /// Whether one of `jsonrpc`, `id`, `method`, `result` and `error` comes twice, so that another
  /// reader might see another message.
  package let repeatsMember: Bool
}

/// Tells what a line is.
package enum MessageScanner {
  /// - Parameter line: one line with or without its line end; any bytes.
  package static func scan(_ line: UnsafeBufferPointer<UInt8>) -> Message {
    if let members = StructureScanner(line).members() { return Message(members.kind, members) }
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
    hasError = members[.error] != nil
    repeatsMember = members.repeats
  }

  static func identifierKind(_ event: JSONReader.Event) -> IdentifierKind? {
    switch event {
    case .string: .string
    case .number: .number
    case .null: .null
    default: nil
    }
  }
}
