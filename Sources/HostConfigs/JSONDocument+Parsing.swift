package import JSONText

/// Why a file is not a ``JSONDocument``, or an edit cannot be made.
package enum JSONDocumentError: Error, Equatable, Sendable {
  case tooLarge(limit: Int)
  /// Not JSON; the reason is ``JSONTextError/description``.
  case malformed(reason: String, at: TextPosition)
  /// The second of two members with one name.
  case duplicateKey(String, at: TextPosition)
  /// An edit's path leads through a value that is not an object.
  case notAnObject(at: TextPosition)
}

extension JSONDocument {
  /// A `Result`, since the closure that lends the bytes cannot throw a typed error and return.
  static func parse(
    _ bytes: UnsafeBufferPointer<UInt8>, syntax: Syntax, keeping ways: [Way]? = nil,
    maximumDepth: Int = maximumDepth
  ) -> Result<[Entry], JSONDocumentError> {
    do throws(JSONTextError) {
      var builder = TapeBuilder(bytes, syntax: syntax, keeping: ways, maximumDepth: maximumDepth)
      switch try builder.build() {
      case .whole: return .success(builder.entries)
      case .duplicate(let key):
        let span = Int(builder.entries[key].start)
        let name = String(decoding: builder.key(at: key), as: UTF8.self)
        return .failure(.duplicateKey(name, at: TextPosition(of: span, in: bytes)))
      case .tooMany(let offset):
        return .failure(
          .malformed(
            reason: "more than \(maximumKeptCount) values",
            at: TextPosition(of: offset, in: bytes)))
      }
    } catch {
      let position = TextPosition(of: error.offset, in: bytes)
      return .failure(.malformed(reason: error.description, at: position))
    }
  }
}

/// Turns the events of a reader into entries.
private struct TapeBuilder {
  enum Outcome {
    case whole
    /// The index of the second key of one name.
    case duplicate(Int)
    /// Where the first value lies that is one too many.
    case tooMany(Int)
  }

  /// An object or array that is not closed yet.
  private struct Container {
    /// Its entry.
    var index: Int
    /// What is left of the ways through it; `nil` when all that is in it is kept.
    var ways: [ArraySlice<String?>]?
  }

  private let bytes: UnsafeBufferPointer<UInt8>
  private var reader: JSONReader
  private(set) var entries: [JSONDocument.Entry] = []
  private var open: [Container] = []
  /// What is left of the ways to the next value.
  private var ways: [ArraySlice<String?>]?
  private let isPartial: Bool

  init(
    _ bytes: UnsafeBufferPointer<UInt8>, syntax: JSONDocument.Syntax,
    keeping ways: [JSONDocument.Way]?, maximumDepth: Int
  ) {
    self.bytes = bytes
    self.ways = ways.map { $0.map { $0[...] } }
    isPartial = ways != nil
    reader = JSONReader(
      bytes, from: bytes.starts(with: byteOrderMark) ? byteOrderMark.count : 0,
      options: syntax.readerOptions, maximumDepth: maximumDepth)
    // A value and what separates it seldom take less than ten bytes; enough not to grow often.
    if !isPartial { entries.reserveCapacity(bytes.count / 10 + 4) }
  }

  mutating func build() throws(JSONTextError) -> Outcome {
    while true {
      switch try reader.next() {
      case .objectStart: try push(.object)
      case .arrayStart: try push(.array)
      case .objectEnd:
        let object = close()
        if let duplicate = duplicateKey(in: object) { return .duplicate(duplicate) }
      case .arrayEnd: _ = close()
      case .key:
        append(.string)
        if let left = open.last?.ways {
          ways = JSONDocument.following(left, through: key(at: entries.count - 1))
        }
      case .string: append(.string)
      case .number: append(.number)
      case .true: append(.true)
      case .false: append(.false)
      case .null: append(.null)
      case .end: return .whole
      }
      if isPartial, entries.count > JSONDocument.maximumKeptCount {
        return .tooMany(reader.tokenStart)
      }
    }
  }

  private mutating func append(_ kind: JSONDocument.Kind) {
    entries.append(
      JSONDocument.Entry(
        kind: kind, hasEscapes: kind == .string && reader.tokenHasEscapes,
        start: Int32(reader.tokenStart), end: Int32(reader.tokenEnd),
        next: Int32(entries.count + 1)))
  }

  private mutating func push(_ kind: JSONDocument.Kind) throws(JSONTextError) {
    append(kind)
    let index = entries.count - 1
    if let ways, ways.isEmpty || kind == .array {
      entries[index].isOpaque = true
      let depth = reader.depth
      while reader.depth >= depth { _ = try reader.next() }
      entries[index].end = Int32(reader.tokenEnd)
    } else {
      open.append(Container(index: index, ways: ways))
    }
  }

  private mutating func close() -> Int {
    let container = open.removeLast()
    entries[container.index].end = Int32(reader.tokenEnd)
    entries[container.index].next = Int32(entries.count)
    ways = open.last?.ways
    return container.index
  }

  /// The name that a key stands for, in UTF-8.
  func key(at index: Int) -> [UInt8] {
    let raw = rawKey(at: index)
    return entries[index].hasEscapes ? JSONString.decoded(raw) : Array(raw)
  }

  private func rawKey(at index: Int) -> UnsafeBufferPointer<UInt8> {
    let entry = entries[index]
    return UnsafeBufferPointer(rebasing: bytes[Int(entry.start) + 1..<Int(entry.end) - 1])
  }

  /// Compares bytes, not `String`s, whose `==` takes canonically equivalent names for one.
  private func duplicateKey(in object: Int) -> Int? {
    let end = Int(entries[object].next)
    var keys: [Int] = []
    var index = object + 1
    while index < end {
      keys.append(index)
      index = Int(entries[index + 1].next)
    }
    // Small objects, nearly all of them, pair by pair; large ones must not take quadratic time.
    guard keys.count > 16 else {
      for (position, key) in keys.enumerated() {
        if keys[..<position].contains(where: { isSame($0, key) }) { return key }
      }
      return nil
    }
    var names: Set<[UInt8]> = []
    return keys.first { !names.insert(self.key(at: $0)).inserted }
  }

  private func isSame(_ left: Int, _ right: Int) -> Bool {
    if entries[left].hasEscapes || entries[right].hasEscapes {
      return key(at: left) == key(at: right)
    }
    return rawKey(at: left).elementsEqual(rawKey(at: right))
  }
}
