/// A value to be written into a ``JSONDocument``.
package indirect enum JSONValue: Equatable, Sendable {
  case null
  case boolean(Bool)
  case integer(Int)
  case string(String)
  case array([JSONValue])
  /// Members in the order in which they are written; names must differ.
  case object([Member])

  package struct Member: Equatable, Sendable {
    package let name: String
    package let value: JSONValue

    package init(_ name: String, _ value: JSONValue) {
      self.name = name
      self.value = value
    }
  }

  var isContainer: Bool {
    switch self {
    case .array, .object: true
    case .null, .boolean, .integer, .string: false
    }
  }
}
