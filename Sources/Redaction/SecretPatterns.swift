package import Secrets

/// What to look for, shared by all streams of one server.
///
/// Values can be added at any time, and are looked for until whoever added them has them forgotten: a
/// server that was given a value may print it long after it was rotated. Of each value are searched: the whole, without white space
/// around it as well; each line of 16 bytes or more; the password of a URL; the string leaves of a
/// JSON value; and of values and passwords with percent signs also what they decode to. Each of
/// these is found raw, in hexadecimal of either case, and in base64 of either alphabet wherever it
/// lies in the encoded data, wrapped in lines or not (but for a line break within its first nine
/// characters, and for values whose beginning comes again in them); and each of those under up to two levels of JSON string escapes, and
/// percent-encoded, in whole or in part, below them.
package struct SecretPatterns: ~Copyable {
  /// In bytes. Eight random letters do not turn up by chance; shorter values do.
  package static let minimumLength = 8

  package private(set) var values: SearchedValues
  private var table: PatternTable

  /// No values yet.
  package init() throws(SecretMemoryError) {
    let values = try SearchedValues()
    let table = try PatternTable(values.store)
    self.values = values
    self.table = table
  }

  package var isEmpty: Bool { values.store.needles.isEmpty }

  /// For the length of one scan.
  var index: PatternIndex { table.index(over: values.store.base) }

  /// Adds values, in one go because each call works out the search tables anew.
  ///
  /// When memory runs out, some or all of them may not be searched for; what was added by earlier
  /// calls still is.
  package mutating func add(
    _ body: (inout SearchedValues) throws(SecretMemoryError) -> Void
  ) throws(SecretMemoryError) {
    try body(&values)
    table = try PatternTable(values.store)
  }

  /// Forgets values and adds others, as ``add(_:)`` does; the names of those that are forgotten stay,
  /// and so do their places in the counts. When memory runs out, everything stays as it was.
  ///
  /// - Parameter isDropped: asked for each number of ``SearchedValues/all``.
  package mutating func add(
    without isDropped: (Int) -> Bool,
    _ body: (inout SearchedValues) throws(SecretMemoryError) -> Void
  ) throws(SecretMemoryError) {
    var values = try SearchedValues(copying: self.values, without: isDropped)
    try body(&values)
    table = try PatternTable(values.store)
    self.values = values
  }

  /// Adds one value; see ``SearchedValues/add(name:value:)``.
  package mutating func add(
    name: String, value: UnsafeRawBufferPointer
  ) throws(SecretMemoryError) -> LeftOut {
    let leftOut = try values.add(name: name, value: value)
    table = try PatternTable(values.store)
    return leftOut
  }
}
