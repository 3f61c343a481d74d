import HostConfigs
import Testing
import ValetTesting

@testable import Hosts

/// Asks Python's tomllib about many cases at once.
struct TOMLOracle {
  private var lines: [UInt8] = []
  private var count = 0

  mutating func addReading(of text: String) {
    let document = try? HostDocument(parsing: Array(text.utf8), format: .toml, path: "t")
    let tree = document.map { Self.tree(ValueTree.root, $0.tree) } ?? .null
    add(.object([.init("text", .string(text)), .init("tree", tree)]))
  }

  mutating func addEdit(
    of text: String, to after: String, _ edits: [(path: [String], value: JSONValue?)]
  ) {
    let edits = edits.map { edit in
      JSONValue.object(
        [.init("path", .array(edit.path.map { .string($0) }))]
          + (edit.value.map { [.init("value", $0)] } ?? []))
    }
    add(
      .object([
        .init("text", .string(text)), .init("after", .string(after)), .init("edits", .array(edits)),
      ]))
  }

  private mutating func add(_ value: JSONValue) {
    let empty = try? JSONDocument(parsing: Array("{}".utf8))
    guard var document = empty else { return }
    try? document.set(.object([.init("c", value)]), at: [])
    // One line: the layout of "{}" has no lines.
    guard let node = document.value(at: ["c"]) else { return }
    lines += document.bytes[document.span(of: node)].filter { $0 != UInt8(ascii: "\n") }
    lines.append(UInt8(ascii: "\n"))
    count += 1
  }

  private static func tree(_ index: Int, _ tree: ValueTree) -> JSONValue {
    let node = tree[index]
    switch node.kind {
    case .string: return .array([.string("string"), .string(node.text)])
    case .other: return .array([.string("other"), .string(node.text)])
    case .array:
      return .array([.string("array"), .array(node.children.map { Self.tree($0, tree) })])
    case .table:
      let members = node.children.map { child in
        JSONValue.array([.string(tree[child].name), Self.tree(child, tree)])
      }
      return .array([.string("table"), .array(members)])
    }
  }

  /// What tomllib sees otherwise.
  func differences() throws -> String {
    let script =
      "/" + #filePath.split(separator: "/").dropLast().joined(separator: "/") + "/toml_check.py"
    let run = try ProgramRun.run(
      ["python3", "-B", script], environment: ["PATH": "/usr/bin:/bin", "PYTHONUTF8": "1"],
      input: lines,
      seconds: 120)
    // That it compared them all is part of the answer.
    return run.errorText == "\(count) cases\n" && count > 100
      ? run.text : "python3: \(run.errorText)"
  }
}
