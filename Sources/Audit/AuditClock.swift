internal import Platform

/// Times as the log writes them: UTC, to the millisecond, always 24 characters, so that they sort.
enum AuditClock {
  /// Such as `2026-11-21T07:35:23.123Z`.
  static func appendNow(to line: inout [UInt8]) {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    var seconds = time.tv_sec
    var parts = tm()
    gmtime_r(&seconds, &parts)
    append(Int(parts.tm_year) + 1900, digits: 4, to: &line)
    line.append(UInt8(ascii: "-"))
    append(Int(parts.tm_mon) + 1, digits: 2, to: &line)
    line.append(UInt8(ascii: "-"))
    append(Int(parts.tm_mday), digits: 2, to: &line)
    line.append(UInt8(ascii: "T"))
    append(Int(parts.tm_hour), digits: 2, to: &line)
    line.append(UInt8(ascii: ":"))
    append(Int(parts.tm_min), digits: 2, to: &line)
    line.append(UInt8(ascii: ":"))
    append(Int(parts.tm_sec), digits: 2, to: &line)
    line.append(UInt8(ascii: "."))
    append(Int(time.tv_nsec) / 1_000_000, digits: 3, to: &line)
    line.append(UInt8(ascii: "Z"))
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
