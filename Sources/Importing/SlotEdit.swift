internal import HostConfigs
package import Hosts
internal import Secrets

/// One value of a server that changes.
package struct SlotEdit: Equatable, Sendable {
  package enum Value: Equatable, Sendable {
    case absent
    case text(String)
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

  package let path: ValuePath
  /// What stood there, with a reference in the place of each secret: so that it can be put back with
  /// the secret's present value.
  package let old: Value
  package let new: Value

  package init(path: ValuePath, old: Value, new: Value) {
    self.path = path
    self.old = old
    self.new = new
  }
}

extension HostDocument {
  /// Writes the new values of edits.
  package mutating func make(_ edits: [SlotEdit]) throws(HostError) {
    for edit in edits { try put(edit.new, at: edit.path) }
  }

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
}
