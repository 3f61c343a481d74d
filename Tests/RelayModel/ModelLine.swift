import Relay

/// The messages that model hosts and servers speak: of a form so regular that they can be read by
/// searching, and not by what is under test.
struct ModelLine {
  let bytes: [UInt8]
  /// The value behind the first `"id":`, as it is written.
  let id: [UInt8]?
  let method: [UInt8]?

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    id = Self.token(behind: #""id":"#, in: bytes)
    method = Self.token(behind: #""method":"#, in: bytes)
  }

  func isMethod(_ name: StaticString) -> Bool {
    guard let method, method.count == name.utf8CodeUnitCount + 2 else { return false }
    for index in 0..<name.utf8CodeUnitCount where method[index + 1] != name.utf8Start[index] {
      return false
    }
    return true
  }

  func token(_ key: StaticString) -> [UInt8]? { Self.token(behind: key, in: bytes) }

  func number(_ key: StaticString) -> Int? {
    guard let token = token(key) else { return nil }
    var number = 0
    for byte in token {
      guard UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte else { return nil }
      number = number * 10 + Int(byte - UInt8(ascii: "0"))
    }
    return number
  }

  var hasError: Bool { Self.position(of: #""error":"#, in: bytes) != nil }

  var isOurs: Bool {
    guard let id else { return false }
    return Self.position(of: #""mcp-valet:"#, in: id) == 0
  }

  private static func position(of key: StaticString, in bytes: [UInt8]) -> Int? {
    let count = key.utf8CodeUnitCount
    guard bytes.count >= count else { return nil }
    return bytes.withUnsafeBufferPointer { bytes in
      var start = 0
      while start + count <= bytes.count {
        var length = 0
        while length < count, bytes[start + length] == key.utf8Start[length] { length += 1 }
        if length == count { return start }
        start += 1
      }
      return nil
    }
  }

  private static func token(behind key: StaticString, in bytes: [UInt8]) -> [UInt8]? {
    guard let position = position(of: key, in: bytes) else { return nil }
    let start = position + key.utf8CodeUnitCount
    var end = start
    if end < bytes.count, bytes[end] == UInt8(ascii: "\"") {
      end += 1
      while end < bytes.count, bytes[end] != UInt8(ascii: "\"") { end += 1 }
      end += 1
    } else {
      while end < bytes.count, bytes[end] != UInt8(ascii: ","), bytes[end] != UInt8(ascii: "}") {
        end += 1
      }
    }
    return Array(bytes[start..<min(end, bytes.count)])
  }

  // MARK: Writing

  /// The parts are text and numbers.
  static func line(_ parts: Part...) -> [UInt8] {
    var bytes: [UInt8] = []
    for part in parts {
      switch part {
      case .text(let text):
        bytes += UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
      case .number(let number): bytes += String(number).utf8
      case .bytes(let token): bytes += token
      }
    }
    bytes.append(UInt8(ascii: "\n"))
    return bytes
  }

  enum Part: ExpressibleByStringLiteral {
    case text(StaticString)
    case number(Int)
    case bytes([UInt8])
    init(stringLiteral text: StaticString) { self = .text(text) }
  }

  static let meta: StaticString =
    #""_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}"#
}
