internal import Connections
package import Platform
package import SealedConnections
package import Secrets
internal import Vault

/// Keeps the token of one running server fresh, for as long as the server runs: with the
/// connection's key alone, whether or not the vault is locked.
///
/// Nothing in it waits, and it holds no refresh token: each time the connection is read anew, so
/// what another process got is taken over without asking anybody. Times are those of the clock on
/// the wall, since that is what tokens end by: through suspends, and when the clock is set.
package final class TokenKeeper {
  /// What ``advance(isIdle:)`` has to say.
  package enum Event {
    /// Another token than the server has.
    case renewed(HeldConnection)
    /// Nothing helps but what a person does, a login or whatever the hint names. The keeper goes on
    /// looking for the token that comes of it.
    case ended(RefreshError)
    /// There is no new token yet, and one is tried for again.
    case troubled(RefreshError)
  }

  private enum State {
    case fresh
    case refreshing(TokenRefresh)
    /// At a time of the wall clock.
    case retrying(at: Int64)
    /// The file is looked at again then.
    case ended(at: MonotonicInstant)
  }

  /// Of the connection that is kept.
  package let name: ConnectionName
  private let key: ConnectionKey
  private let store: ConnectionStore
  private let options: RefreshOptions
  private var state = State.fresh
  /// Of the server's token.
  private var life: TokenLife
  /// Whether nothing is there to get another one with.
  private var isLast = false
  /// Of the file that told of the end.
  private var endID: RandomID?
  /// When it is to be refreshed; `nil`: it is not.
  private var due: Int64?
  private var failureCount = 0
  /// Whether ``retire()`` was called: there are no events any more.
  package private(set) var isRetired = false

  /// 2 s between two refreshes at least, whatever a server says of the life of its tokens.
  private static let shortestLife: Int64 = 2
  /// 5 s after a first failure, twice as long after each other one, up to a minute: by then another
  /// network may be there.
  private static let retryPauses: [Int64] = [5, 10, 20, 40, 60]
  /// 2 s: how long a login takes at most to reach a server whose token has ended.
  private static let loginPause = Duration.seconds(2)

  /// Keeps what the server has been given; nothing is read or asked for yet.
  package init(_ held: HeldConnection, in store: ConnectionStore, options: RefreshOptions) {
    name = held.name
    key = held.key
    self.store = store
    self.options = options
    life = held.life
    note(held.life)
  }

  private func note(_ life: TokenLife) {
    self.life = life
    isLast = false
    failureCount = 0
    state = .fresh
    due = life.effectiveExpiry.map { max($0 - life.margin, options.now() + Self.shortestLife) }
  }

  /// When the server is given another token whatever it is doing; `nil` for never. A time that is
  /// only a guess is given a little more.
  package var latestUse: Int64? {
    life.expires ?? life.effectiveExpiry.map { $0 + life.margin }
  }

  /// Whether the server's token has ended, and the next one is on its way.
  package var isReplacingEnded: Bool {
    guard case .refreshing = state, let end = life.expires else { return false }
    return options.now() >= end
  }

  // MARK: When

  /// Unix seconds at which ``advance(isIdle:)`` is to be called; `nil` for not before something else
  /// happens.
  package var nextWallTime: Int64? {
    switch state {
    case .fresh:
      guard let due else { return nil }
      // Past that, what is waited for is an idle server, or the end.
      return options.now() < due ? due : latestUse
    case .retrying(let time): return time
    case .refreshing, .ended: return nil
    }
  }

  /// The same by the other clock.
  package var nextLook: MonotonicInstant? {
    switch state {
    case .refreshing(let refresh): refresh.nextLook
    case .ended(let time): time
    case .fresh, .retrying: nil
    }
  }

  /// What to poll for beside.
  package var descriptor: (number: Int32, events: Int16)? {
    if case .refreshing(let refresh) = state { refresh.descriptor } else { nil }
  }

  // MARK: What

  /// Does what can be done without waiting.
  ///
  /// - Parameter isIdle: whether the server has nothing to do; one that has is left alone until its
  ///   token ends.
  /// - Returns: `nil` when there is nothing to say.
  package func advance(isIdle: Bool) -> Event? {
    if isRetired {
      if case .refreshing(let refresh) = state, refresh.advance() != nil { state = .fresh }
      return nil
    }
    let now = options.now()
    switch state {
    case .fresh:
      guard isDue(now), isIdle || latestUse.map({ now >= $0 }) ?? true else { return nil }
      return begin()
    case .retrying(let time): return now >= time ? begin() : nil
    case .refreshing(let refresh): return refresh.advance().flatMap { take($0) }
    case .ended(let time): return .now >= time ? lookForLogin() : nil
    }
  }

  private func isDue(_ now: Int64) -> Bool {
    guard let due else { return false }
    if now >= due { return true }
    // The clock was set back: how much is left cannot be known.
    return !isLast && life.obtained.map { now < $0 - 60 } ?? false
  }

  private func begin() -> Event? {
    let stored: StoredConnection
    do {
      stored = try store.read(key)
    } catch { return take(.failed(.store(name, error))) }
    let refresh = TokenRefresh(name, key, stored, in: store, options: options)
    state = .refreshing(refresh)
    return refresh.advance().flatMap { take($0) }
  }

  private func take(_ outcome: TokenRefresh.Outcome) -> Event? {
    switch outcome {
    case .fresh(let stored): return renew(stored)
    case .usable(let stored, let error):
      let isNews = stored.record.obtained != life.obtained
      if isNews { return renew(stored) }
      guard !error.isFinal else {
        // It cannot be refreshed: it is used to its end.
        due = life.expires
        isLast = true
        state = .fresh
        return nil
      }
      return retry(error)
    case .failed(let error): return error.isFinal ? end(error) : retry(error)
    }
  }

  private func renew(_ stored: StoredConnection) -> Event? {
    let held = HeldConnection(name, key, stored)
    note(held.life)
    return .renewed(held)
  }

  private func event(for error: RefreshError) -> Event? {
    failureCount += 1
    return failureCount == 1 ? .troubled(error) : nil
  }

  private func retry(_ error: RefreshError) -> Event? {
    let event = event(for: error)
    let pause = Self.retryPauses[min(failureCount, Self.retryPauses.count) - 1]
    state = .retrying(at: options.now() + pause)
    return event
  }

  /// Lets refreshes under way come to an end before the process does: what a server answers it may
  /// tell only once. Who only waits for another process is not waited for.
  ///
  /// - Parameter duration: how long that may take, for all of them.
  package static func finish(_ keepers: [TokenKeeper], within duration: Duration) {
    var asking: [TokenRefresh] = []
    for keeper in keepers {
      guard case .refreshing(let refresh) = keeper.state, refresh.hasAsked else {
        continue
      }
      refresh.hurry(duration)
      asking.append(refresh)
    }
    _ = TokenRefresh.finish(asking)
  }

  // MARK: Another connection

  /// What keeps the token of another connection of the same name, as a login makes it after a logout.
  ///
  /// - Parameters:
  ///   - connectionID: 16 bytes.
  ///   - key: 32 bytes.
  /// - Returns: the keeper, and the token that it takes the server to have; `nil` when it is this very
  ///   connection.
  /// - Throws: ``RefreshError/store(_:_:)``.
  package func successor(
    connectionID: [UInt8], key: borrowing SecretBytes
  ) throws(RefreshError) -> (keeper: TokenKeeper, held: HeldConnection)? {
    let id = connectionID.withUnsafeBytes { RandomID($0, at: 0) }
    if id == self.key.connectionID { return nil }
    let other: ConnectionKey
    do throws(VaultError) {
      other = try key.withUnsafeBytes { (bytes) throws(VaultError) in
        try ConnectionKey(id, copying: bytes)
      }
    } catch { throw .store(name, .vault(error)) }
    do throws(ConnectionStoreError) {
      let held = HeldConnection(name, other, try store.read(other))
      return (TokenKeeper(held, in: store, options: options), held)
    } catch { throw .store(name, error) }
  }

  // MARK: Retirement

  /// Ends the keeping. A refresh that the server was asked for is brought to its end and stored, for
  /// whoever else uses the connection: what the server answers it may tell only once.
  package func retire() {
    isRetired = true
    due = nil
    if case .refreshing(let refresh) = state, refresh.descriptor != nil { return }
    state = .fresh
  }

  /// Whether it has retired and nothing is left to be done.
  package var isOver: Bool {
    if case .refreshing = state { return false }
    return isRetired
  }

  // MARK: After the end

  private func end(_ error: RefreshError) -> Event? {
    switch error {
    // Nothing was written that would tell: the same file may come back, and a clock be set right.
    case .store, .expired: endID = nil
    default: endID = store.writeID(of: key.connectionID)
    }
    state = .ended(at: .now + Self.loginPause)
    return .ended(error)
  }

  private func lookForLogin() -> Event? {
    state = .ended(at: .now + Self.loginPause)
    guard let present = store.writeID(of: key.connectionID), present != endID,
      let stored = try? store.read(key), !stored.record.hasEnded
    else { return nil }
    let now = options.now()
    if stored.record.isUsable(now: now) { return renew(stored) }
    return stored.record.canRefresh(now: now) ? begin() : nil
  }
}
