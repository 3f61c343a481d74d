/// Text from outside as one line of a message may show it: control characters, which could move
/// the cursor or begin a line of their own, and marks that reverse text become U+FFFD; what is
/// over 120 characters is cut.
package func printable(_ text: String) -> String { printable(text, limit: 120) }

/// The same with another limit.
package func printable(_ text: String, limit: Int) -> String {
  var shown = String.UnicodeScalarView()
  var count = 0
  for scalar in text.unicodeScalars {
    if count == limit { return String(shown) + "…" }
    shown.append(isUnprintable(scalar) ? "\u{FFFD}" : scalar)
    count += 1
  }
  return String(shown)
}

/// Controls (C0, DEL, C1), line and paragraph separators, and bidirectional marks.
package func isUnprintable(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.value {
  case 0x00...0x1F, 0x7F...0x9F: true
  case 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: true
  default: false
  }
}
