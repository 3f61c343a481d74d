extension TerminalStyle {
  /// As terminals number them (ECMA-48, 8.3.117).
  enum Color: String {
    case plain = ""
    case faint = "2"
    case red = "31"
    case green = "32"
    case yellow = "33"
  }

  func colored(_ text: String, _ color: Color) -> String {
    isOn && color != .plain ? "\u{1B}[\(color.rawValue)m\(text)\u{1B}[0m" : text
  }
}
