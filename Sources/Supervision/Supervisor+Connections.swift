internal import Control
internal import Launch
internal import Platform
internal import Refreshing
internal import Relay
internal import Secrets

/// A token on its way to the server.
struct Renewal {
  let held: HeldConnection
  /// When it is given to the server although that has something to do: its present token has ended.
  var deadline: Int64
  /// Milliseconds; after a swap that failed.
  var notBefore: Int64 = 0
  var failureCount = 0
  var isUnderWay = false
}

/// Tokens that end while the server runs.
///
/// A token in a variable reaches the server by a swap, when the server is idle; one in a file by
/// putting it there, which a server that is never to be replaced can have too.
extension Supervisor {
  func keep(_ keepers: [TokenKeeper]) {
    for keeper in keepers {
      let reference = SecretReference.oauth(keeper.name)
      // It would be renewed for nobody.
      if settings.swapMode == .never, !isInFile(reference) { continue }
      self.keepers.append(keeper)
    }
    if !self.keepers.isEmpty { wallTimer = WallTimer { Int64(time(nil)) } }
  }

  private func isInFile(_ reference: SecretReference) -> Bool {
    source.plan.files.contains { $0.reference == reference }
  }

  // MARK: Waiting

  /// Whether tokens are renewed. Once the host has ended, the server is about to; but one that no
  /// host ever spoke to, such as a plain program, runs on.
  private var isTending: Bool {
    exitCode == nil && terminationTime == nil && (!isHostEndTold || !session.hasHostSpoken)
  }

  /// A server that has no host any more is not replaced: there is nobody from whom it is hidden.
  private func isTended(_ keeper: TokenKeeper) -> Bool {
    !isHostEndTold || !source.plan.values.contains(.oauth(keeper.name))
  }

  func addConnections(to waits: inout PollList) {
    guard isTending else { return }
    if let timer = wallTimer?.descriptor { waits.add(.wallTimer, timer, reads: true) }
    for keeper in keepers where isTended(keeper) {
      if let (number, events) = keeper.descriptor { waits.add(.refresh, number, events: events) }
    }
  }

  /// Milliseconds; `nil` when the timer is all that is waited for.
  var connectionDeadline: Int64? {
    guard isTending else { return nil }
    var next: Int64 = wallTimer?.limit.map { now + $0 } ?? .max
    for keeper in keepers where isTended(keeper) {
      if let look = keeper.nextLook { next = min(next, now + Self.milliseconds(look - .now)) }
    }
    for renewal in renewals where !renewal.isUnderWay && renewal.notBefore > now {
      next = min(next, renewal.notBefore)
    }
    if hostHoldEnd > now { next = min(next, hostHoldEnd) }
    return next == .max ? nil : next
  }

  private static func milliseconds(_ duration: Duration) -> Int64 {
    let (seconds, attoseconds) = duration.components
    return max(seconds * 1_000 + attoseconds / 1_000_000_000_000_000 + 1, 0)
  }

  private func setTimer() {
    let wallTime = Int64(time(nil))
    var next: Int64?
    // A time that has passed is looked at again when the server is idle, not at once.
    for keeper in keepers where isTended(keeper) {
      if let time = keeper.nextWallTime, time > wallTime { next = min(next ?? time, time) }
    }
    for renewal in renewals where !renewal.isUnderWay && renewal.deadline > wallTime {
      next = min(next ?? renewal.deadline, renewal.deadline)
    }
    wallTimer?.set(next)
  }

  // MARK: Tokens

  /// Asks every keeper, and gives the server what there is for it.
  func tendConnections() {
    guard isTending else {
      hostHoldEnd = 0
      return
    }
    let isIdle = session.isIdle
    for keeper in keepers where isTended(keeper) {
      let oldEnd = keeper.latestUse
      switch keeper.advance(isIdle: isIdle) {
      case .renewed(let held)?: take(held, oldEnd: oldEnd)
      case .ended(let error)?: end(error)
      case .troubled(let error)?: remark(error.message)
      case nil: break
      }
    }
    keepers.removeAll(where: \.isOver)
    renew()
    holdHost()
    setTimer()
  }

  /// The first call after a suspend would meet a token that ended meanwhile: it waits for the next
  /// one, 10 s at most.
  private func holdHost() {
    let wallTime = Int64(time(nil))
    let isLate =
      keepers.contains { isTended($0) && $0.isReplacingEnded }
      || renewals.contains { $0.deadline <= wallTime && $0.notBefore <= now }
    if !isLate {
      hostHoldEnd = 0
    } else if hostHoldEnd == 0 {
      hostHoldEnd = now + 10_000
    }
  }

  private func take(_ held: HeldConnection, oldEnd: Int64?) {
    renewals.removeAll { $0.held.name == held.name && !$0.isUnderWay }
    let isEnded = ended.contains { $0.name == held.name }
    let deadline = isEnded ? 0 : oldEnd ?? 0
    renewals.append(Renewal(held: held, deadline: deadline))
  }

