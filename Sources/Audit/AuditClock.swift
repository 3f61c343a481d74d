internal import Platform

/// Times as the log writes them: UTC, to the millisecond, always 24 characters, so that they sort.
enum AuditClock {
  /// Such as `2026-11-21T07:35:23.123Z`.
  static func appendNow(to line: inout [UInt8]) {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    append(seconds: Int(time.tv_sec), milliseconds: Int(time.tv_nsec) / 1_000_000, to: &line)
  }

  /// By hand: `gmtime_r` reads the file of the time zone, a tenth of a millisecond of a launch, and
  /// `TZ` names which.
  static func append(seconds: Int, milliseconds: Int, to line: inout [UInt8]) {
    let seconds = max(seconds, 0)
    let (year, month, day) = date(ofDay: seconds / 86_400)
    append(year, digits: 4, to: &line)
    line.append(UInt8(ascii: "-"))
    append(month, digits: 2, to: &line)
    line.append(UInt8(ascii: "-"))
    append(day, digits: 2, to: &line)
    line.append(UInt8(ascii: "T"))
    append(seconds / 3600 % 24, digits: 2, to: &line)
    line.append(UInt8(ascii: ":"))
    append(seconds / 60 % 60, digits: 2, to: &line)
    line.append(UInt8(ascii: ":"))
    append(seconds % 60, digits: 2, to: &line)
    line.append(UInt8(ascii: "."))
    append(milliseconds, digits: 3, to: &line)
    line.append(UInt8(ascii: "Z"))
  }

  /// The Gregorian date of a day counted from 1970-01-01. The year begins in March here, so that its
  /// odd day is its last; 146,097 days are 400 years.
  private static func date(ofDay number: Int) -> (year: Int, month: Int, day: Int) {
    let shifted = number + 719_468
    let era = shifted / 146_097
    let dayOfEra = shifted % 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    return (era * 400 + yearOfEra + (month <= 2 ? 1 : 0), month, day)
  }

  private static func append(_ number: Int, digits: Int, to line: inout [UInt8]) {
    var divisor = 1
    for _ in 1..<digits { divisor *= 10 }
    while divisor > 0 {
      line.append(UInt8(ascii: "0") + UInt8(number / divisor % 10))
      divisor /= 10
    }
  }
}
