internal import Secrets

/// The rules for names in an archive, and the names that were there so far.
///
/// A bundle is unpacked on Linux, macOS and Windows: a name must mean the same place on each of them,
/// below the folder that it is unpacked into, and no two names the same file.
struct ArchiveNames {
  /// A part of a name, in the folder that the parts before it are.
  private struct Place: Hashable {
    var folder: Int
    var key: String
  }

  private struct Found {
    /// As it was written.
    var part: Substring
    var isFolder: Bool
    /// A folder that names of others imply; it may get an entry of its own later.
    var isImplied: Bool
    /// What ``Place/folder`` is for what lies in it.
    var number: Int
  }

  /// So that the memory for names depends on what was seen, and not on how deep it lies.
  private var seen: [Place: Found] = [:]
  private let limit: Int

  /// - Parameter limit: how many folders may be implied.
  init(limit: Int) { self.limit = limit }

  /// - Throws: ``ArchiveFault/duplicate(_:_:)``, ``ArchiveFault/fileAsFolder(_:)``,
  ///   ``ArchiveFault/tooManyEntries(limit:)``.
  mutating func add(_ entry: ArchiveEntry) throws(ArchiveFault) {
    let parts = entry.name.split(separator: "/", omittingEmptySubsequences: false)
    var place = Place(folder: 0, key: "")
    for (index, part) in parts.enumerated() {
      let isLast = index == parts.count - 1
      place.key = Self.key(part)
      guard let other = seen[place] else {
        guard isLast || impliedCount < limit else { throw .tooManyEntries(limit: limit) }
        if !isLast { impliedCount += 1 }
        let number = seen.count + 1
        seen[place] = Found(
          part: part, isFolder: !isLast || entry.isFolder, isImplied: !isLast, number: number)
        place.folder = number
        continue
      }
      let isKnownFolder = !isLast || (entry.isFolder && other.isImplied)
      // Parts before this one are the same, byte by byte.
      func shown(_ part: Substring) -> String {
        (parts[..<index] + [part]).joined(separator: "/")
      }
      guard isKnownFolder ? other.isFolder : other.isFolder == entry.isFolder else {
        throw .fileAsFolder(shown(part))
      }
      // The same folder in two notations: two folders on Linux, one elsewhere.
      guard isKnownFolder, other.part.utf8.elementsEqual(part.utf8) else {
        throw .duplicate(shown(other.part), shown(part))
      }
      if isLast { seen[place]?.isImplied = false }
      place.folder = other.number
    }
  }

  private var impliedCount = 0

  /// Folders in one another. Dependencies of dependencies lie some 20 deep; the file system would let
  /// 512 of them be made and many a program not delete them.
  private static let maximumDepth = 100

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
    if name.utf8.count(where: { $0 == UInt8(ascii: "/") }) >= maximumDepth {
      throw refuse("has more than \(maximumDepth) parts")
    }
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
