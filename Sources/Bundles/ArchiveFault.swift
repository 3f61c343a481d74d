internal import Secrets

/// Why an archive is refused.
package enum ArchiveFault: Error, Equatable, Sendable {
  /// No zip archive at all.
  case notZip
  /// The file; the limit is in bytes.
  case tooLarge(limit: Int)
  /// More files and folders than the limit.
  case tooManyEntries(limit: Int)
  /// All entries together; the limit is in bytes.
  case tooLargeUnpacked(limit: Int)
  /// An entry that is suspiciously larger than what is stored of it.
  case bomb(name: String)
  /// Zip64, several disks, a method that hosts do not know: the text is a clause.
  case unsupported(String)
  /// An entry that needs a password; hosts have none.
  case encrypted(name: String)
  /// A symbolic link, which could lead out of the folder.
  case link(name: String)
  /// A device, a pipe, a socket; a program with the set-user bit.
  case specialFile(name: String)
  /// A name that leads out of the folder, or that systems take for different ones; a clause.
  case name(String, reason: String)
  /// Two entries that are one file on some systems.
  case duplicate(String, String)
  /// A file where another entry needs a folder.
  case fileAsFolder(String)
  /// The parts of the archive contradict one another: two programs could read two things.
  case inconsistent(String)
  /// What is stored of an entry does not give what the directory says of it.
  case damaged(name: String, reason: String)

  var message: String {
    switch self {
    case .notZip: "this is no zip archive"
    case .tooLarge(let limit): "the archive is larger than \(limit >> 20) MiB"
    case .tooManyEntries(let limit): "the archive has more than \(limit) entries"
    case .tooLargeUnpacked(let limit): "the archive holds more than \(limit >> 20) MiB"
    case .bomb(let name): "'\(printable(name))' is far larger than what is stored of it"
    case .unsupported(let what): what
    case .encrypted(let name): "'\(printable(name))' is encrypted"
    case .link(let name): "'\(printable(name))' is a link"
    case .specialFile(let name): "'\(printable(name))' is neither a plain file nor a folder"
    case .name(let name, let reason): "the name '\(printable(name))' \(reason)"
    case .duplicate(let one, let other):
      "'\(printable(one))' and '\(printable(other))' are one file on some systems"
    case .fileAsFolder(let name): "'\(printable(name))' is a file and a folder"
    case .inconsistent(let what): "the archive contradicts itself: \(what)"
    case .damaged(let name, let reason): "'\(printable(name))' is damaged: \(reason)"
    }
  }

  var hint: String? {
    switch self {
    case .notZip: "a bundle is what 'mcpb pack' makes"
    case .unsupported, .inconsistent: "pack the bundle again with 'mcpb pack'"
    default: "do not install a bundle like this without knowing why"
    }
  }
}
