internal import CLaunch
internal import Platform

/// Wakes a relay at a time of the clock on the wall: also when the machine slept meanwhile, or the
/// clock was set. Where the system has nothing of the kind, the loop looks every few seconds.
struct WallTimer: ~Copyable {
  /// 10 s, in milliseconds: how late a token may be where there is no such timer.
  private static let boundedWait: Int64 = 10_000

  /// -1 where there is none.
  let descriptor: Int32
  /// Unix seconds; `nil` for never.
  private var time: Int64?
  /// Seconds since 1970-01-01T00:00:00Z.
  private let now: () -> Int64

  init(now: @escaping () -> Int64) {
    descriptor = claunch_wall_timer()
    self.now = now
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  mutating func set(_ newTime: Int64?) {
    guard newTime != time else { return }
    time = newTime
    // 0 would stop it, and with it the news of a clock that is set.
    if descriptor >= 0 { _ = claunch_set_wall_timer(descriptor, max(newTime ?? .max / 4, 1)) }
  }

  /// Takes note that it went off.
  mutating func take() {
    claunch_take_wall_timer(descriptor)
    // Set anew also for the same time: one that was cancelled goes off no more.
    time = nil
  }

  /// How long the loop may wait at most, in milliseconds; `nil` for as long as it likes.
  var limit: Int64? {
    guard descriptor < 0, let time else { return nil }
    return min(max(time - now(), 0) * 1_000, Self.boundedWait)
  }
}
