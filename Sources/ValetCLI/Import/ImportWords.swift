internal import Broker
internal import Grants
internal import Hosts
internal import Importing
internal import Secrets

/// What a person is shown of an import.
enum ImportWords {
  /// The change of one file, line by line.
  ///
  /// - Parameter secrets: of the whole import.
  static func change(_ planned: PlannedFile, hiding secrets: [ImportSecret]) -> [String] {
    var lines = ["\(planned.file.host.name): \(printable(planned.file.path, limit: .max))"]
    let diff = FileDiff.lines(
      planned.document, planned.old, sections: planned.file.place.sections,
      hiding: secrets.compactMap {
        if case .text(let text) = $0.source { text } else { nil }
      })
    lines += diff.map { "  \($0)" }
    for rewrite in planned.rewrites where !rewrite.inArguments.isEmpty {
      let names = rewrite.inArguments.map(\.text).joined(separator: ", ")
      lines.append(
        "  \(printable(rewrite.server.name)): \(names) goes into an argument, which every user of "
          + "this machine can read while it runs")
    }
    for rewrite in planned.rewrites where !rewrite.destinations.isEmpty {
      let names = rewrite.destinations.joined(separator: ", ")
      lines.append(
        "  \(printable(rewrite.server.name)): \(names) says where its keys are sent; it is bound to "
          + "the value that stands there")
    }
    return lines + [""]
  }

  static func secrets(_ secrets: [ImportSecret]) -> [String] {
    if secrets.isEmpty { return [] }
    return ["Goes into the vault:"]
      + secrets.map { secret in
        let value = if case .input = secret.source { "asked for" } else { secret.masked }
        return "  valet://\(secret.name)  \(printable(value))"
      } + [""]
  }

  static func grants(_ grants: [Grant]) -> [String] {
    if grants.isEmpty { return [] }
    return ["Is allowed, now and whenever it is started like this:"]
      + GrantQuestion(grants, earlier: []).text.split(separator: "\n").map { "  \($0)" } + [""]
  }

  /// What becomes of a key that no launch of ours carries: a clause.
  static func staying(
    _ key: PlannedFile.Staying, isStored: Bool, isPlanOnly: Bool
  ) -> String {
    let state =
      switch key.secret {
      case let name? where isStored: "is stored as valet://\(name) and stays in the file"
      case let name? where isPlanOnly: "would be stored as valet://\(name) and stay in the file"
      default: "stays in the file"
      }
    return "\(key.masked) \(state): \(key.advice)"
  }
}
