/// One file or folder of an archive, as its directory says it.
package struct ArchiveEntry: Equatable, Sendable {
  /// Relative, parts separated by `/`; of a folder without the last `/`.
  package let name: String
  /// Whether it is a folder; its ``size`` is then 0.
  package let isFolder: Bool
  /// Permission bits and nothing else; `nil` where the archive has none.
  package let mode: UInt32?
  /// Bytes unpacked.
  package let size: Int
  /// Bytes that are stored.
  package let packedSize: Int
  /// Of what is unpacked.
  let checksum: UInt32
  /// As MS-DOS has them.
  let time: UInt16
  let date: UInt16
  /// Where its own header begins; what it stores ends at ``end``.
  let start: Int
  let end: Int
}
