internal import Control
internal import Launch
internal import Platform
internal import Redaction
internal import Refreshing
internal import Relay
internal import Secrets

/// Commands that ask this relay, over its socket.
extension Supervisor {
  /// Answers what has come in.
  func serveControl(_ slots: UnsafeMutableBufferPointer<pollfd>) {
    desk?.serve(slots, now: now)
    while let call = desk?.next() {
      let identity = call.identity
      switch call.takeRequest() {
      case .status: desk?.answer(identity, .status(status))
      case .stop(let grace):
        desk?.answer(identity, .stopping)
        stop(grace: Int64(grace))
      case .swap(let order): take(order, identity)
      case .withdraw(let serverName):
        if serverName == name { withdraw() }
        desk?.answer(identity, serverName == name ? .withdrawn : .notAffected)
      }
    }
  }

  private static let notAllowed = ControlAnswer.Failure(
    message: "the server is not allowed its secrets any more",
    hint: "allow it again with 'mcp-valet allow', and restart it in its host", exitCode: .denied)

  private func take(_ order: consuming SwapOrder, _ identity: CallIdentity) {
    if isWithdrawn {
      let isConcerned =
        order.secrets.isEmpty
        || order.secrets.contains { source.plan.references.contains($0.reference) }
      desk?.answer(identity, isConcerned ? .failed(Self.notAllowed) : .notAffected)
      return
    }
    var values: [NewValue] = []
    var standings: [HeldValues.Standing] = []
    for secret in order.secrets where source.plan.references.contains(secret.reference) {
      guard let value = Self.copy(secret, from: order.values) else {
        return refuse(identity, .notStarted(exitCode: ExitCode.storeUnavailable.rawValue))
      }
      standings.append(source.values.standing(of: value))
      values.append(value)
    }
    if values.isEmpty, !order.secrets.isEmpty {
      desk?.answer(identity, .notAffected)
      return
    }
    let adopted = adopt(order.connections)
    standings.removeAll { $0 == .present }
    if standings.isEmpty, !values.isEmpty {
      // It was launched after the value was stored and before its socket was asked.
      desk?.answer(identity, .unchanged)
      settle(adopted, .finished(abandoned: 0, announced: false))
    } else if case .tried(let swap)? = standings.first,
      standings.allSatisfy({ $0 == .tried(swap: swap) })
    {
      // Whoever asked for it may be gone; how it ends is not known yet.
      join(swap) { event in
        self.settle(adopted, event)
        self.tell(identity, event)
      }
    } else if settings.swapMode == .never, !values.isEmpty, values.allSatisfy(isOnlyInFiles) {
      replaceInFiles(values, adopted, identity)
    } else {
      requestSwap(values) { event in
        if case .switched = event { for value in values { self.noteGiven(value.reference) } }
        self.settle(adopted, event)
        self.tell(identity, event)
      }
    }
  }

  private func isOnlyInFiles(_ value: NewValue) -> Bool {
    !source.plan.values.contains(value.reference)
  }

  /// For a server that is never replaced, and may read its files again.
  private func replaceInFiles(
    _ values: [NewValue], _ adopted: [HeldConnection], _ identity: CallIdentity
  ) {
    let event: SwapEvent
    do throws(LaunchError) {
      for value in values {
        try replaceInFiles(value)
        noteGiven(value.reference)
      }
      event = .finished(abandoned: 0, announced: false)
    } catch {
      let problem = FailureReport.Problem(error)
      event = .failed(.notStarted(exitCode: error.exitCode.rawValue, problem))
    }
    settle(adopted, event)
    tell(identity, event)
  }

  private func tell(_ identity: CallIdentity, _ event: SwapEvent) {
    switch event {
    case .switched: desk?.answer(identity, .switched)
    case .finished(let abandoned, let announced):
      desk?.answer(
        identity, .finished(abandoned: UInt32(clamping: abandoned), announced: announced))
    case .failed(let failure): refuse(identity, failure)
    }
  }

  private func refuse(_ identity: CallIdentity, _ failure: SwapFailure) {
    desk?.answer(identity, .failed(ControlAnswer.Failure(failure)))
  }

  private static func copy(_ secret: HeldSecret, from values: borrowing SecretValues) -> NewValue? {
    var copy: NewValue?
    values.withValue(of: secret.reference) { bytes in
      guard let memory = try? SecretBytes(copying: bytes) else { return }
      copy = NewValue(secret.reference, version: secret.version, bytes: memory)
    }
    return copy
  }

  // MARK: Status

  private var status: ServerStatus {
    let host = getppid()
    var status = ServerStatus(
      serverName: source.plan.serverName, command: source.plan.commandName,
      brokerProcessID: getpid(), hostProcessID: host, hostName: ProcessInstance.name(of: host),
      started: started)
    if let link = currentLink ?? links.last, link.status == nil {
      status.serverProcessID = link.server.processID
    }
    switch session.isStateless {
    case nil: status.era = .unknown
    case false?: status.era = .handshake
    case true?: status.era = .stateless
    }
    switch settings.swapMode {
    case .overlap: status.swapMode = .overlap
    case .stopFirst: status.swapMode = .stopFirst
    case .never: status.swapMode = .never
    }
    for reference in source.plan.references {
      status.secrets.append(
        HeldSecret(reference, version: source.values.settledVersion(of: reference)))
    }
    status.messagesToServer = UInt64(hostLineCount)
    status.messagesToHost = UInt64(messageCount)
    for (index, name) in patterns.values.names.enumerated() {
      var count =
        redactor.counts[index] + (index < pastRedactions.count ? pastRedactions[index] : 0)
      for link in links { count += link.redactor.counts[index] }
      status.redactions.append(ServerStatus.Redaction(name: name, count: UInt64(count)))
    }
    status.memoryBytes = Self.anonymousMemory
    status.swapCount = UInt32(clamping: swapCount)
    return status
  }

  /// What a gone server's standard error has shown, by the index of the name.
  func keepCounts(of link: ServerLink) {
    for index in patterns.values.names.indices {
      while pastRedactions.count <= index { pastRedactions.append(0) }
      pastRedactions[index] += link.redactor.counts[index]
    }
  }
}
