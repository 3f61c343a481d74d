internal import HostConfigs
internal import Secrets

/// Holds a manifest against ``ManifestSchema``, and gathers everything that is wrong with it.
struct ManifestCheck {
  private let document: JSONDocument
  private let version: ManifestVersion
  private(set) var problems: [ManifestProblem] = []
  /// A manifest with more is not looked at further: each takes a look at the file for its position.
  private static let maximumProblems = 50

  /// The problems of a manifest; none where it is what its version asks for.
  static func problems(
    of document: JSONDocument, _ version: ManifestVersion
  ) -> [ManifestProblem] {
    var check = ManifestCheck(document, version)
    check.object(document.root, "the manifest", ManifestSchema.root)
    return check.problems
  }

  private init(_ document: JSONDocument, _ version: ManifestVersion) {
    self.document = document
    self.version = version
  }

  /// Which version a manifest is of: `manifest_version`, and where there is none its older name.
  static func version(
    of document: JSONDocument
  ) throws(ManifestProblem) -> ManifestVersion {
    guard document.kind(of: document.root) == .object else {
      throw ManifestProblem("this is not an object", at: document.position(of: document.root))
    }
    let names = ["manifest_version", "dxt_version"]
    for name in names {
      guard let member = document.member(name, of: document.root) else { continue }
      let position = document.position(of: member.value)
      guard let text = document.string(of: member.value) else {
        throw ManifestProblem("'\(name)' is not a string", at: position)
      }
      guard let version = ManifestVersion(rawValue: text) else {
        let known = ManifestVersion.all.map(\.rawValue).joined(separator: ", ")
        throw ManifestProblem(
          "version '\(printable(text))' of the format is not known here (\(known))", at: position)
      }
      return version
    }
    throw ManifestProblem(
      "there is no 'manifest_version'", at: document.position(of: document.root))
  }

  private mutating func add(_ reason: String, _ node: JSONDocument.Node) {
    guard problems.count < Self.maximumProblems else { return }
    problems.append(ManifestProblem(reason, at: document.position(of: node)))
  }

  /// - Parameter place: what the value is called in messages.
  private mutating func value(_ node: JSONDocument.Node, _ place: String, _ kind: ManifestKind) {
    let found = document.kind(of: node)
    let text = document.string(of: node)
    let fits: Bool
    switch kind {
    case .anything: fits = true
    case .text: fits = text != nil
    case .flag: fits = found == .true || found == .false
    case .number: fits = found == .number
    case .formed(let form): fits = text.map(form.accepts) == true
    case .version: fits = text == version.rawValue
    case .choice(let texts):
      fits = texts.contains { $0.text == text && $0.versions.contains(version) }
    case .configurationValue:
      fits =
        [.string, .number, .true, .false].contains(found)
        || found == .array
          && document.elements(of: node).allSatisfy { document.kind(of: $0) == .string }
    case .list(let kind):
      guard found == .array else {
        fits = false
        break
      }
      for (index, element) in document.elements(of: node).enumerated() {
        value(element, "\(place)[\(index)]", kind)
      }
      return
    case .map(let kind):
      guard found == .object else {
        fits = false
        break
      }
      for member in document.members(of: node) {
        value(member.value, Self.join(place, document.string(of: member.key) ?? ""), kind)
      }
      return
    case .object(let fields):
      guard found == .object else {
        fits = false
        break
      }
      return object(node, place, fields)
    }
    if !fits { add("'\(place)' is not \(kind.noun(in: version))", node) }
  }

  private mutating func object(
    _ node: JSONDocument.Node, _ place: String, _ fields: [ManifestField]
  ) {
    let isRoot = node == document.root
    let known = fields.filter { $0.versions.contains(version) }
    for member in document.members(of: node) {
      let name = document.string(of: member.key) ?? ""
      let path = isRoot ? printable(name) : Self.join(place, name)
      guard let field = known.first(where: { $0.name.utf8.elementsEqual(name.utf8) }) else {
        let isOther = fields.contains { $0.name.utf8.elementsEqual(name.utf8) }
        add(
          isOther
            ? "'\(path)' is not known in version \(version.rawValue)" : "'\(path)' is not known",
          member.key)
        continue
      }
      value(member.value, path, field.kind)
    }
    for field in known where document.member(field.name, of: node) == nil {
      switch field.presence {
      case .optional: continue
      case .required: break
      case .requiredUnless(let other, let text):
        let found = document.member(other, of: node).flatMap { document.string(of: $0.value) }
        if found == text { continue }
      }
      add("\(isRoot ? place : "'\(place)'") has no '\(field.name)'", node)
    }
  }

  private static func join(_ place: String, _ name: String) -> String {
    // As it would be written in JavaScript, so that a dot in a name does not look like two names.
    let isPlain = !name.isEmpty && name.utf8.allSatisfy { $0 > 0x20 && $0 != 0x2E && $0 < 0x7F }
    return isPlain ? "\(place).\(printable(name))" : "\(place)[\"\(printable(name))\"]"
  }
}
