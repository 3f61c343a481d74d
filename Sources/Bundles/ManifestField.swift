/// A member that a manifest may have: one row of ``ManifestSchema``.
struct ManifestField: Sendable {
  enum Presence: Equatable, Sendable {
    case optional
    case required
    /// Required unless a member beside it has this value.
    case requiredUnless(String, String)
  }

  let name: String
  let kind: ManifestKind
  var presence = Presence.optional
  /// The versions that know it.
  var versions = ManifestVersion.all

  init(
    _ name: String, _ kind: ManifestKind, _ presence: Presence = .optional,
    in versions: [ManifestVersion] = ManifestVersion.all
  ) {
    self.name = name
    self.kind = kind
    self.presence = presence
    self.versions = versions
  }
}

/// What the value of a member may be.
indirect enum ManifestKind: Sendable {
  case text
  case flag
  case number
  case anything
  /// A text with a form of its own.
  case formed(ManifestText)
  /// The manifest's own version, as a text.
  case version
  /// One of these texts; each with the versions that know it.
  case choice([(text: String, versions: [ManifestVersion])])
  case list(ManifestKind)
  /// An object with names of the author's choice.
  case map(ManifestKind)
  /// An object with these members and no others.
  case object([ManifestField])
  /// A text, a number, a flag or an array of texts.
  case configurationValue

  /// What a message says that a value is not.
  func noun(in version: ManifestVersion) -> String {
    switch self {
    case .text: "a string"
    case .flag: "true or false"
    case .number: "a number"
    case .anything: "a value"
    case .formed(let form): form.noun
    case .version: "the version of this manifest"
    case .choice(let texts):
      "one of "
        + texts.filter { $0.versions.contains(version) }.map { "\"\($0.text)\"" }
        .joined(separator: ", ")
    case .list: "an array"
    case .map, .object: "an object"
    case .configurationValue: "a string, a number, true, false or an array of strings"
    }
  }
}

/// The versions of the manifest's format.
package enum ManifestVersion: String, CaseIterable, Sendable {
  case v01 = "0.1"
  case v02 = "0.2"
  case v03 = "0.3"
  /// Experimental.
  case v04 = "0.4"

  static let all = allCases
  static let from02: [ManifestVersion] = [.v02, .v03, .v04]
  static let from03: [ManifestVersion] = [.v03, .v04]
}
