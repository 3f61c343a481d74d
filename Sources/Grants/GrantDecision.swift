/// Whether a launch gets its secrets.
package enum GrantDecision: Equatable, Sendable {
  /// The grant that allows it. ``LaunchTerms/Variable/Content/plain(_:)`` ones among its variables
  /// that the launch did not name itself are inherited ones, which the server gets too.
  case allowed(Grant)
  /// What is missing or different; empty where there is no grant at all.
  case refused([GrantDifference], nearest: Grant?)

  /// - Parameters:
  ///   - terms: of the launch.
  ///   - folder: where the host started us; absolute. `nil` when that is not known.
  ///   - runnerPlace: where a package runner was found along `PATH`, as of ``LaunchTerms/places``;
  ///     `nil` for root's, and for a program that is bound by its path.
  ///   - inherited: the value of a variable that the host gave us and that the launch does not
  ///     name; `nil` when there is none.
  ///   - grants: of this server.
  package init(
    _ terms: LaunchTerms, folder: [UInt8]?, runnerPlace: [UInt8]? = nil,
    inherited: ([UInt8]) -> [UInt8]?, grants: [Grant]
  ) {
    var nearest: Grant?
    var fewest: [GrantDifference] = []
    for grant in grants where grant.terms.serverName == terms.serverName {
      var comparison = GrantComparison(grant, folder: folder)
      comparison.compare(terms, runnerPlace: runnerPlace, inherited: inherited)
      let differences = comparison.differences
      if differences.isEmpty {
        self = .allowed(grant)
        return
      }
      if nearest == nil || differences.count <= fewest.count {
        nearest = grant
        fewest = differences
      }
    }
    self = .refused(fewest, nearest: nearest)
  }
}

/// Holds one launch against one grant, and gathers every difference.
private struct GrantComparison {
  let grant: Grant
  let folder: [UInt8]?
  private(set) var differences: [GrantDifference] = []

  init(_ grant: Grant, folder: [UInt8]?) {
    self.grant = grant
    self.folder = folder
  }

  mutating func compare(
    _ terms: LaunchTerms, runnerPlace: [UInt8]?, inherited: ([UInt8]) -> [UInt8]?
  ) {
    if terms.program != grant.terms.program {
      differences.append(.program(granted: grant.terms.program, wanted: terms.program))
    }
    if let runnerPlace, !grant.terms.namesSearchPath, !grant.terms.places.contains(runnerPlace) {
      differences.append(.place(runnerPlace))
    }
    if terms.arguments != grant.terms.arguments {
      differences.append(.arguments(granted: grant.terms.arguments, wanted: terms.arguments))
    }
    if case .at(let path) = grant.folder, path != folder {
      differences.append(.folder(granted: path, wanted: folder))
    }
    if terms.home != grant.terms.home { differences.append(.home) }
    compareVariables(terms.variables, inherited: inherited)
    compare(terms.options)
  }

  /// A variable that is not there any more is a difference as well: without the one that names a
  /// server's own host, a token goes to the usual one.
  private mutating func compareVariables(
    _ wanted: [LaunchTerms.Variable], inherited: ([UInt8]) -> [UInt8]?
  ) {
    let granted = grant.terms.variables
    for variable in wanted {
      guard let other = granted.first(where: { $0.name == variable.name }) else {
        differences.append(.variableAdded(variable))
        continue
      }
      if other != variable {
        differences.append(.variableChanged(granted: other, wanted: variable))
      }
    }
    for variable in granted where !wanted.contains(where: { $0.name == variable.name }) {
      guard let value = inherited(variable.name) else {
        differences.append(.variableMissing(variable.name))
        continue
      }
      let found = LaunchTerms.Variable(variable.name, .plain(value))
      if found != variable {
        differences.append(.variableChanged(granted: variable, wanted: found))
      }
    }
  }

  /// What is not made use of needs no approval.
  private mutating func compare(_ wanted: LaunchTerms.Options) {
    let granted = grant.terms.options
    func add(_ option: String) { differences.append(.option(option)) }
    if wanted.executesInPlace, !granted.executesInPlace { add("--exec") }
    if wanted.allowsValuesInArguments, !granted.allowsValuesInArguments { add("--in-argv") }
    if wanted.passesSecrets, !granted.passesSecrets { add("--no-redact") }
    if !granted.passesSecrets {
      for name in wanted.unredacted where !granted.unredacted.contains(name) {
        add("\"redact\" without \(name)")
      }
    }
    for name in wanted.kept where !granted.kept.contains(name) { add("--keep \(name)") }
  }
}
