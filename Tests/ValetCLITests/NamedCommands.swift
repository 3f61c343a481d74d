import ArgumentParser
import ValetTesting

@testable import ValetCLI

/// A command that some text of the sources tells a person to type.
struct NamedCommand {
  /// File and line.
  let place: String
  /// What stands behind `mcp-valet`.
  let text: String
  /// Whether it has a line of its own, as examples do; else words of a sentence may follow it.
  let isExample: Bool
  /// Whether a quote stands in front: its name is mentioned, unless there is more behind it.
  let isQuoted: Bool

  private static let name = "mcp-valet "

  /// All of the sources' string literals; comments are for others.
  static func all(in sources: String) -> [NamedCommand] {
    files(below: sources).flatMap { path in
      let text = String(decoding: (try? TemporaryFolder.read(path)) ?? [], as: UTF8.self)
      return commands(of: text, at: String(path.dropFirst(sources.count + 1)))
    }
  }

  /// Sources of Swift; a name without a dot is a folder's.
  private static func files(below path: String) -> [String] {
    TemporaryFolder.names(in: path).sorted().flatMap { name -> [String] in
      if name.hasSuffix(".swift") { return ["\(path)/\(name)"] }
      return name.contains(".") ? [] : files(below: "\(path)/\(name)")
    }
  }

  private static func commands(of text: String, at path: String) -> [NamedCommand] {
    var found: [NamedCommand] = []
    // A command of an example may go on in the next line.
    let lines = text.replacing("\\\\\n", with: "  ").replacing("\\\n", with: "").split(
      separator: "\n", omittingEmptySubsequences: false)
    for (number, line) in lines.enumerated() {
      let words = line.drop { $0 == " " }
      if words.hasPrefix("//") || words.hasPrefix("usage:") { continue }
      let isExample =
        words.hasPrefix(name) || (words.contains("| " + name) && !words.contains("\""))
      var before = line[..<line.startIndex]
      for piece in line.split(separator: name, omittingEmptySubsequences: false) {
        defer { before = piece }
        if piece.startIndex == line.startIndex { continue }
        found.append(
          NamedCommand(
            place: "\(path):\(number + 1)", text: String(piece),
            isExample: isExample || before.hasSuffix("$(") || before.hasSuffix("\": \""),
            isQuoted: before.last.map { "'`\"$(".contains($0) } ?? false))
      }
    }
    return found
  }

  /// What would be typed; `nil` where this names no command but the program, or how one is used.
  func words() -> [String]? {
    var typed: [String] = []
    var command: any ParsableCommand.Type = ValetCommand.self
    var isDeep = false
    for word in Self.shellWords(text) {
      if word == "--" && !isExample && typed.isEmpty { return nil }
      if !isDeep,
        let next = command.configuration.subcommands.first(where: {
          $0.configuration.commandName == word
        })
      {
        command = next
        typed.append(word)
        continue
      }
      // The name of an item in the keyring, or none of our commands.
      if typed.isEmpty || typed == ["vault"] && word == Self.given { return nil }
      isDeep = true
      if word.contains("[") { return nil }
      if !isExample, !Self.isTyped(word) { break }
      typed.append(["N", "PORT"].contains(word) ? "3118" : word)
    }
    return isQuoted && !isDeep && !isWhole(typed) ? nil : typed
  }

  /// Whether a command is all of its literal.
  private func isWhole(_ typed: [String]) -> Bool {
    text.hasPrefix("\(typed.joined(separator: " "))\"")
  }

  /// Whether a word of a sentence belongs to a command: an option, a place-holder, a value.
  private static func isTyped(_ word: String) -> Bool {
    if word.hasPrefix("-") || ["on", "off", "keyring"].contains(word) { return true }
    let isPlaceholder = word.allSatisfy { $0.isUppercase || $0 == "…" }
    return isPlaceholder || word.contains { "/=:".contains($0) } || word.contains(given)
  }

  /// In the place of an interpolation.
  private static let given = "GIVEN"

  /// Up to the end of the literal or of the command.
  private static func shellWords(_ text: String) -> [String] {
    var words: [String] = []
    var word = ""
    var rest = text[...]
    func end() {
      if !word.isEmpty { words.append(word) }
      word = ""
    }
    while let character = rest.popFirst() {
      switch character {
      case "\\" where rest.first == "(":
        var depth = 0
        repeat {
          let next = rest.popFirst()
          depth += next == "(" ? 1 : next == ")" ? -1 : 0
        } while depth > 0 && !rest.isEmpty
        word += given
      case " ": end()
      case "\\" where rest.first == "\"":
        end()
        return words
      case ",", ";", ")", "`":
        end()
        return words
      case "\"", "|", ">", "#":
        end()
        return words
      case "'":
        guard let close = rest.firstIndex(of: "'"), word.isEmpty || word.hasSuffix("=") else {
          end()
          return words
        }
        word += String(rest[..<close]).contains("\\(") ? given : String(rest[..<close])
        rest = rest[rest.index(after: close)...]
      default: word.append(character)
      }
    }
    end()
    return words
  }
}
