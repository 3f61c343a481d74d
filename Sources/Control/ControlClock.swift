internal import Platform

/// The clocks of the module; both go on and nobody sets them.
package enum ControlClock {
  /// Milliseconds since some fixed moment.
  package static func now() -> Int64 {
    let time = time(CLOCK_MONOTONIC)
    return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
  }

  /// Nanoseconds since the machine started, the same in all processes; see ``SwapOrder/issued``.
  package static func issueTime() -> UInt64 {
    let time = time(CLOCK_MONOTONIC)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }

  private static func time(_ clock: clockid_t) -> timespec {
    var time = timespec()
    clock_gettime(clock, &time)
    return time
  }
}
