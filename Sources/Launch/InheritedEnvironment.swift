internal import CLaunch
internal import Platform

/// The variables that the host gave us, by address: nothing is copied until it is needed, and
/// bytes that are not UTF-8 stay what they are.
///
/// The memory must outlive every plan made from it; that of the process does, since nothing here
/// ever calls `setenv`.
package struct InheritedEnvironment {
  package struct Entry {
    /// The bytes before the first `=`.
    package let name: [UInt8]
    /// `NAME=value`, without the NUL behind it.
    package let whole: UnsafeBufferPointer<UInt8>

    var value: UnsafeBufferPointer<UInt8> {
      UnsafeBufferPointer(rebasing: whole[(name.count + 1)...])
    }
  }

  /// The first entry of each name, in order. `getenv` answers with the first of duplicates and
  /// some shells with the last, so that a second one could mean something else to a server than
  /// what was checked.
  package let entries: [Entry]

  /// That of this process.
  package static var current: InheritedEnvironment {
    InheritedEnvironment(list: claunch_environment())
  }

  /// - Parameter list: C strings behind each other, closed by a null pointer, as in `environ`.
  package init(list: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) {
    var entries: [Entry] = []
    var next = list
    while let slot = next, let string = slot.pointee {
      next = slot + 1
      let length = strlen(string)
      let start = UnsafeRawPointer(string).assumingMemoryBound(to: UInt8.self)
      let whole = UnsafeBufferPointer(start: start, count: length)
      // What has no name cannot be asked for: `=x`, or a string without `=`.
      guard let equals = whole.firstIndex(of: UInt8(ascii: "=")), equals > 0 else { continue }
      let name = Array(whole[..<equals])
      // No set: making its type costs the Swift runtime a search through every conformance of the
      // program, more than comparing the names of any environment seen in the wild.
      if !entries.contains(where: { $0.name == name }) {
        entries.append(Entry(name: name, whole: whole))
      }
    }
    self.entries = entries
  }
}

extension InheritedEnvironment {
  /// The bytes of a variable; `nil` when it is not set.
  package func value(of name: String) -> [UInt8]? {
    for entry in entries where entry.name.elementsEqual(name.utf8) { return Array(entry.value) }
    return nil
  }
}
