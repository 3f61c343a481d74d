/// Values that one store handed over in one round, all in one piece of locked memory: a launch
/// with twenty secrets pays for one allocation.
package struct SecretValues: ~Copyable {
  /// Where a value lies.
  package struct Place: Sendable {
    package let reference: SecretReference
    /// In bytes of the memory.
    package let range: Range<Int>
    /// Which version of the secret it is; `nil` where a store has no versions.
    package let version: UInt32?

    package init(_ reference: SecretReference, _ range: Range<Int>, version: UInt32? = nil) {
      self.reference = reference
      self.range = range
      self.version = version
    }
  }

  private var memory: SecretBytes
  /// A list and no dictionary: making the type of a dictionary costs the Swift runtime a search
  /// through every conformance of the program, more than all look-ups of a launch.
  private var places: [Place]

  /// - Parameters:
  ///   - memory: the values, in any layout.
  ///   - places: one for each value.
  package init(memory: consuming SecretBytes, places: [Place]) {
    for place in places { precondition(place.range.upperBound <= memory.count) }
    self.memory = memory
    self.places = places
  }

  package static func empty() throws(SecretMemoryError) -> SecretValues {
    SecretValues(memory: try SecretBytes(count: 0), places: [])
  }

  package var references: [SecretReference] { places.map(\.reference) }

  package borrowing func contains(_ reference: SecretReference) -> Bool {
    range(of: reference) != nil
  }

  /// Length in bytes; `nil` for a value that the store did not hold.
  package borrowing func count(of reference: SecretReference) -> Int? {
    range(of: reference)?.count
  }

  /// Which version of the secret a value is; `nil` for a store without versions, and for a value
  /// that the store did not hold.
  package borrowing func version(of reference: SecretReference) -> UInt32? {
    for place in places where place.reference == reference { return place.version }
    return nil
  }

  private borrowing func range(of reference: SecretReference) -> Range<Int>? {
    for place in places where place.reference == reference { return place.range }
    return nil
  }

  /// Lends one value for the length of the call; `nil` for a value that the store did not hold.
  package borrowing func withValue<Result, Failure: Error>(
    of reference: SecretReference,
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result? {
    guard let range = range(of: reference) else { return nil }
    return try memory.withUnsafeBytes { (bytes) throws(Failure) -> Result in
      try body(UnsafeRawBufferPointer(rebasing: bytes[range]))
    }
  }

  /// Wipes one value; it counts as one that the store did not hold then.
  package mutating func forget(_ reference: SecretReference) {
    for place in places where place.reference == reference {
      _ = memory.withUnsafeMutableBytes {
        UnsafeMutableRawBufferPointer(rebasing: $0[place.range])
          .initializeMemory(as: UInt8.self, repeating: 0)
      }
    }
    places.removeAll { $0.reference == reference }
  }
}
