internal import Connections
internal import Files
internal import NetClient
package import Platform
package import SealedConnections
package import Secrets
package import Vault

/// One connection on its way to a fresh token, together with all other processes that want one:
/// lock, read again, still stale? refresh, persist, unlock (A31).
///
/// Nothing in it waits. Call ``advance()`` until there is an outcome, whenever ``descriptor`` is
/// ready and at ``nextLook``; or let ``finish(_:)`` do that.
///
/// Whoever does not get the lock does not wait for its turn but for the holder's result, so that
/// fifty processes are done when the first one is.
package final class TokenRefresh {
  /// A token and whether it is fresh, or why there is none.
  package enum Outcome: Sendable {
    /// The token can be used, and is as fresh as it gets.
    case fresh(StoredConnection)
    /// The token can be used; why there is no fresher one.
    case usable(StoredConnection, RefreshError)
    case failed(RefreshError)
  }

  /// Of the connection, for errors.
  package let name: ConnectionName
  /// Opens the connection's file.
  package let key: ConnectionKey
  let store: ConnectionStore
  let options: RefreshOptions
  /// As it was read last.
  private(set) var present: StoredConnection
  /// Whether the server gave this process a token.
  package private(set) var hasRefreshed = false
  /// When ``advance()`` is to be called, whether or not ``descriptor`` is ready.
  package private(set) var nextLook: MonotonicInstant

  private let first: RandomID
  /// Unix seconds.
  private let started: Int64
  private let begun = MonotonicInstant.now
  private var deadline: MonotonicInstant
  /// Whatever begins, it is over by then.
  private var limit: MonotonicInstant?
  private var turn: Turn?
  /// Somebody may write while a server refuses what was read before: once more then, and once only.
  private var mayTryAgain = true

  /// The server's answer is being waited for. The lock goes last: what is prepared under it must
  /// not be there any more when another process has it.
  private final class Turn {
    var net: NetProcess?
    var file: NewConnectionFile?
    /// What the server gave, and could not be written yet.
    var unsaved: ConnectionRecord?
    private var lock: ConnectionLock?

    init(_ lock: consuming ConnectionLock, _ file: consuming NewConnectionFile) {
      self.lock = consume lock
      self.file = consume file
    }

    deinit {
      net = nil
      file = nil
      lock = nil
    }

    /// Another file, after one that could not take the record.
    func prepareFile(
      _ key: ConnectionKey, in store: ConnectionStore
    ) throws(ConnectionStoreError) {
      guard let lock = lock.take() else { return }
      do throws(ConnectionStoreError) {
        file = try store.prepare(key, under: lock)
        self.lock = consume lock
      } catch {
        self.lock = consume lock
        throw error
      }
    }
  }

  /// - Parameter present: the connection as it was read; it need not be stale.
  package init(
    _ name: ConnectionName, _ key: ConnectionKey, _ present: StoredConnection,
    in store: ConnectionStore, options: RefreshOptions
  ) {
    self.name = name
    self.key = key
    self.present = present
    self.store = store
    self.options = options
    first = present.writeID
    started = options.now()
    nextLook = .now
    deadline = nextLook + options.lockWait(isUsable: present.record.isUsable(now: started))
  }

  /// What to poll for, beside ``nextLook``; `nil` while another process has the lock.
  package var descriptor: (number: Int32, events: Int16)? {
    turn?.net.map { ($0.descriptor, $0.events) }
  }

  /// Whether this process is the one that asks the server, and what it answers is not stored yet.
  var hasAsked: Bool { turn != nil }

  /// From now on there is less time: somebody wants this process to end.
  package func hurry(_ duration: Duration) {
    let end = min(limit ?? deadline, .now + duration)
    limit = end
    deadline = min(deadline, end)
  }

  /// Does what can be done without waiting.
  ///
  /// - Returns: `nil` when it goes on.
  package func advance() -> Outcome? {
    do throws(RefreshError) {
      if let turn { return try listen(turn) }
      return try takeTurn()
    } catch {
      return outcome(of: error)
    }
  }

  private func outcome(of error: RefreshError) -> Outcome {
    turn = nil
    return present.record.isUsable(now: options.now())
      ? .usable(present, error) : .failed(error)
  }

  // MARK: The lock

  private func takeTurn() throws(RefreshError) -> Outcome? {
    if let end = try settled() { return end }
    var lock = try lockIfFree()
    if lock == nil { return try wait() }
    // Between the look and the lock another process may have come and gone.
    try readAgain()
    if let end = try settled() { return end }
    guard present.record.canRefresh(now: options.now()) else {
      throw present.record.hasEnded || present.record.accessToken == nil
        ? .ended(name, reason: present.record.lastFailure?.message) : .expired(name)
    }
    if let lock = lock.take() { turn = try begin(lock) }
    deadline = .now + options.answerWait
    if let limit { deadline = min(deadline, limit) }
    return advance()
  }

  private func lockIfFree() throws(RefreshError) -> ConnectionLock? {
    do { return try store.lockIfFree(key.connectionID) } catch { throw .store(name, error) }
  }

  private func readAgain() throws(RefreshError) {
    do { present = try store.read(key) } catch { throw .store(name, error) }
  }

  private func wait() throws(RefreshError) -> Outcome? {
    let now = MonotonicInstant.now
    if now >= deadline { throw .busy(name, seconds: Int((now - begun).components.seconds)) }
    // 20 ms: fifty that look more often take from the one that works what they wait for.
    nextLook = now + .milliseconds(20)
    guard store.writeID(of: key.connectionID) != present.writeID else { return nil }
    try readAgain()
    return try settled()
  }

  /// Whether nothing is left to do, by what was read last.
  private func settled() throws(RefreshError) -> Outcome? {
    let (record, now) = (present.record, options.now())
    if isFresh(now) { return .fresh(present) }
    if options.isForced, present.writeID == first { return nil }
    guard !record.hasEnded, let failure = record.lastFailure else { return nil }
    // What failed while we waited failed for us too, or all who wait would fail one by one.
    let isOurs = failure.time >= started && present.writeID != first
    let isRecent = 0..<options.pauseSeconds ~= now - failure.time
    if isOurs || isRecent { throw .failedBefore(name, message: failure.message) }
    return nil
  }

  private func isFresh(_ now: Int64) -> Bool {
    let record = present.record
    guard record.isUsable(now: now) else { return false }
    // Got by another process since we began: as fresh as the server makes them, however short they
    // live.
    if present.writeID != first, let got = record.obtained, got >= started { return true }
    return !options.isForced && !record.needsRefresh(now: now, minimumLife: options.minimumLife)
  }

  // MARK: The server

  private func begin(_ lock: consuming ConnectionLock) throws(RefreshError) -> Turn {
    let file: NewConnectionFile
    do { file = try store.prepare(key, under: lock) } catch { throw .store(name, error) }
    let turn = Turn(lock, file)
    let request = NetRequest.begin(
      NetRequest.Begin(.refresh, present.record, settings: options.network))
    do {
      turn.net = try NetProcess.start(request, options.program)
    } catch { throw .net(name, error) }
    return turn
  }

  private func listen(_ turn: Turn) throws(RefreshError) -> Outcome? {
    if turn.unsaved != nil { return try save(turn) }
    let message: NetMessage?
    do { message = try answer(turn.net) } catch { return try fail(error, turn) }
    switch message {
    case .result(let record): return try accept(record, turn)
    case .failure(let failure): return try fail(failure, turn)
    default:
      nextLook = deadline
      return nil
    }
  }

  /// The message behind which nothing comes, once it is there.
  private func answer(_ net: NetProcess?) throws(NetProcessError) -> NetMessage? {
    while let message = try net?.advance() {
      if case .revoked = message { continue }
      if message.isLast { return message }
    }
    guard .now < deadline else {
      throw .timedOut(seconds: Int(options.answerWait.components.seconds))
    }
    return nil
  }

  private func accept(
    _ record: ConnectionRecord, _ turn: Turn
  ) throws(RefreshError) -> Outcome? {
    guard record.name == present.record.name, record.accessToken != nil else {
      return try fail(.exchange(.malformed("an answer without a token")), turn)
    }
    var new = present.record
    new.takeTokens(of: record, now: options.now())
    turn.unsaved = new
    turn.net = nil
    deadline = min(deadline, .now + Self.savingLimit)
    return try save(turn)
  }

  /// 5 s: how long a disk that does not take the tokens is tried again. The server gives them only
  /// once, and has made the old ones invalid.
  private static let savingLimit = Duration.seconds(5)

  /// Before anything in it is used (A25).
  private func save(_ turn: Turn) throws(RefreshError) -> Outcome? {
    guard let record = turn.unsaved else { return nil }
    do throws(ConnectionStoreError) {
      if turn.file == nil { try turn.prepareFile(key, in: store) }
      try store(record, turn)
    } catch {
      guard .now < deadline else { throw .store(name, error) }
      nextLook = .now + .milliseconds(200)
      return nil
    }
    self.turn = nil
    hasRefreshed = true
    return .fresh(present)
  }

  private func store(_ record: ConnectionRecord, _ turn: Turn) throws(ConnectionStoreError) {
    guard let file = turn.file.take() else { return }
    present = try file.replace(with: record, generation: present.generation + 1)
  }

  private func fail(_ failure: NetFailure, _ turn: Turn) throws(RefreshError) -> Outcome? {
    // Before anything is dropped: somebody who knows nothing of our lock may have put other tokens
    // there than those that the server refuses.
    if mayTryAgain, let writeID = store.writeID(of: key.connectionID), writeID != present.writeID {
      mayTryAgain = false
      self.turn = nil
      try readAgain()
      return advance()
    }
    var new = present.record
    new.apply(failure, time: options.now())
    // What is not noted is found out again by the next one.
    try? store(new, turn)
    self.turn = nil
    throw .refused(name, failure)
  }

  private func fail(_ error: NetProcessError, _ turn: Turn) throws(RefreshError) -> Outcome? {
    switch error {
    case .missing, .cannotStart: break
    // Nobody failed: we had no time.
    case .timedOut where limit != nil: break
    case .ended, .timedOut, .exchange:
      var new = present.record
      new.apply(
        NetFailure(
          code: "no-answer", message: error.message, exitCode: error.exitCode,
          effect: .isTransient), time: options.now())
      try? store(new, turn)
    }
    self.turn = nil
    throw .net(name, error)
  }
}

extension ConnectionRecord {
  /// Takes the tokens that a refresh got, and nothing else: the program on the network has no say
  /// in where this connection goes.
  ///
  /// - Parameter record: what came back.
  mutating func takeTokens(of record: ConnectionRecord, now: Int64) {
    accessToken = record.accessToken
    tokenType = record.tokenType
    if record.refreshToken != nil {
      refreshToken = record.refreshToken
      refreshExpires = record.refreshExpires
    }
    grantedScopes = record.grantedScopes
    obtained = record.obtained
    expires = record.expires
    lastRefresh = now
    lastFailure = nil
    hasEnded = false
  }
}
