internal import Broker

/// Columns for people, two spaces apart.
struct Table {
  let text: String

  /// - Parameter rows: as many cells each as there are titles. Control characters are shown
  ///   escaped: a note must not be able to move the cursor of whoever reads it.
  init(_ titles: [String], _ rows: [[String]]) {
    let lines = [titles] + rows.map { $0.map(Self.printable) }
    let widths = titles.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
    text = lines.map { line in
      let cells = zip(line, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
      let joined = cells.joined(separator: "  ")
      return String(joined.reversed().drop { $0 == " " }.reversed())
    }.joined(separator: "\n")
  }

  private static func printable(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator:
        result += scalar.escaped(asASCII: true)
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
