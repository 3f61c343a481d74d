internal import Secrets

/// The rules for names in an archive, and the names that were there so far.
///
/// A bundle is unpacked on Linux, macOS and Windows: a name must mean the same place on each of them,
/// below the folder that it is unpacked into, and no two names the same file.
struct ArchiveNames {
  private var seen: [String: (name: String, isFolder: Bool)] = [:]

  /// - Throws: ``ArchiveFault/duplicate(_:_:)``, ``ArchiveFault/fileAsFolder(_:)``.
  mutating func add(_ entry: ArchiveEntry) throws(ArchiveFault) {
    let parts = entry.name.split(separator: "/", omittingEmptySubsequences: false)
    var key = ""
    for (index, part) in parts.enumerated() {
      key += (index > 0 ? "/" : "") + Self.key(part)
      let isLast = index == parts.count - 1
      let shown = parts[...index].joined(separator: "/")
      guard let other = seen[key] else {
        seen[key] = (shown, !isLast || entry.isFolder)
        // A folder that is only implied may get an entry of its own later.
        if !isLast { implied.insert(key) }
        continue
      }
      if !isLast || (entry.isFolder && implied.contains(key)) {
        guard other.isFolder else { throw .fileAsFolder(shown) }
        // The same folder in two notations: two folders on Linux, one elsewhere.
        guard other.name.utf8.elementsEqual(shown.utf8) else {
          throw .duplicate(other.name, shown)
        }
        if isLast { implied.remove(key) }
        continue
      }
      throw other.isFolder != entry.isFolder
        ? .fileAsFolder(shown) : .duplicate(other.name, entry.name)
    }
  }

  /// Keys of folders without an entry of their own so far.
  private var implied: Set<String> = []

  /// What two names share that some file system takes for one: `String` compares by canonical
  /// equivalence (macOS), case does not count (macOS, Windows), marks that nobody sees do not (older
  /// macOS), nor do dots and spaces at the end (Windows).
  private static func key(_ part: Substring) -> String {
    var visible = String.UnicodeScalarView()
    for scalar in part.unicodeScalars where !scalar.properties.isDefaultIgnorableCodePoint {
      visible.append(scalar)
    }
    while let last = visible.last, last == "." || last == " " { visible.removeLast() }
    // Upper case first: `ſ`, `K` (Kelvin) and `ß` meet their relatives there.
    return String(visible).uppercased().lowercased()
  }

  /// A name must be UTF-8, whether or not its flag says so: most programs that write bundles do not
  /// set it, and readers guess.
  static func text(_ bytes: UnsafeRawBufferPointer) throws(ArchiveFault) -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw .name(String(decoding: bytes, as: UTF8.self), reason: "is not UTF-8")
    }
    return text
  }

  /// - Parameter name: without the last `/` of a folder.
  static func check(_ name: String, limit: Int) throws(ArchiveFault) {
    func refuse(_ reason: String) -> ArchiveFault { .name(name, reason: reason) }
    if name.isEmpty { throw refuse("is empty") }
    if name.utf8.count > limit { throw refuse("is longer than \(limit) bytes") }
    if name.utf8.first == UInt8(ascii: "/") { throw refuse("is absolute") }
    if name.utf8.contains(UInt8(ascii: "\\")) { throw refuse("holds a backslash") }
    if name.unicodeScalars.contains(where: isUnprintable) {
      throw refuse("holds a control or direction character")
    }
    for part in name.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
      if part.isEmpty { throw refuse("has an empty part") }
      if part.elementsEqual(".".utf8) || part.elementsEqual("..".utf8) {
        throw refuse("leads out of the folder, or nowhere")
      }
      if part.count > 255 { throw refuse("has a part of more than 255 bytes") }
      // `C:` and streams of a file on Windows.
      if part.contains(UInt8(ascii: ":")) { throw refuse("holds a colon") }
    }
  }
}
