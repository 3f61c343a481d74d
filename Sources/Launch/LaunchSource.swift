/// All that is needed to start the server of a launch, and to start it again with other values.
package final class LaunchSource {
  package let plan: LaunchPlan
  package let command: Command
  private let coreLimit: CoreLimit
  private let options: GuardedServer.Options
  private var files: RuntimeFiles
  package var values: HeldValues
  /// The first server's, until it is started.
  private var block: EnvironmentBlock?

  /// - Parameters:
  ///   - command: found once: a swap never starts another program.
  ///   - prepared: for the first server.
  ///   - values: what `prepared` was made from, to be kept for others.
  ///   - coreLimit: for a server without secrets.
  package init(
    _ plan: LaunchPlan, _ command: Command, _ prepared: consuming PreparedLaunch,
    values: [LaunchValues], coreLimit: CoreLimit, options: GuardedServer.Options
  ) {
    self.plan = plan
    self.command = command
    self.values = HeldValues(values)
    self.coreLimit = plan.holdsSecrets ? .forSecrets : coreLimit
    self.options = options
    let first = prepared.block
    files = prepared.files
    block = consume first
  }

  /// Starts a server with the newest values, and does not wait until it is executed.
  ///
  /// - Throws: ``LaunchError``.
  package func start() throws(LaunchError) -> GuardedServer {
    if let block = takeBlock() {
      return try GuardedServer.begin(
        command, block, files: &files, coreLimit: coreLimit, options: options)
    }
    try refreshFiles()
    let values = values
    let block = try EnvironmentBlock(plan, files: files) { values.withValue(of: $0, $1) }
    return try GuardedServer.begin(
      command, block, files: &files, coreLimit: coreLimit, options: options)
  }

  private func takeBlock() -> EnvironmentBlock? {
    var taken: EnvironmentBlock?
    swap(&taken, &block)
    return taken
  }

  /// Puts the newest values into the value files, whose paths stay the same.
  ///
  /// - Throws: ``LaunchError/file(_:)``; some may have been replaced.
  package func refreshFiles() throws(LaunchError) {
    var failure: LaunchError?
    for file in plan.files {
      _ = values.withValue(of: file.reference) { bytes in
        do throws(LaunchError) {
          try files.replace(file.reference, with: bytes)
        } catch {
          failure = error
        }
      }
    }
    if let failure { throw failure }
  }
}
