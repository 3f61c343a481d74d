/// A line of a server's standard output that is no message, as a relay passes it on.
package enum MarkedLine {
  private static let mark = Array(" printed on its standard output: ".utf8)

  /// The lines of a text, each with its line end where it has one.
  package static func split(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
    var lines: [ArraySlice<UInt8>] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      let end = rest.firstIndex(of: 10).map { $0 + 1 } ?? rest.endIndex
      lines.append(rest[..<end])
      rest = rest[end...]
    }
    return lines
  }

  /// What the server printed; `nil` for any other line.
  package static func text(of line: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    guard line.starts(with: "mcp-valet: ".utf8) else { return nil }
    for start in line.indices where line[start...].starts(with: mark) {
      return line[(start + mark.count)...]
    }
    return nil
  }
}
