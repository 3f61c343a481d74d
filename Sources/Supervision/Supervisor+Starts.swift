internal import Launch
internal import Platform
internal import Redaction
internal import Relay
internal import Secrets

/// Servers that come and go.
extension Supervisor {
  /// Starts another server, and does not wait for it: `execve` may hang on a file system that is
  /// gone, and the old server serves on meanwhile.
  func start(_ generation: Int) {
    let link: ServerLink
    do {
      try record?(.starting)
      let server = try source.start()
      do throws(SecretMemoryError) {
        link = try ServerLink(generation, server)
      } catch {
        throw LaunchError.memory(error)
      }
    } catch {
      let failure = (error as? LaunchError) ?? .guardianLost
      return notStarted(generation, failure)
    }
    link.values = valuesInForce
    link.startDeadline = now + settings.relay.startLimit
    if !hostOutput.isOpen {
      link.server.closeOutput()
      link.hasOutputEnded = true
    }
    links.append(link)
  }

  private func notStarted(_ generation: Int, _ failure: LaunchError) {
    remark("the new server was not started: \(failure.message)")
    let problem = FailureReport.Problem(failure)
    withSession {
      $0.serverNotStarted(
        generation, exitCode: failure.exitCode.rawValue, because: problem, $1)
    }
  }

  /// Whether somebody is to be told what a server says last: the host before the first answer, or
  /// whoever asked for a swap.
  func needsLastWords(of link: ServerLink) -> Bool {
    !session.hasAnswered || session.isOnTrial(link.generation)
  }

  /// A start has come to nothing.
  func fail(_ link: ServerLink, _ event: GuardianEvent) {
    guard !link.isOutputDone else { return }
    link.isOutputDone = true
    link.startDeadline = nil
    dismiss(link)
    notStarted(link.generation, link.server.error(of: event))
  }

  /// Gives up starts that hang: their guardians end, and say so.
  func giveUpStarts(onlyLate: Bool = false) {
    for link in links where !link.isStarted && !link.isDismissed {
      if onlyLate, link.startDeadline.map({ now < $0 }) ?? true { continue }
      dismiss(link)
    }
  }

  /// Ends what a server has left, without waiting.
  func dismiss(_ link: ServerLink) {
    guard !link.isDismissed else { return }
    link.isDismissed = true
    // The files are those of the servers that come after it too.
    link.server.dismiss(keepingFiles: exitCode == nil)
  }

  /// Dismisses servers that have ended and said all they had to say, and forgets those whose
  /// guardian has gone.
  func clearLinks() {
    guard links.count > 1, exitCode == nil else { return }
    for link in links where link.status != nil && link.isOutputDone && areErrorsOver(link) {
      dismiss(link)
    }
    links.removeAll { link in
      guard link.hasGone, link.isDismissed else { return false }
      if hostQueue.hasLent { hostQueue.detach() }
      keepCounts(of: link)
      return true
    }
  }

  /// Whether nothing more is to be expected of what a server prints on its standard error.
  func areErrorsOver(_ link: ServerLink) -> Bool {
    if !link.hasErrorsOpen { return true }
    guard link.status != nil || !link.isStarted else { return false }
    if let terminationTime, now >= max(terminationTime, link.endTime) + Self.lateOutput {
      return true
    }
    if !errors.hasRoom { return now >= max(errors.lastDelivery, link.endTime) + Self.stalledHost }
    return now >= link.endTime + Self.lateOutput
  }
}

extension Supervisor {
  /// Of the newest server.
  package var processIDs: (guardian: Int32, server: Int32) {
    guard let link = links.last else { return (0, 0) }
    return (link.server.guardianID, link.server.processID)
  }
}
