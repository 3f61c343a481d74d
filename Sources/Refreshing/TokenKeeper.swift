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

  package let name: ConnectionName
  private let key: ConnectionKey
  private let store: ConnectionStore
  private let options: RefreshOptions
  private var state = State.fresh
  /// Of the file that the server's token was in, or that told of the end.
  private var writeID: RandomID
  private var obtained: Int64?
  /// When the token ends; `nil` where nobody knows.
  package private(set) var expires: Int64?
  /// When it is to be refreshed; `nil`: it is not.
  private var due: Int64?
  private var failureCount = 0

  /// 2 s between two refreshes at least, whatever a server says of the life of its tokens.
  private static let shortestLife: Int64 = 2
  /// 5 s after a first failure, twice as long after each other one, up to a minute: by then another
  /// network may be there.
  private static let retryPauses: [Int64] = [5, 10, 20, 40, 60]
  /// 2 s: how long a login takes at most to reach a server whose token has ended.
  private static let loginPause = Duration.seconds(2)

  package init(_ held: HeldConnection, in store: ConnectionStore, options: RefreshOptions) {
    name = held.name
    key = held.key
    self.store = store
    self.options = options
    writeID = held.stored.writeID
    note(held.stored)
  }

  private func note(_ stored: StoredConnection) {
    let record = stored.record
    writeID = stored.writeID
    obtained = record.obtained
    expires = record.expires
    failureCount = 0
    state = .fresh
    due = nil
    guard let end = record.effectiveExpiry else { return }
    let begin = record.obtained ?? end
    let margin = ConnectionRecord.margin(ofLife: end - begin)
    due = max(end - margin, options.now() + Self.shortestLife)
  }

  // MARK: When

  /// Unix seconds at which ``advance(isIdle:)`` is to be called; `nil` for not before something else
  /// happens.
  package var nextWallTime: Int64? {
    switch state {
    case .fresh:
      guard let due else { return nil }
      // Past that, what is waited for is an idle server, or the end.
      return options.now() < due ? due : expires
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
    let now = options.now()
    switch state {
    case .fresh:
      guard isDue(now), isIdle || expires.map({ now >= $0 }) ?? true else { return nil }
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
    return obtained.map { now < $0 - 60 } ?? false
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
      let isNews = stored.record.obtained != obtained
      if isNews { return renew(stored) }
      guard !error.isFinal else {
        // It cannot be refreshed: it is used to its end.
        due = expires
        state = .fresh
        return nil
      }
      return retry(error)
    case .failed(let error): return error.isFinal ? end(error) : retry(error)
    }
  }

  private func renew(_ stored: StoredConnection) -> Event? {
    note(stored)
    return .renewed(HeldConnection(name, key, stored))
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

  /// Lets a refresh under way come to an end before the process does: what a server answers it may
  /// tell only once.
  ///
  /// - Parameter duration: how long that may take.
  package func finish(within duration: Duration) {
    guard case .refreshing(let refresh) = state else { return }
    refresh.hurry(duration)
    _ = TokenRefresh.finish([refresh])
  }

  // MARK: After the end

  private func end(_ error: RefreshError) -> Event? {
    // Where the file is gone, any that comes is another one.
    if let present = store.writeID(of: key.connectionID) { writeID = present }
    state = .ended(at: .now + Self.loginPause)
    return .ended(error)
  }

  private func lookForLogin() -> Event? {
    state = .ended(at: .now + Self.loginPause)
    guard let present = store.writeID(of: key.connectionID), present != writeID,
      let stored = try? store.read(key)
    else { return nil }
    writeID = stored.writeID
    guard stored.record.isUsable(now: options.now()) else { return nil }
    return renew(stored)
  }
}
