package import Grants

/// Tells one grant of a server from its others: of a server that two files start from different
/// folders, and that a person allowed something too, an undo takes back what its import allowed.
package enum GrantDigest {
  /// BLAKE2b-256 of all that the grant says, but for when it was recorded; empty for one that is too
  /// large to be recorded.
  package static func of(_ grant: Grant) -> [UInt8] {
    var grant = grant
    grant.created = 0
    return grant.encoded().map(FileDigest.of) ?? []
  }
}
