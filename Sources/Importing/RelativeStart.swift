internal import Grants

/// Whether what a command starts is found by way of the folder that it starts in. Of a server that
/// every project of the user gets, that can be a folder of strangers, and what lies there would get
/// its key; in an empty folder, it would find nothing.
///
/// What only looks like it counts too: the start stays as it is then, which harms nobody.
enum RelativeStart {
  /// - Parameters:
  ///   - command: of a path its last part counts.
  ///   - arguments: as the host will start it.
  static func isPossible(_ command: String, _ arguments: [String]) -> Bool {
    if command.contains("/"), !command.hasPrefix("/") { return true }
    let words = arguments.map { Array($0.utf8) }
    if PackageRunner(command: Array(command.utf8), arguments: words) != nil {
      return arguments.contains { namesHere($0) }
    }
    switch StartProgram(command) {
    case .wrapper(let name): return wrapped(by: name, arguments)
    // They look for a project around them, or around a folder that they are told.
    case .builder: return !arguments.contains { $0.hasPrefix("/") || $0.contains("=/") }
    case .compose: return composes(arguments[...])
    case .engine where arguments.contains("compose"):
      return composes(arguments[...])
    case .shell: return shell(arguments)
    case .python: return python(arguments)
    case .interpreter: return interpreter(arguments)
    case .engine, .runner, .other: return namesFiles(arguments[...])
    }
  }

  /// `.`, `./x`, `../x`, `.env`, `.:/work`; behind a `=` too.
  static func namesHere(_ word: String) -> Bool {
    word.hasPrefix(".") || word.firstIndex(of: "=").map { word[$0...].hasPrefix("=.") } == true
  }

  /// A file without a folder, or in one below the present one.
  private static func isFileName(_ word: String) -> Bool {
    let value = word.firstIndex(of: "=").map { word[word.index(after: $0)...] } ?? word[...]
    return !value.hasPrefix("/") && value.range(ofBytes: "://") == nil
      && !value.contains { $0 == " " || $0 == "{" }
      && fileEndings.contains { value.hasSuffix($0) }
  }

  private static let fileEndings = [
    ".js", ".mjs", ".cjs", ".ts", ".mts", ".cts", ".py", ".sh", ".rb", ".pl", ".php", ".jar",
    ".json", ".yaml", ".yml", ".toml", ".env",
  ]

  // MARK: - Programs that start another

  /// The other is the first word that names one of the programs which are known here: whose options
  /// take a word of their own differs from one to the next.
  private static func wrapped(by name: String, _ arguments: [String]) -> Bool {
    // `env -S "node server.js"`: several words in one.
    if arguments.contains(where: { $0.hasPrefix("-S") || $0.hasPrefix("--split-string") }) {
      return true
    }
    let start = arguments.firstIndex { word in
      if case .other = StartProgram(word) { false } else { true }
    }
    let options = arguments[..<(start ?? arguments.endIndex)]
    // They read settings from where they are, unless told otherwise.
    let looksAround = ["dotenv", "dotenvx"].contains(name)
    if looksAround, !options.contains(where: { $0.hasPrefix("/") || $0.contains("=/") }) {
      return true
    }
    if options.contains(where: { namesHere($0) || isFileName($0) || isRelativePath($0) }) {
      return true
    }
    guard let start else { return false }
    return isPossible(arguments[start], Array(arguments[(start + 1)...]))
  }

  private static func isRelativePath(_ word: String) -> Bool {
    word.contains("/") && !word.hasPrefix("/") && !word.contains("=")
      && word.range(ofBytes: "://") == nil
  }

  /// A `compose.yaml` says what is started: the one that is named, else one of the folder.
  private static func composes(_ words: ArraySlice<String>) -> Bool {
    var isTold = false
    var previous = ""
    for word in words {
      let flag = word.prefix { $0 != "=" }
      var value: Substring?
      if composeFlags.contains(previous) { value = word[...] }
      if flag.count < word.count, composeFlags.contains(String(flag)) {
        value = word[flag.endIndex...].dropFirst()
      }
      if let value, !value.hasPrefix("/") { return true }
      if namesHere(word) { return true }
      isTold = isTold || value != nil
      previous = word
    }
    return !isTold
  }

  private static let composeFlags = ["-f", "--file", "--project-directory"]

  // MARK: - Interpreters

  /// A script by its whole path, or a text that becomes a program by its whole path.
  private static func shell(_ arguments: [String]) -> Bool {
    for (index, word) in arguments.enumerated() {
      guard word.hasPrefix("-") else { return !word.hasPrefix("/") }
      if word.hasPrefix("--") || !word.contains("c") { continue }
      guard index + 1 < arguments.count else { return true }
      let text = arguments[index + 1]
      // Anything more than words is for the shell to understand.
      guard text.utf8.allSatisfy({ isPlain($0) }) else { return true }
      let words = text.split(separator: " ").map(String.init)
      guard words.count > 1, words[0] == "exec", words[1].hasPrefix("/") else { return true }
      return isPossible(words[1], Array(words.dropFirst(2)))
    }
    return true
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: " _./:=@,+-".utf8.contains(byte)
    }
  }

  private static func python(_ arguments: [String]) -> Bool {
    var previous = ""
    for (index, word) in arguments.enumerated() {
      let rest = arguments[(index + 1)...]
      if word.hasPrefix("-"), word.count > 1 {
        let letters = word.dropFirst().prefix { $0 != "W" && $0 != "X" }
        if !word.hasPrefix("--"), letters.contains("c") { return true }
        if !word.hasPrefix("--"), letters.contains("m") { return namesFiles(rest) }
      } else if !["-W", "-X", "--check-hash-based-pycs"].contains(previous) {
        return !word.hasPrefix("/") || namesFiles(rest)
      }
      previous = word
    }
    return true
  }

  /// All words up to the script have to be understood. What is loaded before it is looked for in the
  /// present folder too, by a bare name (`node -r dotenv/config`).
  private static func interpreter(_ arguments: [String]) -> Bool {
    var previous = ""
    for (index, word) in arguments.enumerated() {
      if word.hasPrefix("-") {
        if codeFlags.contains(word.prefix { $0 != "=" }) || isRelativeLoad(word) { return true }
        if namesHere(word) || isFileName(word) { return true }
      } else if index > 0 || !["run", "serve"].contains(word) {
        guard word.hasPrefix("/") else { return true }
        if !loadFlags.contains(previous) { return namesFiles(arguments[(index + 1)...]) }
      }
      previous = word
    }
    return true
  }

  private static func namesFiles(_ words: ArraySlice<String>) -> Bool {
    words.contains { namesHere($0) || isFileName($0) }
  }

  private static func isRelativeLoad(_ word: String) -> Bool {
    if let equals = word.firstIndex(of: "="), loadFlags.contains(String(word[..<equals])) {
      return !word[equals...].hasPrefix("=/")
    }
    // `-rdotenv/config`
    return ["-r", "-I", "-M"].contains { mark in
      word.hasPrefix(mark) && word != mark && !word.hasPrefix("\(mark)/")
    }
  }

  /// Behind them stands code, or what a project's file calls a task.
  private static let codeFlags: [Substring] = [
    "-e", "-E", "-p", "-pe", "-ne", "-le", "-lne", "--eval", "--print", "--run", "--test",
  ]
  private static let loadFlags = [
    "-r", "-I", "-M", "--require", "--import", "--preload", "--loader", "--experimental-loader",
    "--env-file", "--env-file-if-exists", "--config", "--tsconfig",
  ]
}
