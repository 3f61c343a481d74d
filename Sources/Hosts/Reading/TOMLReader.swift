/// Reads TOML 1.0 strictly and says where each value lies.
///
/// Written here since the readers there are either give no positions or bring the whole of
/// Foundation. Accepts and refuses what Python's tomllib does, with these differences: a byte order
/// mark in front is tolerated, and there is a limit to nesting.
struct TOMLReader {
  /// As `JSONDocument.maximumDepth`.
  static let maximumDepth = 128

  let bytes: [UInt8]
  var position = 0
  var tree: ValueTree
  /// What `ValueTree.member` finds, without going through all members.
  private var members: [MemberKey: Int] = [:]
  /// What the rules about defining a table twice need to know, by node.
  private var states: [TableState] = [TableState()]
  /// Counts headers, so that the keys below one know their own.
  private var section = 0

  private struct MemberKey: Hashable {
    let table: Int
    let name: [UInt8]
  }

  private struct TableState {
    /// Has its header, or was made by keys of another section: may not be declared again.
    var isDeclared = false
    /// The section whose keys made it.
    var dottedSection = -1
    /// Complete where it was written.
    var isFrozen = false
    var isTableArray = false
  }

  static func read(_ bytes: [UInt8]) throws(TextError) -> ValueTree {
    var reader = TOMLReader(bytes)
    try reader.readFile()
    return reader.tree
  }

  private init(_ bytes: [UInt8]) {
    self.bytes = bytes
    var root = ValueTree.Node(kind: .table, span: 0..<bytes.count, key: 0..<0, statement: 0..<0)
    root.form = .implicit
    tree = ValueTree(nodes: [root])
  }

