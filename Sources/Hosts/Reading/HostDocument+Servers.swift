extension HostDocument {
  /// The servers of those sections, in the order of the sections and of the file.
  ///
  /// What does not look like a server (no table) is left out: hosts keep more in their files than
  /// servers, and what is wrong in one of them is for the host to say.
  package func servers(in sections: [ServerSection]) -> [HostServer] {
    var servers: [HostServer] = []
    for section in sections {
      for place in places(of: section) {
        collect(section, at: place.path, node: place.node, project: place.project, to: &servers)
      }
    }
    return servers
  }

  private struct Place {
    let path: ValuePath
    let node: Int
    let project: String?
  }

  private func places(of section: ServerSection) -> [Place] {
    var places = [Place(path: ValuePath(), node: ValueTree.root, project: nil)]
    for step in section.steps {
      switch step {
      case .member(let name):
        places = places.compactMap { place in
          tree.member(name, of: place.node).map {
            Place(path: place.path / name, node: $0, project: place.project)
          }
        }
      case .anyProject:
        places = places.flatMap { place in
          tree[place.node].kind == .table
            ? tree[place.node].children.map {
              Place(path: place.path / tree[$0].name, node: $0, project: tree[$0].name)
            } : []
        }
      }
    }
    return places
  }

  private func collect(
    _ section: ServerSection, at path: ValuePath, node: Int, project: String?,
    to servers: inout [HostServer]
  ) {
    func add(_ node: Int, _ name: String, _ path: ValuePath) {
      guard tree[node].kind == .table else { return }
      servers.append(
        server(node, name: name, project: project, path: path, section.members))
    }
    switch section.layout {
    case .byName:
      guard tree[node].kind == .table else { return }
      for child in tree[node].children where !section.except.contains(tree[child].name) {
        add(child, tree[child].name, path / tree[child].name)
      }
    case .list:
      guard tree[node].kind == .array else { return }
      for (index, child) in tree[node].children.enumerated() {
        let name = tree.member("name", of: child).map { tree[$0].text } ?? ""
        add(child, name, path / index)
      }
    }
  }

  private func server(
    _ node: Int, name: String, project: String?, path: ValuePath, _ usual: ServerMembers
  ) -> HostServer {
    var members = usual
    if let command = tree.node(at: path / usual.command), tree[command].kind == .table {
      members = usual.nested
    }
    var reader = MemberReader(tree: tree, server: node, path: path)
    let words = reader.words(members)
    let environment = reader.variables(members.environment)
    let headers = members.headers.flatMap { reader.variables($0) }
    let urls = members.urls.compactMap { name in
      reader.string([name]).map { HostVariable(name: name, slot: $0) }
    }
    var others: [HostVariable] = []
    collectOthers(of: node, path, name: "", beside: reader.used, to: &others)
    return HostServer(
      name: name, project: project, path: path, members: members, span: tree[node].span,
      command: words.command, arguments: words.arguments, environment: environment,
      headers: headers, urls: urls, type: reader.text("type"),
      isDisabled: reader.text(members.disabled) == "true"
        || reader.text(members.enabled) == "false",
      others: others)
  }

  /// At most as deep as files may be.
  private func collectOthers(
    of node: Int, _ path: ValuePath, name: String, beside used: Set<Int>,
    to others: inout [HostVariable]
  ) {
    for (index, child) in tree[node].children.enumerated() where !used.contains(child) {
      let isMember = tree[node].kind == .table
      let childName = isMember ? tree[child].name : "\(index)"
      let fullName = name.isEmpty ? childName : "\(name).\(childName)"
      let childPath = isMember ? path / childName : path / index
      switch tree[child].kind {
      case .string:
        if let slot = tree.slot(child, childPath) {
          others.append(HostVariable(name: fullName, slot: slot))
        }
      case .table, .array:
        collectOthers(of: child, childPath, name: fullName, beside: used, to: &others)
      case .other: break
      }
    }
  }
}

/// Reads the members of one server, and notes which of them were understood.
private struct MemberReader {
  let tree: ValueTree
  let server: Int
  let path: ValuePath
  /// What was read, and is none of the server's other strings.
  private(set) var used: Set<Int> = []

  init(tree: ValueTree, server: Int, path: ValuePath) {
    self.tree = tree
    self.server = server
    self.path = path
  }

  mutating func words(_ members: ServerMembers) -> (command: HostSlot?, arguments: [HostSlot]) {
    guard members.commandIsArray else {
      return (string(members.command), texts(members.arguments))
    }
    let words = texts(members.command)
    return (words.first, Array(words.dropFirst()))
  }

  mutating func string(_ names: [String]) -> HostSlot? {
    guard let found = find(names), tree[found.node].kind == .string else { return nil }
    used.insert(found.node)
    return tree.slot(found.node, found.path)
  }

  mutating func variables(_ names: [String]) -> [HostVariable] {
    guard let found = find(names), tree[found.node].kind == .table else { return [] }
    used.insert(found.node)
    return tree[found.node].children.compactMap { child in
      let name = tree[child].name
      return tree.slot(child, found.path / name).map { HostVariable(name: name, slot: $0) }
    }
  }

  /// Of a member that says something of the server, and may be no string.
  func text(_ name: String?) -> String? { name.flatMap { find([$0]) }.map { tree[$0.node].text } }

  private mutating func texts(_ names: [String]) -> [HostSlot] {
    guard let found = find(names), tree[found.node].kind == .array else { return [] }
    used.insert(found.node)
    return tree[found.node].children.enumerated().compactMap { tree.slot($1, found.path / $0) }
  }

  private func find(_ names: [String]) -> (node: Int, path: ValuePath)? {
    var index = server
    for name in names {
      guard let member = tree.member(name, of: index) else { return nil }
      index = member
    }
    return (index, path / names)
  }
}

extension ValueTree {
  /// `nil` for tables and arrays.
  fileprivate func slot(_ node: Int, _ path: ValuePath) -> HostSlot? {
    let value = self[node]
    guard value.kind == .string || value.kind == .other else { return nil }
    return HostSlot(
      text: value.text, isString: value.kind == .string, span: value.span, path: path)
  }
}
