/// Values that one store handed over in one round, all in one piece of locked memory: a launch
/// with twenty secrets pays for one allocation.
package struct SecretValues: ~Copyable {
  private let memory: SecretBytes
  private let ranges: [SecretReference: Range<Int>]

  /// - Parameters:
  ///   - memory: the values, in any layout.
  ///   - ranges: where in `memory` each value lies, in bytes.
  package init(memory: consuming SecretBytes, ranges: [SecretReference: Range<Int>]) {
    precondition(ranges.values.allSatisfy { $0.upperBound <= memory.count })
    self.memory = memory
    self.ranges = ranges
  }

  package static func empty() throws(SecretMemoryError) -> SecretValues {
    SecretValues(memory: try SecretBytes(count: 0), ranges: [:])
  }

  package var references: [SecretReference] { Array(ranges.keys) }

  package borrowing func contains(_ reference: SecretReference) -> Bool {
    ranges[reference] != nil
  }

  /// Length in bytes; `nil` for a value that the store did not hold.
  package borrowing func count(of reference: SecretReference) -> Int? { ranges[reference]?.count }

  /// Lends one value for the length of the call; `nil` for a value that the store did not hold.
  package borrowing func withValue<Result, Failure: Error>(
    of reference: SecretReference,
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result? {
    guard let range = ranges[reference] else { return nil }
    return try memory.withUnsafeBytes { (bytes) throws(Failure) -> Result in
      try body(UnsafeRawBufferPointer(rebasing: bytes[range]))
    }
  }
}