  private mutating func readFile() throws(TextError) {
    try checkText()
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    var table = ValueTree.root
    while true {
      skipBlanks()
      switch peek {
      case nil: return
      case UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "#"): break
      case UInt8(ascii: "["): table = try readHeader()
      default: try readStatement(into: table)
      }
      skipBlanks()
      try readLineEnd()
    }
  }

  // MARK: Headers

  private mutating func readHeader() throws(TextError) -> Int {
    let start = position
    let isArray = bytes.dropFirst(position + 1).first == UInt8(ascii: "[")
    position += isArray ? 2 : 1
    skipBlanks()
    let keys = try readKey()
    for _ in 0..<(isArray ? 2 : 1) {
      guard peek == UInt8(ascii: "]") else { throw fail("expected ']'") }
      position += 1
    }
    section += 1
    let header = start..<position
    var table = ValueTree.root
    for key in keys.dropLast() {
      table = try enter(key, of: table, header: header)
    }
    guard let last = keys.last else { return table }
    return isArray
      ? try declareElement(last, of: table, header: header)
      : try declareTable(last, of: table, header: header)
  }

  /// A table on the way to the one that a header names.
  private mutating func enter(
    _ key: Key, of table: Int, header: Range<Int>
  ) throws(TextError) -> Int {
    guard let found = member(key, of: table) else {
      return try add(tableNode(key, .implicit, statement: header), to: table, key)
    }
    return try inside(found, key)
  }

  /// The table behind a name, or the last one of an array of tables.
  private func inside(_ index: Int, _ key: Key) throws(TextError) -> Int {
    if states[index].isFrozen {
      throw TextError(
        "this was written in brackets and cannot be added to", at: key.span.lowerBound)
    }
    if states[index].isTableArray, let last = tree[index].children.last { return last }
    guard tree[index].kind == .table else {
      throw TextError("this has a value that is no table", at: key.span.lowerBound)
    }
    return index
  }

  private mutating func declareTable(
    _ key: Key, of table: Int, header: Range<Int>
  ) throws(TextError) -> Int {
    guard let found = member(key, of: table) else {
      let index = try add(tableNode(key, .header, statement: header), to: table, key)
      states[index].isDeclared = true
      return index
    }
    if states[found].isDeclared || states[found].isFrozen || states[found].isTableArray {
      throw TextError("this table stands twice", at: key.span.lowerBound)
    }
    guard tree[found].kind == .table else {
      throw TextError("this has a value that is no table", at: key.span.lowerBound)
    }
    if states[found].dottedSection >= 0 {
      throw TextError("this table stands twice", at: key.span.lowerBound)
    }
    states[found].isDeclared = true
    tree.nodes[found].form = .header
    tree.nodes[found].key = key.span
    tree.nodes[found].span = header
    tree.nodes[found].statement = header
    tree.nodes[found].tail = header.upperBound
    return found
  }

  private mutating func declareElement(
    _ key: Key, of table: Int, header: Range<Int>
  ) throws(TextError) -> Int {
    var array = member(key, of: table)
    if let array, !states[array].isTableArray {
      throw TextError("this stands already and is no array of tables", at: key.span.lowerBound)
    }
    if array == nil {
      var node = tableNode(key, .inline, statement: header)
      node.kind = .array
      array = try add(node, to: table, key)
      states[array ?? 0].isTableArray = true
      states[array ?? 0].isDeclared = true
    }
    let element = try append(tableNode(key, .header, statement: header), to: array ?? 0)
    states[element].isDeclared = true
    return element
  }

  private func tableNode(
    _ key: Key, _ form: ValueTree.Form, statement: Range<Int>
  ) -> ValueTree.Node {
    var node = ValueTree.Node(
      kind: .table, form: form, span: form == .header ? statement : key.span, key: key.span,
      statement: statement)
    node.tail = statement.upperBound
    return node
  }

  // MARK: Statements

  private mutating func readStatement(into section: Int) throws(TextError) {
    let start = position
    let keys = try readKey()
    var table = section
    var through = [section]
    for key in keys.dropLast() {
      table = try enterDotted(key, of: table, from: start)
      through.append(table)
    }
    try readMember(keys, of: table, from: start)
    for table in through { tree.nodes[table].tail = position }
  }

  /// `= value` behind a key.
  mutating func readMember(_ keys: [Key], of table: Int, from start: Int) throws(TextError) {
    guard let key = keys.last else { return }
    guard peek == UInt8(ascii: "=") else { throw fail("expected '=' behind the key") }
    position += 1
    skipBlanks()
    if member(key, of: table) != nil {
      throw TextError("this key stands twice", at: key.span.lowerBound)
    }
    let index = try readValue(depth: tree[table].depth + 1)
    tree.nodes[index].name = key.name
    tree.nodes[index].key = key.span
    tree.nodes[index].statement = start..<position
    tree.nodes[table].children.append(index)
    members[MemberKey(table: table, name: Array(key.name.utf8))] = index
  }

  /// A table that a key such as `a.b` goes through.
  mutating func enterDotted(
    _ key: Key, of table: Int, from start: Int
  ) throws(TextError) -> Int {
    guard let found = member(key, of: table) else {
      let node = tableNode(key, .dotted, statement: start..<key.span.upperBound)
      let index = try add(node, to: table, key)
      states[index].dottedSection = section
      return index
    }
    let state = states[found]
    if state.isDeclared || state.dottedSection >= 0 && state.dottedSection != section {
      throw TextError("this table was defined elsewhere", at: key.span.lowerBound)
    }
    let inside = try inside(found, key)
    if state.dottedSection < 0 { states[inside].dottedSection = section }
    return inside
  }

  // MARK: The tree

  mutating func add(_ node: ValueTree.Node, to table: Int, _ key: Key) throws(TextError) -> Int {
    let index = try append(node, to: table)
    tree.nodes[index].name = key.name
    members[MemberKey(table: table, name: Array(key.name.utf8))] = index
    return index
  }

  mutating func append(_ node: ValueTree.Node, to parent: Int) throws(TextError) -> Int {
    let index = try insert(node, depth: tree[parent].depth + 1)
    tree.nodes[parent].children.append(index)
    return index
  }

  mutating func insert(_ node: ValueTree.Node, depth: Int) throws(TextError) -> Int {
    guard depth <= Self.maximumDepth else {
      throw fail("more than \(Self.maximumDepth) tables and arrays inside one another")
    }
    var node = node
    node.depth = depth
    tree.nodes.append(node)
    states.append(TableState())
    return tree.nodes.count - 1
  }

  mutating func freeze(_ index: Int) { states[index].isFrozen = true }

  private func member(_ key: Key, of table: Int) -> Int? {
    members[MemberKey(table: table, name: Array(key.name.utf8))]
  }
}
