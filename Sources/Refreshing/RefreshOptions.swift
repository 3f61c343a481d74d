package import Connections
package import NetClient
internal import Platform

/// How a token is refreshed.
package struct RefreshOptions: Sendable {
  /// Also a token that is fresh enough, and however short ago a refresh failed.
  package var isForced = false
  /// Seconds that the token must have left at least.
  package var minimumLife: Int64 = 0
  /// Proxy and certificates of this machine.
  package var network = LoginSettings()
  /// `nil` for the `mcp-valet-net` that is installed when it is needed.
  package var program: NetExecutable?
  /// Seconds since 1970-01-01T00:00:00Z.
  package var now: @Sendable () -> Int64 = { Int64(time(nil)) }

  /// 20 s: twice what `mcp-valet-net` gives a server for one request.
  package var answerWait = Duration.seconds(20)
  /// 5 s after a failure nobody asks again without being told to: a server that is down is not
  /// helped by every start of every server.
  package var pauseSeconds: Int64 = 5
  /// 25 s: another process is given its whole time with the server.
  package var lockSeconds = 25
  /// 5 s where the present token may still be used.
  package var usableLockSeconds = 5

  /// Refreshes what is stale, with the installed program.
  package init() {}

  /// Whether a connection's token is to be refreshed before anybody gets it.
  package func asksFor(_ record: ConnectionRecord) -> Bool {
    isForced || record.hasEnded || record.needsRefresh(now: now(), minimumLife: minimumLife)
  }

  func lockWait(isUsable: Bool) -> Duration {
    .seconds(isUsable ? min(usableLockSeconds, lockSeconds) : lockSeconds)
  }
}
