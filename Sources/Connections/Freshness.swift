extension ConnectionRecord {
  /// Seconds before its expiry at which a token of that life is refreshed: 60, or a tenth of the
  /// life, rounded up, where that is less.
  ///
  /// A minute covers the way to a server, its clock and ours; of a token that lives five minutes,
  /// half a minute is enough, and one that lives seconds would otherwise always be stale.
  package static func margin(ofLife life: Int64) -> Int64 {
    max(0, min(60, (life + 9) / 10))
  }

  /// 3,600 s: what a token is taken to live that can be refreshed and whose server does not say how
  /// long it lives. Most live that long or longer, and one refresh an hour is no burden.
  package static let assumedLifetime: Int64 = 3_600

  /// Seconds by which the clock may lie behind the moment a token was got before that means that
  /// somebody has set it back.
  private static let clockTolerance: Int64 = 60

  /// When the access token ends or is taken to end; `nil` when nothing says that it does.
  package var effectiveExpiry: Int64? {
    if let expires { return expires }
    guard let obtained else { return nil }
    if let lifetime = preset?.defaultLifetime { return obtained + Int64(lifetime) }
    return refreshToken != nil || grant == .clientCredentials
      ? obtained + Self.assumedLifetime : nil
  }

  /// Whether the access token is to be refreshed before it is given to anybody.
  ///
  /// - Parameters:
  ///   - now: Unix seconds.
  ///   - minimumLife: seconds that the token must have left at least, when that is more than the
  ///     margin (`token --min-ttl`).
  package func needsRefresh(now: Int64, minimumLife: Int64 = 0) -> Bool {
    guard accessToken != nil else { return true }
    guard let expiry = effectiveExpiry else { return false }
    guard let obtained else { return expiry <= now }
    // The clock was set back: how much is left cannot be known.
    if now < obtained - Self.clockTolerance { return true }
    return expiry - now <= max(Self.margin(ofLife: expiry - obtained), minimumLife)
  }

  /// Whether the access token may still be given out when no refresh succeeds. One whose server did
  /// not say when it ends may.
  package func isUsable(now: Int64) -> Bool {
    guard accessToken != nil, !hasEnded else { return false }
    guard let expires else { return true }
    return now < expires
  }

  /// Whether there is anything to refresh with: a refresh token that has not ended, or a client
  /// that gets tokens in its own name.
  package func canRefresh(now: Int64) -> Bool {
    guard !hasEnded, endpoints.token != nil, registration != nil else { return false }
    if grant == .clientCredentials { return true }
    guard refreshToken != nil else { return false }
    return refreshExpires.map { now < $0 } ?? true
  }
}
