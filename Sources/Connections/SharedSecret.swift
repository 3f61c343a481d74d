package import Secrets

/// A token or client secret that several values may refer to: copying a record copies no secret
/// byte, and the memory is wiped when the last holder is gone.
package final class SharedSecret: Sendable {
  private let bytes: SecretBytes

  package init(_ bytes: consuming SecretBytes) { self.bytes = bytes }

  /// A copy of `bytes`; the caller wipes the original.
  package convenience init(copying bytes: UnsafeRawBufferPointer) throws(SecretMemoryError) {
    self.init(try SecretBytes(copying: bytes))
  }

  /// Length in bytes.
  package var count: Int { bytes.count }

  /// Lends the bytes for the length of the call; do not let the pointer escape.
  package func withUnsafeBytes<Result: ~Copyable, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try bytes.withUnsafeBytes(body)
  }

  /// Compares in time that depends on the lengths only.
  package func isEqual(to other: SharedSecret) -> Bool {
    other.withUnsafeBytes { bytes.isEqual(to: $0) }
  }
}

/// Whether two secrets that may be absent are the same.
package func isEqual(_ one: SharedSecret?, to other: SharedSecret?) -> Bool {
  switch (one, other) {
  case (.none, .none): true
  case (.some(let one), .some(let other)): one.isEqual(to: other)
  default: false
  }
}
