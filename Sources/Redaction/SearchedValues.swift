package import Secrets

/// What of a secret is not searched for, because it is shorter than
/// ``SecretPatterns/minimumLength`` and would be found all over.
package struct LeftOut: OptionSet, Sendable {
  package let rawValue: UInt8
  package init(rawValue: UInt8) { self.rawValue = rawValue }
  /// The value itself: nothing of this secret is searched for.
  package static let value = LeftOut(rawValue: 1)
  /// The password inside a value that is a URL; the whole URL is searched for.
  package static let urlPassword = LeftOut(rawValue: 2)
  /// A string inside a value that is JSON; the others, and the whole, are searched for.
  package static let leaf = LeftOut(rawValue: 4)
}

/// The values that ``SecretPatterns`` looks for, with their names.
package struct SearchedValues: ~Copyable {
  /// Distinct names in the order in which they were added.
  package private(set) var names: [String] = []
  /// For each name the text that stands in for its values, in UTF-8.
  private(set) var markers: [[UInt8]] = []
  private(set) var store: NeedleStore

  init() throws(SecretMemoryError) { store = try NeedleStore() }

  /// All names, and the values that are not dropped.
  init(
    copying other: borrowing SearchedValues, without isDropped: (Int) -> Bool
  ) throws(SecretMemoryError) {
    store = try NeedleStore(copying: other.store, without: isDropped)
    names = other.names
    markers = other.markers
  }

  /// One of the values.
  package struct Entry: Equatable, Sendable {
    /// As in ``SearchedValues/number(of:)``.
    package let number: Int
    /// Bytes of memory that it takes with all its parts.
    package let byteCount: Int

    package init(number: Int, byteCount: Int) {
      self.number = number
      self.byteCount = byteCount
    }
  }

  /// Each value once, in the order in which they were added.
  package var all: [Entry] {
    store.values.map { Entry(number: $0.number, byteCount: $0.memory.count) }
  }

  /// What tells a value from all others, for as long as it is searched for; `nil` for one that is not.
  /// One that two secrets share has one number.
  package func number(of value: UnsafeRawBufferPointer) -> Int? { store.number(of: value) }

  /// - Parameters:
  ///   - name: shown in the marker; a `SecretName`, or what else a person knows the value by.
  ///   - value: of any kind and length; copied.
  /// - Returns: what is too short to be searched for, so that the caller can say so.
  package mutating func add(
    name: String, value: UnsafeRawBufferPointer
  ) throws(SecretMemoryError) -> LeftOut {
    try store.addValue(value, name: index(of: name))
  }

  private mutating func index(of name: String) -> Int {
    if let index = names.firstIndex(of: name) { return index }
    names.append(name)
    markers.append(Self.marker(name))
    return names.count - 1
  }

  /// Without a character that JSON would have to escape, so that the same bytes fit into a string
  /// at any depth.
  private static func marker(_ name: String) -> [UInt8] {
    var shown = String.UnicodeScalarView()
    for scalar in printable(name).unicodeScalars {
      shown.append(scalar == "\"" || scalar == "\\" ? "\u{FFFD}" : scalar)
    }
    return Array("[redacted ".utf8) + Array(String(shown).utf8) + Array("]".utf8)
  }
}
