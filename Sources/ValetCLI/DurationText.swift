internal import ArgumentParser
internal import Broker

/// A length of time as a person writes it: a number and `s`, `m`, `h` or `d`, such as `12h`.
struct DurationText: ExpressibleByArgument, Sendable {
  let seconds: Int64

  var duration: Duration { .seconds(seconds) }

  /// 400 days: an unlocked vault that outlives a year is no lock.
  static let maximumSeconds: Int64 = 400 * 86_400

  init?(argument: String) {
    let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
    guard let last = argument.last, let unit = units[last],
      let number = Int64(argument.dropLast()), number > 0, number <= Self.maximumSeconds / unit
    else { return nil }
    seconds = number * unit
  }

  /// The largest two units of an age, such as `3d 4h`.
  static func describe(seconds: Int64) -> String {
    let units: [(Int64, String)] = [(86_400, "d"), (3600, "h"), (60, "m"), (1, "s")]
    var rest = max(seconds, 0)
    var words: [String] = []
    for (size, name) in units where rest >= size && words.count < 2 {
      words.append("\(rest / size)\(name)")
      rest %= size
    }
    return words.isEmpty ? "0s" : words.joined(separator: " ")
  }
}
