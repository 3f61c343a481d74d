internal import ArgumentParser
internal import Broker
internal import FoundationEssentials

/// A date as RFC 3339 writes it: `2027-01-31` (its first second, in UTC) or
/// `2027-01-31T08:00:00Z`.
struct DateText: ExpressibleByArgument, Sendable {
  /// Seconds since 1970-01-01T00:00:00Z.
  let seconds: Int64

  init?(argument: String) {
    let style = Date.ISO8601FormatStyle()
    let date =
      (try? style.parse(argument)) ?? (try? style.year().month().day().parse(argument))
    guard let date, date.timeIntervalSince1970 > 0 else { return nil }
    seconds = Int64(date.timeIntervalSince1970)
  }

  static func describe(_ seconds: Int64) -> String {
    Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601)
  }

  static func describeDay(_ seconds: Int64) -> String {
    String(describe(seconds).prefix(10))
  }
}
