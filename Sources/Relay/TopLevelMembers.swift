internal import JSONText

/// The members of an object that say what kind of message it is.
struct TopLevelMembers {
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
  /// The key, without its quotes, whose value was not read to its end.
  private(set) var unfinishedKey: Range<Int>?

  subscript(name: Name) -> Member? {
    switch name {
    case .jsonrpc: jsonrpc
    case .id: id
    case .method: method
    case .result: result
    case .error: error
    }
  }

  mutating func set(_ name: Name, _ member: Member) {
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
      unfinishedKey = reader.tokenStart + 1..<reader.tokenEnd - 1
      let event = try reader.next()
      let start = reader.tokenStart
      // An object or array ends when the reader is back at the top level.
      while reader.depth > 1 { _ = try reader.next() }
      if let name { set(name, Member(event: event, range: start..<reader.tokenEnd)) }
      unfinishedKey = nil
    }
    _ = try reader.next()
    return first == .objectStart ? kind : first == .arrayStart ? .batch : .other
  }

  var kind: Message.Kind {
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

  static func name(of key: UnsafeBufferPointer<UInt8>) -> Name? {
    switch key.count {
    case 2: key.isText("id") ? .id : nil
    case 5: key.isText("error") ? .error : nil
    case 6:
      key.isText("method")
        ? .method : key.isText("result") ? .result : nil
    case 7: key.isText("jsonrpc") ? .jsonrpc : nil
    default: nil
    }
  }
}
