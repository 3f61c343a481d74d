internal import JSONText

/// A JSON value of a file of overrides.
indirect enum PresetValue: Equatable {
  /// In the order of the file.
  case object([(name: String, value: PresetValue)])
  case array([PresetValue])
  case string(String)
  /// As it is written.
  case number(String)
  case boolean(Bool)
  case null

  static func == (first: PresetValue, second: PresetValue) -> Bool {
    switch (first, second) {
    case (.object(let first), .object(let second)):
      first.elementsEqual(second) { $0.name == $1.name && $0.value == $1.value }
    case (.array(let first), .array(let second)): first == second
    case (.string(let first), .string(let second)): first == second
    case (.number(let first), .number(let second)): first == second
    case (.boolean(let first), .boolean(let second)): first == second
    case (.null, .null): true
    default: false
    }
  }

  /// More than a file of overrides needs.
  private static let maximumDepth = 8

  /// - Throws: ``PresetError/malformed(reason:at:)``, ``PresetError/duplicateMember(path:)``.
  static func parse(_ bytes: [UInt8]) throws(PresetError) -> PresetValue {
    let parsed: Result<PresetValue, PresetError> = bytes.withUnsafeBufferPointer { buffer in
      do throws(PresetError) {
        var parser = Parser(buffer)
        return .success(try parser.parse())
      } catch {
        return .failure(error)
      }
    }
    return try parsed.get()
  }

  private struct Parser {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var reader: JSONReader

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
      self.bytes = bytes
      reader = JSONReader(
        bytes, from: bytes.starts(with: byteOrderMark) ? byteOrderMark.count : 0,
        maximumDepth: PresetValue.maximumDepth)
    }

    mutating func parse() throws(PresetError) -> PresetValue {
      let value = try value(after: next(), path: "")
      // Nothing may follow; the reader says so.
      _ = try next()
      return value
    }

    private mutating func next() throws(PresetError) -> JSONReader.Event {
      do throws(JSONTextError) {
        return try reader.next()
      } catch {
        throw .malformed(
          reason: error.description, at: TextPosition(of: error.offset, in: bytes))
      }
    }

    /// Recursion ends with the reader's depth.
    private mutating func value(
      after event: JSONReader.Event, path: String
    ) throws(PresetError) -> PresetValue {
      switch event {
      case .objectStart: return try object(path)
      case .arrayStart:
        var elements: [PresetValue] = []
        while true {
          let event = try next()
          if event == .arrayEnd { return .array(elements) }
          elements.append(try value(after: event, path: "\(path)[\(elements.count)]"))
        }
      case .string: return .string(text)
      case .number: return .number(String(decoding: token, as: UTF8.self))
      case .true: return .boolean(true)
      case .false: return .boolean(false)
      // The others do not begin a value, and do not come where one begins.
      case .null, .objectEnd, .arrayEnd, .key, .end: return .null
      }
    }

    private mutating func object(_ path: String) throws(PresetError) -> PresetValue {
      var members: [(name: String, value: PresetValue)] = []
      var names: Set<String> = []
      while try next() == .key {
        let name = text
        let path = path.isEmpty ? name : "\(path).\(name)"
        guard names.insert(name).inserted else { throw .duplicateMember(path: path) }
        members.append((name, try value(after: next(), path: path)))
      }
      return .object(members)
    }

    private var token: UnsafeBufferPointer<UInt8> {
      UnsafeBufferPointer(rebasing: bytes[reader.tokenStart..<reader.tokenEnd])
    }

    /// What the string or key stands for.
    private var text: String {
      let raw = UnsafeBufferPointer(rebasing: token.dropFirst().dropLast())
      return String(decoding: JSONString.decoded(raw), as: UTF8.self)
    }
  }
}

/// An object that is read member by member: what is left over at the end means nothing.
struct PresetMembers {
  private var members: [(name: String, value: PresetValue)]
  /// Where the object stands; empty for the file itself.
  let path: String

  /// - Throws: ``PresetError/unexpectedValue(path:expected:)`` for anything but an object.
  init(_ value: PresetValue, path: String) throws(PresetError) {
    guard case .object(let members) = value else {
      throw .unexpectedValue(path: path.isEmpty ? "the whole" : path, expected: "an object")
    }
    self.members = members
    self.path = path
  }

  var names: [String] { members.map(\.name) }

  func path(of name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }

  /// The value of a member, which is done with then; `nil` when there is none of that name.
  mutating func take(_ name: String) -> PresetValue? {
    guard let index = members.firstIndex(where: { $0.name == name }) else { return nil }
    return members.remove(at: index).value
  }

  /// - Throws: ``PresetError/unknownMember(path:)`` when something was not taken.
  func finish() throws(PresetError) {
    if let left = members.first { throw .unknownMember(path: path(of: left.name)) }
  }
}
