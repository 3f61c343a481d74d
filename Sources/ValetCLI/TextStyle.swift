internal import Broker
internal import Platform

/// Whether text for people has colours.
struct TextStyle {
  /// As terminals number them (ECMA-48, 8.3.117).
  enum Color: String {
    case plain = ""
    case faint = "2"
    case red = "31"
    case green = "32"
    case yellow = "33"
  }

  let isColored: Bool

  /// Colours on a terminal that knows them, unless `NO_COLOR` holds something (no-color.org).
  static var ofStandardOutput: TextStyle {
    let isRefused = Context.variable("NO_COLOR").map { !$0.isEmpty } ?? false
    let terminal = Context.variable("TERM") ?? ""
    return TextStyle(
      isColored: isatty(STDOUT_FILENO) == 1 && !isRefused && !terminal.isEmpty
        && terminal != "dumb")
  }

  func text(_ text: String, _ color: Color) -> String {
    isColored && color != .plain ? "\u{1b}[\(color.rawValue)m\(text)\u{1b}[0m" : text
  }
}
