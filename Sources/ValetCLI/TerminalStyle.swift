internal import Broker
internal import Platform

/// Emphasis on a terminal: never in a file or a pipe, and never with `NO_COLOR` (no-color.org).
struct TerminalStyle {
  let isOn: Bool

  init(descriptor: Int32) {
    let isRefused = Context.variable("NO_COLOR").map { !$0.isEmpty } ?? false
    isOn = isatty(descriptor) == 1 && !isRefused && Context.variable("TERM") != "dumb"
  }

  func bold(_ text: String) -> String { isOn ? "\u{1B}[1m\(text)\u{1B}[0m" : text }
}
