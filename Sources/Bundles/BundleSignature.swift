/// The signature behind a bundle: `MCPB_SIG_V1`, a length, PKCS#7, `MCPB_SIG_END`, perhaps padding
/// (`mcpb sign`; whether the end record counts it as its comment depends on the version).
enum BundleSignature {
  private static let opening = Array("MCPB_SIG_V1".utf8)
  private static let closing = Array("MCPB_SIG_END".utf8)
  /// 1 MiB: signatures have some 4 KiB.
  private static let reach = 1 << 20

  /// Where the signature begins; `nil` without one.
  ///
  /// Looked for behind the archive only: a file in it may hold these words.
  static func start(in bytes: UnsafeRawBufferPointer) -> Int? {
    let tail = max(0, bytes.count - reach)
    guard let end = last(closing, in: bytes, from: tail, to: bytes.count),
      let start = last(opening, in: bytes, from: tail, to: end)
    else { return nil }
    let archive = UnsafeRawBufferPointer(rebasing: bytes[..<start])
    guard EndRecord.position(in: archive) != nil,
      // Nothing behind it that would be another archive.
      EndRecord.position(in: UnsafeRawBufferPointer(rebasing: bytes[start...])) == nil
    else { return nil }
    // The end record in front is the archive's, not one of an archive that is stored in it.
    guard let position = EndRecord.position(in: archive) else { return nil }
    let size = Int(archive.number32(at: position + 12))
    return Int(archive.number32(at: position + 16)) + size == position ? start : nil
  }

  /// The archive as it was before it was signed, as far as anybody reads it.
  static func removed(from bytes: [UInt8], at start: Int) -> [UInt8] {
    var archive = Array(bytes[..<start])
    let position = archive.withUnsafeBytes { EndRecord.position(in: $0) }
    guard let position else { return archive }
    let comment = archive.count - position - EndRecord.length
    archive[position + 20] = UInt8(truncatingIfNeeded: comment)
    archive[position + 21] = UInt8(truncatingIfNeeded: comment >> 8)
    return archive
  }

  private static func last(
    _ word: [UInt8], in bytes: UnsafeRawBufferPointer, from first: Int, to end: Int
  ) -> Int? {
    guard end - word.count >= first else { return nil }
    return stride(from: end - word.count, through: first, by: -1).first { position in
      bytes[position] == word[0] && bytes[position..<position + word.count].elementsEqual(word)
    }
  }
}
