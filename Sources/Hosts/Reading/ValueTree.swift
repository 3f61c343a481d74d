/// What a host's file holds, and where in its bytes each value lies, whatever its format.
struct ValueTree: Sendable {
  enum Kind: Sendable { case table, array, string, other }

  /// How a table is written.
  enum Form: Sendable {
    /// With brackets around it, or no table.
    case inline
    /// TOML: with a `[header]` of its own.
    case header
    /// TOML: only through keys such as `a.b = 1`.
    case dotted
    /// TOML: only through the header of a table inside it. Also the file itself.
    case implicit
    /// YAML: by indentation.
    case block
  }

  struct Node: Sendable {
    var kind: Kind
    var form = Form.inline
    /// The value; of a table without brackets, its header or the key that made it.
    var span: Range<Int>
    /// A member's name; empty for elements.
    var name = ""
    /// The name in the file.
    var key: Range<Int>
    /// The key with all in front of it (`a.b` in `a.b.c = 1`) up to the end of the value; of a table
    /// with a header, the header.
    var statement: Range<Int>
    /// Of a table that TOML spreads over lines: where the last of its own statements ends.
    var tail = 0
    /// What a string stands for; of ``Kind/other``, its text.
    var text = ""
    /// In the order of the file.
    var children: [Int] = []
    var depth = 0
  }

  /// The first is the file itself.
  var nodes: [Node]

  static let root = 0

  subscript(index: Int) -> Node { nodes[index] }

  /// The member of that name. Compares bytes: `==` would also take canonically equivalent names.
  func member(_ name: String, of index: Int) -> Int? {
    guard nodes[index].kind == .table else { return nil }
    return nodes[index].children.first { nodes[$0].name.utf8.elementsEqual(name.utf8) }
  }

  func node(at path: ValuePath) -> Int? {
    var index = Self.root
    for step in path.steps {
      switch step {
      case .member(let name):
        guard let member = member(name, of: index) else { return nil }
        index = member
      case .element(let position):
        let children = nodes[index].children
        guard nodes[index].kind == .array, children.indices.contains(position) else { return nil }
        index = children[position]
      }
    }
    return index
  }
}

/// The way from a file's root to a value.
package struct ValuePath: Hashable, Sendable {
  /// From a value to one right inside it.
  package enum Step: Hashable, Sendable {
    /// Of a table.
    case member(String)
    /// Of an array, from 0.
    case element(Int)
  }

  /// From the root on; empty for the file itself.
  package var steps: [Step]

  /// - Parameter names: of members, from the root on.
  package init(_ names: [String] = []) { steps = names.map { .member($0) } }

  /// The member of that name.
  package static func / (path: ValuePath, name: String) -> ValuePath {
    var longer = path
    longer.steps.append(.member(name))
    return longer
  }

  /// A member several names further.
  package static func / (path: ValuePath, names: [String]) -> ValuePath {
    names.reduce(path) { $0 / $1 }
  }

  /// The element at an index, from 0.
  package static func / (path: ValuePath, element: Int) -> ValuePath {
    var longer = path
    longer.steps.append(.element(element))
    return longer
  }

  /// The names, where every step is one.
  var names: [String]? {
    var names: [String] = []
    for step in steps {
      guard case .member(let name) = step else { return nil }
      names.append(name)
    }
    return names
  }

  var parent: ValuePath {
    var shorter = self
    if !steps.isEmpty { shorter.steps.removeLast() }
    return shorter
  }
}