  private func renew() {
    let wallTime = Int64(time(nil))
    while let place = renewals.firstIndex(where: { renewal in
      !renewal.isUnderWay && renewal.notBefore <= now
        && (session.isIdle || renewal.deadline <= wallTime)
    }) {
      renewals[place].isUnderWay = true
      give(renewals[place])
    }
  }

  private func give(_ renewal: Renewal) {
    let held = renewal.held
    let reference = SecretReference.oauth(held.name)
    guard let value = Self.value(of: held) else {
      return retry(held, after: "there is no memory for it")
    }
    // Somebody may have given it to the server over our socket already.
    if source.values.standing(of: value) == .present { return finish(held) }
    if source.plan.values.contains(reference), settings.swapMode != .never {
      requestSwap([value]) { event in
        switch event {
        case .switched: self.recover(held.name)
        case .finished: self.finish(held)
        case .failed(.ending): self.renewals.removeAll { $0.held.name == held.name }
        case .failed(let failure): self.retry(held, after: failure.message)
        }
      }
    } else {
      do throws(LaunchError) {
        try replaceInFiles(value)
        finish(held)
      } catch {
        retry(held, after: error.message)
      }
    }
  }

  private static func value(of held: HeldConnection) -> NewValue? {
    guard let bytes = held.copyOfToken() else { return nil }
    return NewValue(.oauth(held.name), version: held.version, bytes: bytes)
  }

  /// The path stays the same, and so does the server.
  func replaceInFiles(_ value: NewValue) throws(LaunchError) {
    lastSwap += 1
    source.values.stage([value], for: lastSwap)
    do throws(LaunchError) {
      // After it is staged: what is searched for is the value that is in force.
      if isSearched(value.reference) { try search(for: [SearchedReference(value.reference)]) }
      try record?(.renewing)
      try source.refreshFiles()
    } catch {
      source.values.drop(lastSwap)
      throw error
    }
    source.values.keep(lastSwap)
  }

  private func finish(_ held: HeldConnection) {
    renewals.removeAll {
      $0.held.isOfConnection(held) && $0.held.generation <= held.generation
    }
    recover(held.name)
  }

  private func retry(_ held: HeldConnection, after reason: String) {
    guard let place = renewals.firstIndex(where: { $0.isUnderWay && $0.held.isOfConnection(held) })
    else { return }
    guard !isWithdrawn else {
      renewals.remove(at: place)
      return
    }
    remark("the new token of the connection \(held.name) was not given to it: \(reason)")
    // 10 s, then twice as long each time up to about ten minutes: each try starts a server.
    renewals[place].notBefore = now + 10_000 << min(renewals[place].failureCount, 6)
    renewals[place].failureCount += 1
    renewals[place].isUnderWay = false
  }

  // MARK: A connection that was made anew

  /// Keeps the tokens of other connections from now on, in the place of those of the same names.
  ///
  /// - Returns: what the server is to be given.
  func adopt(_ connections: [ConnectionHandover]) -> [HeldConnection] {
    var adopted: [HeldConnection] = []
    for connection in connections {
      guard case .oauth(let name) = connection.reference,
        let place = keepers.firstIndex(where: { $0.name == name && !$0.isRetired })
      else { continue }
      do throws(RefreshError) {
        guard
          let (keeper, held) = try keepers[place].successor(
            connectionID: connection.connectionID, key: connection.key)
        else { continue }
        keepers[place].retire()
        keepers.append(keeper)
        renewals.removeAll { $0.held.name == name }
        adopted.append(held)
      } catch {
        remark("its next token is not renewed: \(error.message)")
      }
    }
    return adopted
  }

  /// How the swap went that was to bring the tokens of adopted connections.
  func settle(_ adopted: [HeldConnection], _ event: SwapEvent) {
    if case .switched = event { return }
    for held in adopted {
      switch event {
      // A newer one than the one that came may lie in the file.
      case .switched, .finished: renewals.append(Renewal(held: held, deadline: 0))
      case .failed(.ending): break
      case .failed:
        let notBefore = now + (settings.swapMode == .never ? 0 : 10_000)
        renewals.append(Renewal(held: held, deadline: 0, notBefore: notBefore, failureCount: 1))
      }
    }
  }

  // MARK: A grant that was taken back

  /// The server keeps the values that it has until they end.
  func withdraw() {
    isWithdrawn = true
    renewals.removeAll { !$0.isUnderWay }
    for keeper in keepers { keeper.retire() }
  }

  // MARK: A login that has ended

  private func end(_ error: RefreshError) {
    let hint = error.hint.map { "; run: \($0)" } ?? ""
    remark(error.message + hint)
    ended.removeAll { $0.name == error.name }
    ended.append((error.name, error.message + hint))
    session.toolRefusal = ended[0].reason
  }

  /// Somebody gave the server a value over our socket.
  func noteGiven(_ reference: SecretReference) {
    if case .oauth(let name) = reference { recover(name) }
  }

  private func recover(_ name: ConnectionName) {
    guard ended.contains(where: { $0.name == name }) else { return }
    ended.removeAll { $0.name == name }
    session.toolRefusal = ended.first?.reason
  }
}
