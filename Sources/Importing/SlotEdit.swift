internal import HostConfigs
package import Hosts
package import Secrets

/// One value of a server that changes.
package struct SlotEdit: Equatable, Sendable {
  /// What stands at a place: nothing, a string, or an array of strings.
  package enum Value: Equatable, Sendable {
    /// The member is not there.
    case absent
    /// A string, escapes resolved.
    case text(String)
    /// An array of nothing but strings, perhaps of none.
    case list([String])

    /// Byte for byte.
    package static func == (one: Value, other: Value) -> Bool {
      switch (one, other) {
      case (.absent, .absent): true
      case (.text(let one), .text(let other)): one.utf8.elementsEqual(other.utf8)
      case (.list(let one), .list(let other)):
        one.elementsEqual(other) { $0.utf8.elementsEqual($1.utf8) }
      default: false
      }
    }
  }

  /// The place, from the file's root.
  package let path: ValuePath
  /// What stood there, with a reference in the place of each secret: so that it can be put back with
  /// the secret's present value.
  package let old: Value
  /// What is to stand there; references and no secrets.
  package let new: Value

  /// - Parameters:
  ///   - old: with a reference in the place of each secret.
  ///   - new: likewise.
  package init(path: ValuePath, old: Value, new: Value) {
    self.path = path
    self.old = old
    self.new = new
  }
}

extension SlotEdit {
  /// Those that the value names, before or after.
  package var secrets: Set<SecretName> { Self.secrets(in: old).union(Self.secrets(in: new)) }

  /// Those whose values stood there.
  package var secretsBefore: Set<SecretName> { Self.secrets(in: old) }

  private static func secrets(in value: Value) -> Set<SecretName> {
    var names: Set<SecretName> = []
    for text in value.texts {
      for case .vault(let name) in (try? Template(text))?.references ?? [] { names.insert(name) }
    }
    return names
  }
}

extension SlotEdit.Value {
  /// The strings in it, in order.
  package var texts: [String] {
    switch self {
    case .absent: []
    case .text(let text): [text]
    case .list(let texts): texts
    }
  }

  /// With secrets in the place of references.
  ///
  /// - Parameter value: a secret's value; `nil` for one that is not there.
  /// - Throws: `StoreError.missing`.
  package func filled(_ value: (SecretName) -> String?) throws(StoreError) -> SlotEdit.Value {
    func filled(_ text: String) throws(StoreError) -> String {
      guard let template = try? Template(text), !template.references.isEmpty else { return text }
      var result = ""
      for part in template.parts {
        switch part {
        case .text(let text): result += text
        case .value(.vault(let name)):
          guard let value = value(name) else { throw .missing(.vault(name)) }
          result += value
        case .value, .file: result += Template(parts: [part]).description
        }
      }
      return result
    }
    switch self {
    case .absent: return .absent
    case .text(let text): return .text(try filled(text))
    case .list(let texts):
      var list: [String] = []
      for text in texts { list.append(try filled(text)) }
      return .list(list)
    }
  }
}

extension HostDocument {
  /// Writes the new values of edits.
  package mutating func make(_ edits: [SlotEdit]) throws(HostError) {
    for edit in edits { try put(edit.new, at: edit.path) }
  }

  /// Makes a place what a value says: removes what is there, or writes over it.
  ///
  /// - Throws: as `HostDocument.set(_:at:)`; the document is then as before.
  package mutating func put(_ value: SlotEdit.Value, at path: ValuePath) throws(HostError) {
    switch value {
    case .absent: try remove(at: path)
    case .text(let text): try set(.string(text), at: path)
    case .list(let texts): try set(.array(texts.map { .string($0) }), at: path)
    }
  }

  /// Whether a value is what an edit made it.
  package func holds(_ value: SlotEdit.Value, at path: ValuePath) -> Bool {
    switch (self.value(at: path), value) {
    case (.absent, .absent): true
    case (.text(let one), .text(let other)): SlotEdit.Value.text(one) == .text(other)
    case (.list(let one), .list(let other)): SlotEdit.Value.list(one) == .list(other)
    default: false
    }
  }

  private func texts(at path: ValuePath) -> [String] {
    switch value(at: path) {
    case .text(let text): [text]
    case .list(let texts): texts
    case .absent, .other: []
    }
  }

  /// Whether a value names us, or a secret of ours.
  package func comesThroughUs(at path: ValuePath) -> Bool {
    texts(at: path).contains { text in
      text == "mcp-valet" || text.hasSuffix("/mcp-valet")
        || (try? Template(text))?.references.isEmpty == false
    }
  }

  /// What stands for the references of an edit's old value; all of a text where that cannot be said.
  package func values(of edit: SlotEdit) -> [String] {
    let (old, new) = (edit.old.texts, texts(at: edit.path))
    guard old.count == new.count else { return new }
    return zip(old, new).flatMap { old, text -> [String] in
      guard let template = try? Template(old), !template.references.isEmpty else { return [] }
      var values: [String] = []
      var rest = text[...]
      for case .text(let part) in template.parts {
        guard let place = rest.range(ofBytes: part) else { return [text] }
        values.append(String(rest[..<place.lowerBound]))
        rest = rest[place.upperBound...]
      }
      return (values + [String(rest)]).filter { !$0.isEmpty }
    }
  }
}
