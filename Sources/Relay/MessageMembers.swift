internal import JSONText

/// Finds members deeper in a message. It reads the message again, so it is for the few that need
/// it: the handshake, cancellations, requests of a server.
enum MessageMembers {
  /// A value in a message.
  struct Value {
    /// What it begins with.
    let event: JSONReader.Event
    /// Where it lies in the message, in bytes; a string with its quotes.
    let range: Range<Int>
  }

  /// The value at a path of keys; of a member that comes twice the last one, as nearly all readers
  /// take it. `nil` where there is none, or no JSON.
  static func value(
    at path: [StaticString], in message: UnsafeBufferPointer<UInt8>
  ) -> Value? {
    var range = 0..<message.count
    var found: Value?
    for key in path {
      found = member(
        key, of: UnsafeBufferPointer(rebasing: message[range]), offset: range.lowerBound)
      guard let found else { return nil }
      range = found.range
    }
    return found
  }

  /// The text of the string at a path.
  static func string(
    at path: [StaticString], in message: UnsafeBufferPointer<UInt8>
  ) -> [UInt8]? {
    guard let value = value(at: path, in: message), value.event == .string else { return nil }
    return JSONString.decoded(content(of: value.range, in: message))
  }

  static func isTrue(at path: [StaticString], in message: UnsafeBufferPointer<UInt8>) -> Bool {
    value(at: path, in: message)?.event == .true
  }

  /// Whether all elements of the array that `message` is, or that lies at `range` in it, satisfy
  /// `body`, which is asked up to the first that does not. Nothing is kept of them: an array may
  /// have millions.
  static func allElements(
    of message: UnsafeBufferPointer<UInt8>, in range: Range<Int>? = nil,
    satisfy body: (UnsafeBufferPointer<UInt8>) -> Bool
  ) -> Bool {
    let range = range ?? 0..<message.count
    var reader = JSONReader(
      UnsafeBufferPointer(rebasing: message[range]), options: .loneSurrogates)
    do throws(JSONTextError) {
      guard try reader.next() == .arrayStart else { return false }
      while true {
        let event = try reader.next()
        if reader.depth == 0 { return true }
        let value = try rest(of: event, &reader, offset: range.lowerBound)
        if !body(UnsafeBufferPointer(rebasing: message[value.range])) { return false }
      }
    } catch {
      return false
    }
  }

  /// The members of the object at `range`, with their keys as they are written.
  static func members(
    of message: UnsafeBufferPointer<UInt8>, in range: Range<Int>
  ) -> [(key: Range<Int>, value: Value)] {
    var reader = JSONReader(
      UnsafeBufferPointer(rebasing: message[range]), options: .loneSurrogates)
    var members: [(Range<Int>, Value)] = []
    do throws(JSONTextError) {
      guard try reader.next() == .objectStart else { return [] }
      while try reader.next() == .key {
        let start = reader.tokenStart + range.lowerBound
        let key = start..<reader.tokenEnd + range.lowerBound
        let event = try reader.next()
        members.append((key, try rest(of: event, &reader, offset: range.lowerBound)))
      }
      return members
    } catch {
      return []
    }
  }

  /// Hashes what the elements of an array are, whatever white space lies between their tokens.
  static func hashElements(
    of message: UnsafeBufferPointer<UInt8>, in range: Range<Int>, into hasher: inout Hasher
  ) {
    let list = UnsafeBufferPointer(rebasing: message[range])
    var reader = JSONReader(list, options: .loneSurrogates)
    do throws(JSONTextError) {
      guard try reader.next() == .arrayStart else { return }
      while true {
        _ = try reader.next()
        if reader.depth == 0 { return }
        hasher.combine(
          bytes: UnsafeRawBufferPointer(
            UnsafeBufferPointer(rebasing: list[reader.tokenStart..<reader.tokenEnd])))
        // So that neither tokens nor pages can be divided in two ways.
        hasher.combine(UInt8(0))
      }
    } catch {
      return
    }
  }

  /// Whether the string at `range` stands for `text`.
  static func string(
    at range: Range<Int>, in message: UnsafeBufferPointer<UInt8>, is text: StaticString
  ) -> Bool {
    let raw = content(of: range, in: message)
    if !raw.contains(UInt8(ascii: "\\")) { return raw.isText(text) }
    return JSONString.decoded(raw).withUnsafeBufferPointer { $0.isText(text) }
  }

  private static func member(
    _ key: StaticString, of object: UnsafeBufferPointer<UInt8>, offset: Int
  ) -> Value? {
    var reader = JSONReader(object, options: .loneSurrogates)
    var found: Value?
    do throws(JSONTextError) {
      guard try reader.next() == .objectStart else { return nil }
      while try reader.next() == .key {
        let isWanted = string(at: reader.tokenStart..<reader.tokenEnd, in: object, is: key)
        let value = try rest(of: try reader.next(), &reader, offset: offset)
        if isWanted { found = value }
      }
      return found
    } catch {
      return nil
    }
  }

  /// Reads on to the end of the value that began with `event`.
  private static func rest(
    of event: JSONReader.Event, _ reader: inout JSONReader, offset: Int
  ) throws(JSONTextError) -> Value {
    let start = reader.tokenStart
    if event == .objectStart || event == .arrayStart {
      let depth = reader.depth
      while reader.depth >= depth { _ = try reader.next() }
    }
    return Value(event: event, range: start + offset..<reader.tokenEnd + offset)
  }

  private static func content(
    of range: Range<Int>, in message: UnsafeBufferPointer<UInt8>
  ) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(rebasing: message[range.lowerBound + 1..<range.upperBound - 1])
  }
}
