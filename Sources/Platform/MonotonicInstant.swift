/// A moment on a clock that only goes forward, for deadlines.
///
/// Not `ContinuousClock`: that belongs to Swift's concurrency library, which together with the
/// dispatch library would be a tenth of a launch.
package struct MonotonicInstant: Comparable, Sendable {
  private var nanoseconds: Int64

  package static var now: MonotonicInstant {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return MonotonicInstant(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
  }

  /// - Parameter distance: below 292 years; what is longer is taken for that.
  package static func + (instant: MonotonicInstant, distance: Duration) -> MonotonicInstant {
    let (seconds, attoseconds) = distance.components
    let (whole, overflows) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    let (length, overflowsToo) = whole.addingReportingOverflow(attoseconds / 1_000_000_000)
    let (sum, isTooLate) = instant.nanoseconds.addingReportingOverflow(length)
    return MonotonicInstant(
      nanoseconds: overflows || overflowsToo || isTooLate ? .max : sum)
  }

  /// How long it is from `earlier` to `later`; negative when they are the other way round.
  package static func - (later: MonotonicInstant, earlier: MonotonicInstant) -> Duration {
    .nanoseconds(later.nanoseconds - earlier.nanoseconds)
  }

  package static func < (one: MonotonicInstant, other: MonotonicInstant) -> Bool {
    one.nanoseconds < other.nanoseconds
  }
}
