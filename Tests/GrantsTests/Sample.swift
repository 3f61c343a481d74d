internal import Grants
internal import Secrets

func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

/// A grant of a usual server, for tests to change in one place.
enum Sample {
  static var terms: LaunchTerms {
    LaunchTerms(
      serverName: "github", program: .runner(.npx),
      arguments: ["-y", "@mcp/server-github@1.2.3"].map(bytes), home: bytes("/home/me"),
      variables: [
        .init(bytes("TOKEN"), .template("valet://github/token")),
        .init(bytes("GITHUB_HOST"), .plain(bytes("git.example"))),
      ], options: .init())
  }

  static var grant: Grant { Grant(terms, folder: .empty, created: 1_760_000_000) }

  static func decide(
    _ change: (inout LaunchTerms) -> Void = { _ in }, grants: [Grant] = [grant],
    folder: String? = "/work", inherited: [String: String] = [:]
  ) -> GrantDecision {
    var terms = terms
    change(&terms)
    return GrantDecision(
      terms, folder: folder.map(bytes),
      inherited: { name in inherited[String(decoding: name, as: UTF8.self)].map(bytes) },
      grants: grants)
  }
}

extension GrantDecision {
  var differences: [GrantDifference]? {
    if case .refused(let differences, _) = self { differences } else { nil }
  }
}
