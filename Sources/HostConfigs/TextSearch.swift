package import Secrets

/// Finds out what a file of any host names, without parsing the host's format: JSON, JSONC, TOML
/// and YAML write what is looked for in the same way, but for a `/` that JSON may escape.
///
/// What JSON writes as `\u0041` is not seen: no host and no person writes a reference so.
package struct TextSearch {
  /// 16 MiB: some hosts keep their whole history in the file that has the servers.
  package static let maximumLength = 16 << 20

  private let text: [UInt8]

  /// - Parameter text: the file.
  package init(_ text: [UInt8]) { self.text = text }

  /// The lines, counted from 1, on which one of the references stands as a whole.
  package func lines(naming references: [SecretReference]) -> [Int] {
    let wanted = references.map { Array($0.description.utf8) }
    var lines: [Int] = []
    var line = 1
    for index in text.indices {
      if text[index] == UInt8(ascii: "\n") { line += 1 }
      if lines.last != line, wanted.contains(where: { stands($0, at: index) }) {
        lines.append(line)
      }
    }
    return lines
  }

  private func stands(_ wanted: [UInt8], at start: Int) -> Bool {
    // `xvalet://` is another scheme.
    if start > 0, Self.isNameByte(text[start - 1]) { return false }
    var index = start
    for byte in wanted {
      if byte == UInt8(ascii: "/"), index < text.count, text[index] == UInt8(ascii: "\\") {
        index += 1
      }
      guard index < text.count, text[index] == byte else { return false }
      index += 1
    }
    guard index < text.count else { return true }
    // `valet://a` does not stand in `valet://a/b`, nor in `valet://ab`.
    if text[index] == UInt8(ascii: "\\"), index + 1 < text.count {
      return text[index + 1] != UInt8(ascii: "/")
    }
    return !Self.isNameByte(text[index]) && text[index] != UInt8(ascii: "/")
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
      UInt8(ascii: "@"), UInt8(ascii: "+"), UInt8(ascii: "-"):
      true
    default: false
    }
  }

  /// The lines on which `mcp-valet run NAME` stands for one of our servers, its words in whatever
  /// quotes and on however many lines.
  package func lines(running serverName: String) -> [Int] {
    var lines: [Int] = []
    var previous: [Word] = []
    var next = words()[...]
    while let word = next.popFirst() {
      defer { previous = previous.suffix(Self.reach - 1) + [word] }
      guard word.text == "run" else { continue }
      let name = next.first { !$0.text.utf8.starts(with: "-".utf8) }
      guard name?.text == serverName else { continue }
      // The program may stand before its arguments or, in JSON, behind them.
      let near = previous + next.prefix(Self.reach)
      if near.contains(where: { $0.text == "mcp-valet" || $0.text.hasSuffix("/mcp-valet") }) {
        lines.append(word.line)
      }
    }
    return lines
  }

  /// How many words the program and its `run` may be apart.
  private static let reach = 8

  private struct Word {
    let text: String
    let line: Int
  }

  /// Runs of what names, paths and options are made of.
  private func words() -> [Word] {
    var words: [Word] = []
    var start: Int?
    var line = 1
    func isPart(_ byte: UInt8) -> Bool { Self.isNameByte(byte) || byte == UInt8(ascii: "/") }
    for index in 0...text.count {
      let byte = index < text.count ? text[index] : UInt8(ascii: "\n")
      if isPart(byte) {
        start = start ?? index
        continue
      }
      if let from = start {
        words.append(Word(text: String(decoding: text[from..<index], as: UTF8.self), line: line))
        start = nil
      }
      if byte == UInt8(ascii: "\n") { line += 1 }
    }
    return words
  }
}
