internal import Hosts

/// Writes the fields of an ``UndoRecord``.
struct FieldWriter {
  var bytes: [UInt8] = []

  mutating func number(_ value: Int) {
    withUnsafeBytes(of: UInt32(clamping: value).littleEndian) { bytes += $0 }
  }

  mutating func block(_ block: [UInt8]) {
    number(block.count)
    bytes += block
  }

  mutating func text(_ text: String) { block(Array(text.utf8)) }

  mutating func list<Element>(_ elements: [Element], _ write: (inout FieldWriter, Element) -> Void)
  {
    number(elements.count)
    for element in elements { write(&self, element) }
  }

  mutating func path(_ path: ValuePath) {
    list(path.steps) { writer, step in
      switch step {
      case .member(let name):
        writer.bytes.append(0)
        writer.text(name)
      case .element(let index):
        writer.bytes.append(1)
        writer.number(index)
      }
    }
  }

  mutating func value(_ value: SlotEdit.Value) {
    switch value {
    case .absent: bytes.append(0)
    case .text(let text):
      bytes.append(1)
      self.text(text)
    case .list(let texts):
      bytes.append(2)
      list(texts) { $0.text($1) }
    }
  }
}

/// Reads them; nothing is believed, though the vault vouches for what it holds.
struct FieldReader {
  private var rest: UnsafeRawBufferPointer.SubSequence

  init(_ bytes: UnsafeRawBufferPointer) { rest = bytes[...] }

  var isAtEnd: Bool { rest.isEmpty }

  private mutating func take(_ count: Int) throws(UndoRecordError) -> [UInt8] {
    guard count <= rest.count else { throw UndoRecordError() }
    defer { rest = rest.dropFirst(count) }
    return Array(rest.prefix(count))
  }

  mutating func byte() throws(UndoRecordError) -> UInt8 { try take(1)[0] }

  mutating func number() throws(UndoRecordError) -> Int {
    try take(4).reversed().reduce(0) { $0 << 8 | Int($1) }
  }

  mutating func time() throws(UndoRecordError) -> Int64 {
    Int64(bitPattern: try take(8).reversed().reduce(0) { $0 << 8 | UInt64($1) })
  }

  mutating func span() throws(UndoRecordError) -> Range<Int> {
    let (start, end) = (try number(), try number())
    guard start <= end else { throw UndoRecordError() }
    return start..<end
  }

  mutating func block() throws(UndoRecordError) -> [UInt8] { try take(try number()) }

  mutating func text() throws(UndoRecordError) -> String {
    guard let text = String(validating: try block(), as: UTF8.self) else { throw UndoRecordError() }
    return text
  }

  mutating func list<Element>(
    _ read: (inout FieldReader) throws(UndoRecordError) -> Element
  ) throws(UndoRecordError) -> [Element] {
    let count = try number()
    // Every element has a byte at least.
    guard count <= rest.count else { throw UndoRecordError() }
    var elements: [Element] = []
    for _ in 0..<count { elements.append(try read(&self)) }
    return elements
  }

  mutating func path() throws(UndoRecordError) -> ValuePath {
    let steps = try list { (reader) throws(UndoRecordError) -> ValuePath.Step in
      switch try reader.byte() {
      case 0: return .member(try reader.text())
      case 1: return .element(try reader.number())
      default: throw UndoRecordError()
      }
    }
    var path = ValuePath()
    path.steps = steps
    return path
  }

  mutating func value() throws(UndoRecordError) -> SlotEdit.Value {
    switch try byte() {
    case 0: return .absent
    case 1: return .text(try text())
    case 2: return .list(try list { (reader) throws(UndoRecordError) in try reader.text() })
    default: throw UndoRecordError()
    }
  }
}
