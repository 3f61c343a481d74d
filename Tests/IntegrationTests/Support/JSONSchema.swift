internal import Testing
internal import ValetTesting

/// The sections of `JSONOutput.md`, and what is said there of each member.
struct JSONSchema {
  private struct Member {
    /// As written: `a[].b`.
    let path: String
    let type: String
    let isAlways: Bool
    /// The only texts, where they are listed.
    let words: [String]
  }

  /// Commands of one section.
  let commands: [String]
  private let isArray: Bool
  private let members: [Member]
  /// Where a section says that it is as another.
  private let other: String?

  static let document = File.text(
    "\(Programs.repository)/Sources/ValetCLI/ValetCLI.docc/JSONOutput.md")

  static let all: [JSONSchema] = document.split(separator: "\n## ").dropFirst()
    .filter { !$0.hasPrefix("Promises") }.map { JSONSchema(String($0)) }

  /// The section of a command.
  static func of(_ command: String) -> JSONSchema? {
    let found = all.first { $0.commands.contains(command) }
    return found?.other.flatMap { of($0) } ?? found
  }

  private init(_ text: String) {
    let lines = text.split(separator: "\n").map(String.init)
    commands = (lines.first ?? "").split(separator: ", ").map(String.init)
    isArray = lines.dropFirst().first?.hasPrefix("An array") == true
    other =
      lines.count > 1 && lines[1].contains("`") && lines[1].hasPrefix("One object, as")
      ? lines[1].split(separator: "`").dropFirst().first.map(String.init) : nil
    members = lines.filter { $0.hasPrefix("| `") }.map { line in
      let cells = line.split(separator: "|").map { cell in
        String(cell.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
      }
      let type = cells[1].split(separator: ":")
      return Member(
        path: String(cells[0].dropFirst().dropLast()), type: String(type[0]),
        isAlways: cells[2] == "always",
        words: type.count > 1
          ? type[1].split(separator: ",").map { String($0.drop { $0 == " " }) } : [])
    }
  }

  /// What of a value is not as the document says; paths as the document writes them.
  ///
  /// - Parameter seen: gets the path of each member that is there.
  func faults(in tree: ReferenceJSON.Tree, seen: inout Set<String>) -> [String] {
    if isArray {
      guard case .array(let elements) = tree else { return ["it is no array"] }
      return elements.flatMap { faults(in: $0, at: "", &seen) }
    }
    return faults(in: tree, at: "", &seen)
  }

  private func faults(
    in tree: ReferenceJSON.Tree, at place: String, _ seen: inout Set<String>
  ) -> [String] {
    guard case .object(let found) = tree else { return ["\(place) is no object"] }
    var faults: [String] = []
    let isMap = members.contains { $0.path == "\(place)*" }
    for entry in found {
      let path = place + (isMap ? "*" : entry.name)
      guard let member = members.first(where: { $0.path == path }) else {
        faults.append("\(path) is not documented")
        continue
      }
      seen.insert(path)
      faults += self.faults(in: entry.value, of: member, &seen)
    }
    for member in members where member.isAlways && member.path.hasPrefix(place) && !isMap {
      let name = member.path.dropFirst(place.count)
      guard !name.contains("."), !name.contains("[") else { continue }
      if !found.contains(where: { $0.name == name }) { faults.append("\(member.path) is missing") }
    }
    return faults
  }

  private func faults(
    in value: ReferenceJSON.Tree, of member: Member, _ seen: inout Set<String>
  ) -> [String] {
    switch (member.type, value) {
    case ("string", .string(let text)):
      return member.words.isEmpty || member.words.contains(text)
        ? [] : ["\(member.path) is '\(text)'"]
    case ("number", .number), ("boolean", .boolean): return []
    case ("object", .object): return faults(in: value, at: "\(member.path).", &seen)
    case ("array", .array(let elements)):
      return elements.flatMap { faults(in: $0, at: "\(member.path)[].", &seen) }
    case ("array of strings", .array(let elements)):
      return elements.allSatisfy { $0.text != nil } ? [] : ["\(member.path) holds no strings"]
    case ("array of numbers", .array(let elements)):
      return elements.allSatisfy { $0.number != nil } ? [] : ["\(member.path) holds no numbers"]
    default: return ["\(member.path) is no \(member.type)"]
    }
  }

  /// Members that every output with at least one object in it has.
  var always: Set<String> {
    Set(
      members.filter { $0.isAlways && !$0.path.contains(".") && !$0.path.contains("*") }.map(\.path)
    )
  }
}
