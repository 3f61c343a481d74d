package import Grants
internal import Launch
package import Vault

/// Whether a launch would be allowed, for whoever only looks: nobody is asked, nothing is recorded.
package enum GrantExamination {
  /// What the grants say of a launch.
  package enum Outcome {
    /// It names no secret, so it needs no grant.
    case notNeeded
    /// Under that grant.
    case allowed(Grant)
    /// There is no grant of that server.
    case missing
    /// One clause for each difference.
    case differs([String])
    /// What keeps it from being started at all.
    case notStartable(any Error)
  }

  /// Where a grant names a folder, the one that the host will start in is not known here, and counts
  /// as the right one.
  ///
  /// - Throws: `VaultError`.
  package static func examine(
    _ launch: IntendedLaunch, _ store: VaultStore
  ) throws -> Outcome {
    guard launch.draft.holdsSecrets else { return .notNeeded }
    guard let (plan, command) = launch.found() else {
      if let fault = launch.draft.commandFault { return .notStartable(fault) }
      return .notStartable(
        LaunchFailure(
          CommandError.configuration(
            "its words make no sense", hint: "mcp-valet run says what is wrong")))
    }
    do {
      try launch.checkTrust(plan, command)
    } catch {
      return .notStartable(error)
    }
    let terms = launch.terms(plan, command)
    let decision = GrantDecision(
      terms, folder: launch.folder, runnerPlace: launch.runnerPlace(terms, command),
      inherited: { launch.inherited($0) }, grants: try store.grants(of: terms.serverName))
    switch decision {
    case .allowed(let grant):
      if let pin = grant.pin, EntryFile.digest(of: pin.path) != pin.digest {
        return .differs([GrantDifference.content(path: pin.path).summary])
      }
      return .allowed(grant)
    case .refused(_, nil): return .missing
    case .refused(let differences, let nearest?):
      let rest = differences.filter { difference in
        if case .folder = difference { false } else { true }
      }
      return rest.isEmpty ? .allowed(nearest) : .differs(rest.map(\.summary))
    }
  }
}
