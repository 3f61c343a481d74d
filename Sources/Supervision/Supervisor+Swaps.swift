package import Launch
internal import Platform
package import Relay
internal import Secrets

/// Is told how a swap goes.
package typealias SwapHandler = (SwapEvent) -> Void

/// New values under a running server.
extension Supervisor {
  /// Replaces the server by one with new values.
  ///
  /// The values are looked for in what servers print from now on, whatever becomes of the swap, and
  /// given to every server that is started, unless the swap fails. Old ones stay looked for while a
  /// server has them, and for a while after.
  ///
  /// - Parameters:
  ///   - values: those that change; none to start the server anew as it is.
  ///   - mode: `nil` for the server's own.
  ///   - handler: is called at each step, maybe before this returns, in the thread of ``run()``.
  /// - Returns: a number for this swap.
  @discardableResult
  package func requestSwap(
    _ values: [NewValue], mode: SwapMode? = nil, _ handler: @escaping SwapHandler
  ) -> Int {
    lastSwap += 1
    let swap = lastSwap
    source.values.stage(values, for: swap)
    swapHandlers.append((swap, handler))
    do throws(LaunchError) {
      var searched: [SearchedReference] = []
      for value in values where isSearched(value.reference) {
        searched.append(SearchedReference(value.reference))
      }
      try search(for: searched)
    } catch {
      // Without its redaction a value is not given to a server.
      let problem = FailureReport.Problem(error)
      tell(swap, .failed(.notStarted(exitCode: error.exitCode.rawValue, problem)))
      return swap
    }
    withSession { $0.requestSwap(swap, mode: mode ?? settings.swapMode, $1) }
    return swap
  }

  func tell(_ swap: Int, _ event: SwapEvent) {
    switch event {
    case .switched: break
    case .finished:
      source.values.keep(swap)
      swapCount += 1
    case .failed:
      source.values.drop(swap)
      restoreFiles()
    }
    let handlers = swapHandlers.filter { $0.swap == swap }
    if event != .switched { swapHandlers.removeAll { $0.swap == swap } }
    for entry in handlers { entry.handler(event) }
  }

  /// Tells one more how a swap goes that is under way, from its next step on.
  func join(_ swap: Int, _ handler: @escaping SwapHandler) { swapHandlers.append((swap, handler)) }

  /// The server that goes on finds its own values in its files.
  private func restoreFiles() {
    if source.plan.files.isEmpty { return }
    do throws(LaunchError) {
      try source.refreshFiles()
    } catch {
      remark("a file with a value could not be put back: \(error.message)")
    }
  }

  /// Ends the server, and the relay with it, as SIGTERM does.
  ///
  /// - Parameter grace: milliseconds from SIGTERM to SIGKILL; `nil` for the usual.
  package func stop(grace: Int64? = nil) {
    let grace = grace ?? settings.relay.terminationGrace
    if terminationTime == nil { terminationTime = now + grace }
    withSession { $0.stop(grace: grace, $1) }
    giveUpStarts()
  }
}
