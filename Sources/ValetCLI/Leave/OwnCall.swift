internal import Hosts

/// Whether something in a host's file starts mcp-valet: such a thing fails once we are gone.
enum OwnCall {
  private static let program = "mcp-valet"

  /// What hosts call us with. A folder may have our name, too: a text that only names it is no call.
  private static let commands: Set<Substring> = ["get", "headers", "mcpb", "run", "token"]

  /// - Parameters:
  ///   - command: the program and its arguments, each of which may be a line for a shell.
  ///   - others: texts beside it that a host may run as well, such as `headersHelper`.
  static func isMade(by command: [String], others: [String]) -> Bool {
    let words = command.flatMap { Self.words(of: $0) }
    if let first = words.first, isProgram(first) { return true }
    return isCall(words) || others.contains { isCall(Self.words(of: $0)) }
  }

  /// For what no parser could read: whether it has our name anywhere.
  static func isNamed(in bytes: [UInt8]) -> Bool {
    let name = Array(program.utf8)
    guard bytes.count >= name.count else { return false }
    return (0...bytes.count - name.count).contains { start in
      bytes[start] == name[0] && bytes[start..<start + name.count].elementsEqual(name)
    }
  }

  private static func isCall(_ words: [Substring]) -> Bool {
    zip(words, words.dropFirst()).contains { isProgram($0) && commands.contains($1) }
  }

  private static func isProgram(_ word: Substring) -> Bool {
    word.split(separator: "/").last.map { $0 == program } ?? false
  }

  private static func words(of text: String) -> [Substring] {
    text.split { $0.isWhitespace || "\"'`;&|()".contains($0) }
  }
}

extension ConfiguredServer {
  /// Whether its host calls us for it, in whatever way.
  var callsUs: Bool {
    OwnCall.isMade(
      by: (command.map { [$0] } ?? []) + arguments, others: environment.map(\.value) + others)
  }
}

extension HostServer {
  /// As of ``ConfiguredServer``.
  var callsUs: Bool {
    OwnCall.isMade(
      by: (command.map { [$0.text] } ?? []) + arguments.map(\.text),
      others: (environment + others).map(\.slot.text))
  }
}
