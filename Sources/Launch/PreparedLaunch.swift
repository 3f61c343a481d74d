/// A launch with its secrets in place: the last step before its first server starts.
package struct PreparedLaunch: ~Copyable {
  package let block: EnvironmentBlock
  /// For this server and those that replace it.
  package let files: RuntimeFiles
  let holdsSecrets: Bool

  /// - Parameters:
  ///   - places: where value files may lie, tried in order; not touched where a plan has none.
  ///   - lookup: the values of ``LaunchPlan/references``.
  /// - Throws: ``LaunchError/invalid(_:)`` with every value that is missing or cannot stand where
  ///   the plan wants it; ``LaunchError/noMemoryFolder(_:)``, ``LaunchError/file(_:)``,
  ///   ``LaunchError/memory(_:)``.
  package init(
    _ plan: LaunchPlan, places: [MemoryPlace], lookup: SecretLookup
  ) throws(LaunchError) {
    let problems = plan.problems(lookup: lookup)
    guard problems.isEmpty else { throw .invalid(problems) }
    let files = try RuntimeFiles.stage(plan.files, in: places, lookup: lookup)
    let block = try EnvironmentBlock(plan, files: files, lookup: lookup)
    self.block = block
    self.files = files
    holdsSecrets = plan.holdsSecrets
  }
}
