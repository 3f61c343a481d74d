internal import CYaml
internal import JSONText

/// Reads a YAML file through libyaml, the reader that most YAML libraries stand on, and says where
/// each value lies. For looking only: nothing here writes YAML.
///
/// One document; keys are texts and stand once. An alias counts as a copy of what it names, of all
/// of which there may be ``maximumCopies``: a file of a few lines can stand for billions otherwise.
struct YAMLReader: ~Copyable {
  /// As `JSONDocument.maximumDepth`.
  static let maximumDepth = 128
  /// 100,000 values, some 20 MB: a configuration has some hundred, and copies a few of them.
  static let maximumCopies = 100_000

  private var parser = yaml_parser_t()
  private var tree = ValueTree(nodes: [])
  private var anchors: [String: Int] = [:]
  private var copies = 0
  private let offsets: CharacterOffsets

  static func read(_ bytes: [UInt8]) throws(TextError) -> ValueTree {
    let offsets = try CharacterOffsets(of: bytes)
    let body = bytes.dropFirst(offsets.first)
    // A `Result`, since the closure that lends the bytes cannot throw a typed error and return.
    let result = body.withUnsafeBufferPointer { buffer -> Result<ValueTree, TextError> in
      do throws(TextError) {
        var reader = YAMLReader(offsets)
        return .success(try reader.readStream(buffer))
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  private init(_ offsets: CharacterOffsets) { self.offsets = offsets }

  private mutating func readStream(
    _ bytes: UnsafeBufferPointer<UInt8>
  ) throws(TextError) -> ValueTree {
    guard yaml_parser_initialize(&parser) == 1 else { throw TextError("no memory", at: 0) }
    defer { yaml_parser_delete(&parser) }
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING)
    yaml_parser_set_input_string(&parser, bytes.baseAddress, bytes.count)
    var hasDocument = false
    while true {
      let event = try next()
      switch event.kind {
      case .documentStart where hasDocument:
        throw TextError("a second document", at: event.span.lowerBound)
      case .documentStart:
        hasDocument = true
        _ = try readNode(try next(), depth: 0)
      case .streamEnd:
        if tree.nodes.isEmpty { tree.nodes = [Self.emptyTable] }
        return tree
      default: break
      }
    }
  }

  /// What a file without a value is taken for.
  private static let emptyTable = ValueTree.Node(
    kind: .table, form: .block, span: 0..<0, key: 0..<0, statement: 0..<0)

  // MARK: Nodes

  private mutating func readNode(_ event: Event, depth: Int) throws(TextError) -> Int {
    guard depth <= Self.maximumDepth else {
      throw TextError(
        "more than \(Self.maximumDepth) tables and arrays inside one another",
        at: event.span.lowerBound)
    }
    switch event.kind {
    case .alias:
      guard let anchor = anchors[event.anchor ?? ""] else {
        throw TextError("an alias of nothing before it", at: event.span.lowerBound)
      }
      return try copy(anchor, depth: depth, at: event.span.lowerBound)
    case .scalar(let text, let isString):
      let index = add(isString ? .string : .other, event.span, depth)
      tree.nodes[index].text = text
      // Known from here on; one that contains itself is never known inside itself.
      if let name = event.anchor { anchors[name] = index }
      return index
    case .sequenceStart(let isFlow):
      let index = add(.array, event.span, depth)
      tree.nodes[index].form = isFlow ? .inline : .block
      while true {
        let item = try next()
        if case .sequenceEnd = item.kind { return close(index, event, item) }
        let child = try readNode(item, depth: depth + 1)
        tree.nodes[index].children.append(child)
      }
    case .mappingStart(let isFlow):
      let index = add(.table, event.span, depth)
      tree.nodes[index].form = isFlow ? .inline : .block
      var names: Set<[UInt8]> = []
      while true {
        let key = try next()
        if case .mappingEnd = key.kind { return close(index, event, key) }
        try readMember(key, of: index, depth: depth, names: &names)
      }
    default:
      throw TextError("expected a value", at: event.span.lowerBound)
    }
  }

  private mutating func readMember(
    _ key: Event, of table: Int, depth: Int, names: inout Set<[UInt8]>
  ) throws(TextError) {
    guard case .scalar(let name, _) = key.kind else {
      throw TextError("a key that is no text", at: key.span.lowerBound)
    }
    if name == "<<" {
      // Not in YAML 1.2; the readers of hosts differ about it.
      let child = try readNode(try next(), depth: depth + 1)
      return merge(child, into: table, names: &names)
    }
    guard names.insert(Array(name.utf8)).inserted else {
      throw TextError("this key stands twice", at: key.span.lowerBound)
    }
    let child = try readNode(try next(), depth: depth + 1)
    tree.nodes[child].name = name
    tree.nodes[child].key = key.span
    // What an alias stands for lies before it.
    let end = max(tree[child].span.upperBound, key.span.upperBound)
    tree.nodes[child].statement = key.span.lowerBound..<end
    tree.nodes[table].children.append(child)
  }

  /// Members of `<<` count where the table has none of that name before it.
  private mutating func merge(_ child: Int, into table: Int, names: inout Set<[UInt8]>) {
    let tables = tree[child].kind == .array ? tree[child].children : [child]
    for member in tables.flatMap({ tree[$0].kind == .table ? tree[$0].children : [] })
    where names.insert(Array(tree[member].name.utf8)).inserted {
      tree.nodes[table].children.append(member)
    }
  }

  private mutating func close(_ index: Int, _ start: Event, _ end: Event) -> Int {
    // The end of an indented block lies at the beginning of what follows.
    let last = tree[index].children.last.map { tree[$0].span.upperBound }
    let upper = tree[index].form == .inline ? end.span.upperBound : last ?? start.span.upperBound
    tree.nodes[index].span = start.span.lowerBound..<max(upper, start.span.lowerBound)
    if let name = start.anchor { anchors[name] = index }
    return index
  }

  private mutating func add(_ kind: ValueTree.Kind, _ span: Range<Int>, _ depth: Int) -> Int {
    var node = ValueTree.Node(kind: kind, span: span, key: span, statement: span)
    node.depth = depth
    tree.nodes.append(node)
    return tree.nodes.count - 1
  }

  private mutating func copy(_ index: Int, depth: Int, at offset: Int) throws(TextError) -> Int {
    guard depth <= Self.maximumDepth else {
      throw TextError("aliases inside one another", at: offset)
    }
    copies += 1
    guard copies <= Self.maximumCopies else {
      throw TextError("aliases stand for more than \(Self.maximumCopies) values", at: offset)
    }
    let copied = tree.nodes.count
    tree.nodes.append(tree[index])
    tree.nodes[copied].depth = depth
    var children: [Int] = []
    for child in tree[index].children {
      children.append(try copy(child, depth: depth + 1, at: offset))
    }
    tree.nodes[copied].children = children
    return copied
  }

  // MARK: Events

  private struct Event {
    enum Kind {
      case documentStart, streamEnd, sequenceEnd, mappingEnd, alias, other
      case scalar(String, isString: Bool)
      case sequenceStart(isFlow: Bool)
      case mappingStart(isFlow: Bool)
    }
    let kind: Kind
    let span: Range<Int>
    let anchor: String?
  }

  private mutating func next() throws(TextError) -> Event {
    var event = yaml_event_t()
    guard yaml_parser_parse(&parser, &event) == 1 else { throw problem() }
    defer { yaml_event_delete(&event) }
    let start = offsets[event.start_mark.index]
    let span = start..<max(start, offsets[event.end_mark.index])
    var anchor: UnsafeMutablePointer<yaml_char_t>?
    let kind: Event.Kind
    switch event.type {
    case YAML_DOCUMENT_START_EVENT: kind = .documentStart
    case YAML_STREAM_END_EVENT: kind = .streamEnd
    case YAML_SEQUENCE_END_EVENT: kind = .sequenceEnd
    case YAML_MAPPING_END_EVENT: kind = .mappingEnd
    case YAML_ALIAS_EVENT:
      kind = .alias
      anchor = event.data.alias.anchor
    case YAML_SCALAR_EVENT:
      let scalar = event.data.scalar
      anchor = scalar.anchor
      let text = String(
        decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
      let isPlain = scalar.style == YAML_PLAIN_SCALAR_STYLE && scalar.tag == nil
      kind = .scalar(text, isString: !isPlain || !Self.isPlainValue(text))
    case YAML_SEQUENCE_START_EVENT:
      anchor = event.data.sequence_start.anchor
      kind = .sequenceStart(
        isFlow: event.data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE)
    case YAML_MAPPING_START_EVENT:
      anchor = event.data.mapping_start.anchor
      kind = .mappingStart(isFlow: event.data.mapping_start.style == YAML_FLOW_MAPPING_STYLE)
    default: kind = .other
    }
    return Event(kind: kind, span: span, anchor: anchor.map { String(cString: $0) })
  }

  /// What an unquoted word stands for in YAML 1.2's core schema, if it is no text.
  private static func isPlainValue(_ text: String) -> Bool {
    switch text {
    case "", "~", "null", "Null", "NULL", "true", "True", "TRUE", "false", "False", "FALSE": true
    default: text.utf8.count <= 24 && Double(text) != nil
    }
  }

  private func problem() -> TextError {
    let reason =
      switch parser.error {
      case YAML_MEMORY_ERROR: "no memory"
      case YAML_READER_ERROR: "a control character"
      default: parser.problem.map { "not YAML: \(String(cString: $0))" } ?? "not YAML"
      }
    let offset =
      parser.error == YAML_READER_ERROR
      ? offsets.first + Int(parser.problem_offset) : offsets[parser.problem_mark.index]
    return TextError(reason, at: offset)
  }
}

/// libyaml counts characters; we count bytes.
private struct CharacterOffsets {
  /// Where the text begins: behind the byte order mark.
  let first: Int
  private let end: Int
  /// The offset of each character; empty where every character is one byte.
  private var starts: [Int32] = []

  init(of bytes: [UInt8]) throws(TextError) {
    first = bytes.starts(with: byteOrderMark) ? byteOrderMark.count : 0
    end = bytes.count
    guard bytes.contains(where: { $0 >= 0x80 }) else { return }
    var starts: [Int32] = []
    starts.reserveCapacity(bytes.count)
    let bad = bytes.withUnsafeBufferPointer { buffer -> Int? in
      var index = first
      while index < buffer.count {
        let length = UTF8Sequence.length(in: buffer, at: index)
        if length == 0 { return index }
        starts.append(Int32(index))
        index += length
      }
      return nil
    }
    if let bad { throw TextError("these bytes are not UTF-8", at: bad) }
    self.starts = starts
  }

  subscript(_ character: Int) -> Int {
    if starts.isEmpty { return min(first + character, end) }
    return character < starts.count ? Int(starts[character]) : end
  }
}
