package import Secrets

/// What a relay reads a connection's file with, so that it renews the token that comes with it later
/// on. Needed where a connection was made anew: a relay only knows the one that its launch had.
package final class ConnectionHandover {
  /// `oauth://NAME`.
  package let reference: SecretReference
  /// The connection's id: it names the file. ``idLength`` bytes.
  package let connectionID: [UInt8]
  /// The key of that one file, ``keyLength`` bytes.
  package let key: SecretBytes

  package static let idLength = 16
  package static let keyLength = 32

  /// - Parameters:
  ///   - connectionID: ``idLength`` bytes.
  ///   - key: ``keyLength`` bytes.
  package init(
    _ reference: SecretReference, connectionID: [UInt8], key: consuming SecretBytes
  ) {
    precondition(connectionID.count == Self.idLength && key.count == Self.keyLength)
    self.reference = reference
    self.connectionID = connectionID
    self.key = key
  }

  /// Reads one that stands in a message; the key is copied into memory of its own.
  ///
  /// - Throws: ``ControlError/malformed(_:)``, ``ControlError/memory(_:)``.
  init(
    _ reader: inout FieldReader, in bytes: UnsafeRawBufferPointer
  ) throws(ControlError) {
    reference = try reader.reference()
    guard case .oauth = reference else { throw .malformed("a connection's reference is none") }
    connectionID = Array(bytes[try reader.skip(Self.idLength)])
    let range = try reader.skip(Self.keyLength)
    do throws(SecretMemoryError) {
      key = try SecretBytes(copying: UnsafeRawBufferPointer(rebasing: bytes[range]))
    } catch {
      throw .memory(error)
    }
  }
}
