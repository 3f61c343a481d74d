internal import Grants
internal import Hosts
internal import Importing
internal import JSONText
internal import Secrets

/// What is to become of one file.
struct PlannedFile {
  /// What is said of a server, and where it stands.
  struct Remark {
    let server: String
    let path: ValuePath
    /// A clause.
    let text: String
  }

  /// A secret that no launch of ours carries.
  struct Staying {
    let server: String
    let path: ValuePath
    let masked: String
    /// Under which it is to be stored; `nil` where it is not.
    let secret: SecretName?
    /// What the host can use instead: a clause.
    let advice: String
  }

  let file: ImportFile
  let old: HostDocument
  var document: HostDocument
  var rewrites: [ServerRewrite] = []
  var grants: [Grant] = []
  /// Servers with secrets that stay as they are, and why.
  var leftAlone: [Remark] = []
  var staying: [Staying] = []

  init(_ file: ImportFile, _ document: HostDocument) {
    self.file = file
    old = document
    self.document = document
  }

  /// Whether somebody wrote the file after the import did.
  var isWrittenAgain: Bool { (try? HostFile.read(file.path))?.bytes != document.bytes }

  /// Those of ``staying``.
  var stayingSecrets: [SecretName] { staying.compactMap(\.secret) }

  var changes: Bool { !rewrites.isEmpty }
  var hasRemarks: Bool { !leftAlone.isEmpty || !staying.isEmpty }

  /// Where things stand in it.
  ///
  /// - Parameter isWritten: whether the file was changed as planned.
  func places(isWritten: Bool) -> ServerPlaces {
    ServerPlaces(isWritten ? document : old, file.place.sections)
  }
}
