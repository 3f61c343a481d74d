/// Whether what a command starts is found in the folder that it starts in: of a server that every
/// project of the user gets, that can be a folder of strangers, and what lies there would get its key.
enum RelativeStart {
  private static let interpreters = [
    "node", "nodejs", "tsx", "ts-node", "ruby", "perl", "php", "java", "sh", "bash", "dash", "zsh",
    "ksh", "fish", "deno", "bun",
  ]
  /// They look for a project around them.
  private static let builders = [
    "uv", "npm", "pnpm", "yarn", "make", "cargo", "go", "poetry", "pdm", "hatch", "rye", "pipenv",
    "dotnet", "gradle", "mvn", "just", "task", "bundle", "rake", "composer",
  ]
  /// Behind them stands code and no file.
  private static let codeFlags = ["-c", "-e", "-p", "--eval", "--print", "-r"]

  /// - Parameters:
  ///   - command: of a path its last part counts.
  ///   - arguments: as the host will start it.
  static func isPossible(_ command: String, _ arguments: [String]) -> Bool {
    let name = command.split(separator: "/").last.map(String.init) ?? command
    if builders.contains(name) {
      return !arguments.contains { $0.hasPrefix("/") || $0.contains("=/") }
    }
    guard interpreters.contains(name) || name.hasPrefix("python") else { return false }
    var previous = ""
    for word in arguments {
      let isSubcommand = ["deno", "bun"].contains(name) && ["run", "serve"].contains(word)
      if !word.hasPrefix("-"), !isSubcommand {
        return !word.hasPrefix("/") && !codeFlags.contains(previous)
      }
      previous = word
    }
    return false
  }
}
