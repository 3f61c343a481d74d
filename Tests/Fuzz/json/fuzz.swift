import JSONText
import ValetTesting

/// What libFuzzer calls with each input. The first byte chooses: bytes as a text, or the making of a
/// text that is nearly always JSON.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ data: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
  var writer = TextWriter(input: FuzzInput(data, count))
  let isMade = writer.input.byte() & 3 != 0
  if isMade { writer.write(depth: 4) }
  let bytes = isMade ? writer.bytes : Array(writer.input.bytes)
  // The reference recurses.
  let isDeep = bytes.count { $0 == UInt8(ascii: "[") || $0 == UInt8(ascii: "{") } > 100
  let tree = isDeep ? nil : ReferenceJSON.parse(bytes)
  bytes.withUnsafeBufferPointer { bytes in
    let read = events(bytes, .loneSurrogates)
    if !isDeep {
      require((read != nil) == (tree != nil), "taken by one, refused by the other")
    }
    if let read, let tree {
      var rest = read[...]
      require(matches(tree, &rest) && rest.isEmpty, "read differently")
    }
    let strict = events(bytes, [])
    require(strict == nil || strict == read, "a stricter reading differs")
    // More is taken with comments, and nothing is read outside the bytes.
    let commented = events(bytes, [.comments, .trailingCommas, .loneSurrogates])
    require(read == nil || commented == read, "a laxer reading differs")
  }
  // Whatever is quoted reads back.
  var quoted: [UInt8] = []
  bytes.withUnsafeBufferPointer { JSONString.append($0, to: &quoted) }
  let text = String(validating: bytes, as: UTF8.self)
  guard case .string(let back)? = ReferenceJSON.parse(quoted) else {
    require(false, "what was quoted is no string")
    return 0
  }
  require(text == nil || Array(back.utf8) == bytes, "what was quoted reads back differently")
  return 0
}

private struct Read: Equatable {
  let event: JSONReader.Event
  /// What the token stands for, where it is a string, else as it is written.
  let text: [UInt8]
}

/// `nil` for what is refused.
private func events(
  _ bytes: UnsafeBufferPointer<UInt8>, _ options: JSONReader.Options
) -> [Read]? {
  var reader = JSONReader(bytes, options: options)
  var events: [Read] = []
  var last = 0
  while true {
    guard let event = try? reader.next() else { return nil }
    if event == .end { return events }
    let (start, end) = (reader.tokenStart, reader.tokenEnd)
    require(last <= start && start < end && end <= bytes.count, "a token out of its place")
    last = end
    let token = UnsafeBufferPointer(rebasing: bytes[start..<end])
    switch event {
    case .string, .key:
      let inner = UnsafeBufferPointer(rebasing: token[1..<token.count - 1])
      require(
        reader.tokenHasEscapes == inner.contains(UInt8(ascii: "\\")), "escapes that are not there")
      events.append(Read(event: event, text: JSONString.decoded(inner)))
    default: events.append(Read(event: event, text: Array(token)))
    }
  }
}

/// Takes the events of one value off the front.
private func matches(_ tree: ReferenceJSON.Tree, _ rest: inout ArraySlice<Read>) -> Bool {
  guard let read = rest.popFirst() else { return false }
  switch tree {
  case .null: return read.event == .null
  case .boolean(let flag): return read.event == (flag ? .true : .false)
  case .number(let text): return read.event == .number && read.text == Array(text.utf8)
  case .string(let text): return read.event == .string && read.text == Array(text.utf8)
  case .array(let elements):
    guard read.event == .arrayStart else { return false }
    for element in elements where !matches(element, &rest) { return false }
    return rest.popFirst()?.event == .arrayEnd
  case .object(let members):
    guard read.event == .objectStart else { return false }
    for member in members {
      let key = rest.popFirst()
      guard key?.event == .key, key?.text == Array(member.name.utf8),
        matches(member.value, &rest)
      else { return false }
    }
    return rest.popFirst()?.event == .objectEnd
  }
}

/// Writes values with anything inside strings, and now and then a slip.
private struct TextWriter {
  var input: FuzzInput
  var bytes: [UInt8] = []

  private mutating func put(_ pieces: [String]) {
    bytes += pieces[input.number(below: pieces.count)].utf8
  }

  mutating func write(depth: Int) {
    put(["", "", "", " ", "\n", "\t\r", "\u{0B}", "//x\n", "/*x*/"])
    switch input.byte() % (depth > 0 ? 6 : 4) {
    case 0: put(["true", "false", "null", "nul", "truee"])
    case 1: put(["0", "-1", "12.5", "1e9", "-0.1E-2", "01", "1.", ".5", "+1", "1e", "-"])
    case 2, 3: writeString()
    case 4: writeList("[", "]", depth: depth)
    default: writeList("{", "}", depth: depth)
    }
    put(["", "", "", " ", "\n"])
  }

  private mutating func writeString() {
    bytes.append(UInt8(ascii: "\""))
    for _ in 0..<input.number(below: 20) {
      let byte = input.byte()
      switch byte & 7 {
      case 0: bytes.append(input.byte())
      case 1: put(["\\n", "\\\"", "\\u00e9", "\\ud83d\\ude00", "\\ud83d", "\\x", "\\u12", "\\"])
      case 2: put(["é", "€", "😀", "\u{2028}", "\u{7F}"])
      default: bytes.append(UInt8(ascii: "a") + byte / 16)
      }
    }
    put(["\"", "\"", "\"", "\"", "\"", "\"", "\"", ""])
  }

  private mutating func writeList(_ start: String, _ end: String, depth: Int) {
    bytes += start.utf8
    let count = input.number(below: 4)
    for index in 0..<count {
      if start == "{" {
        writeString()
        put([":", ":", ":", ":", ":", ":", ": ", " :", ","])
      }
      write(depth: depth - 1)
      if index < count - 1 { bytes.append(UInt8(ascii: ",")) }
    }
    put([end, end, end, end, end, end, end, ",\(end)", ""])
  }
}
