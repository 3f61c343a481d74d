internal import Broker
internal import Platform

/// Emphasis on a terminal: never in a file or a pipe, and never with `NO_COLOR` (no-color.org).
struct TerminalStyle {
  let isOn: Bool

  init(descriptor: Int32) {
    let isRefused = Context.variable("NO_COLOR").map { !$0.isEmpty } ?? false
    isOn = isatty(descriptor) == 1 && !isRefused && Context.variable("TERM") != "dumb"
  }

  /// Columns of a terminal, 80 where it does not say; `nil` for anything else.
  static func width(of descriptor: Int32) -> Int? {
    guard isatty(descriptor) == 1 else { return nil }
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }

  func bold(_ text: String) -> String { isOn ? "\u{1B}[1m\(text)\u{1B}[0m" : text }
}
