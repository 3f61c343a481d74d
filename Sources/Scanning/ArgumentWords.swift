/// Secrets in the arguments of a command.
enum ArgumentWords {
  struct Located {
    let hit: SecretDetector.Hit
    /// Into the arguments.
    let index: Int
    let name: String?
  }

  static func hits(in words: [String]) -> [Located] {
    var located: [Located] = []
    var pending: String?
    for (index, word) in words.enumerated() {
      let flag = pending
      pending = nil
      if word.utf8.count > SecretDetector.maximumLength {
        located += SecretDetector.hits(in: word).map {
          Located(hit: $0, index: index, name: $0.name ?? flag)
        }
        continue
      }
      if let flag, !word.hasPrefix("--") || word.contains(" ") {
        located += hits(in: word, behind: flag).map {
          Located(hit: $0, index: index, name: $0.name ?? flag)
        }
        continue
      }
      if word.hasPrefix("-"), let equals = word.firstIndex(of: "=") {
        let name = String(word[..<equals])
        let value = String(word[word.index(after: equals)...])
        located += hits(in: value, behind: name).map {
          Located(hit: $0, index: index, name: $0.name ?? name)
        }
      } else if word.hasPrefix("-"), word.utf8.count > 1, !word.contains(" ") {
        // `-eNAME=value` has no space; `-y` and the like take no value.
        pending = word.hasPrefix("--") || takesValue(word) ? word : nil
      } else {
        located += hits(inWord: word).map { Located(hit: $0, index: index, name: $0.name) }
      }
    }
    return located
  }

  /// Short flags that take a value which may hold a secret: docker's, curl's, mcp-remote's.
  private static func takesValue(_ flag: String) -> Bool {
    ["-e", "-H", "-k", "-t", "-p", "-u", "-c"].contains(flag)
  }

  private static func hits(in value: String, behind flag: String) -> [SecretDetector.Hit] {
    switch flag {
    case "-e", "--env", "--env-var", "--environment":
      return assignment(value) ?? hits(inWord: value)
    case "-H", "--header", "--headers":
      return header(value) ?? SecretDetector.hits(in: value, named: "authorization")
    case "-u", "--user":
      guard let colon = value.firstIndex(of: ":") else { return [] }
      let password = String(value[value.index(after: colon)...])
      return SecretDetector.hits(in: password, named: "password")
    case "-c": return hits(inWord: value)
    case "-k", "-t", "-p": return SecretDetector.hits(in: value)
    default: return SecretDetector.hits(in: value, named: flag)
    }
  }

  /// `Name: value`
  private static func header(_ text: String) -> [SecretDetector.Hit]? {
    guard let colon = text.firstIndex(where: { $0 == ":" || $0 == "=" }), colon > text.startIndex
    else { return nil }
    let name = String(text[..<colon])
    var value = text[colon...].dropFirst()
    // `A:1,B:2`: some take all headers at once.
    if let comma = value.firstIndex(of: ","), value[comma...].contains(":") {
      value = value[..<comma]
    }
    return SecretDetector.hits(in: String(value), named: name)
      .map { SecretDetector.Hit($0.reason, $0.value, name: name) }
  }

  /// `NAME=value`
  private static func assignment(_ text: String) -> [SecretDetector.Hit]? {
    guard let equals = text.firstIndex(of: "="), equals > text.startIndex else { return nil }
    let name = text[..<equals]
    guard name.utf8.allSatisfy(\.isNameCharacter) else { return nil }
    return SecretDetector.hits(in: String(text[text.index(after: equals)...]), named: String(name))
      .map { SecretDetector.Hit($0.reason, $0.value, name: $0.name ?? String(name)) }
  }

  /// A word that belongs to no flag: an address, an assignment, a line for a shell, a key.
  static func hits(inWord word: String) -> [SecretDetector.Hit] {
    if word.utf8.count > SecretDetector.maximumLength { return SecretDetector.hits(in: word) }
    if let assigned = assignment(word), !word.contains(" ") { return assigned }
    if word.contains(" "), !word.hasPrefix("{") {
      if let header = header(word), !header.isEmpty, word.firstRange(ofText: ": ") != nil {
        return header
      }
      let parts = shellWords(word)
      return parts.count > 1 ? hits(in: parts).map { $0.hit } : SecretDetector.hits(in: word)
    }
    return SecretDetector.hits(in: word)
  }

  /// The words of a shell's line, roughly: quotes are dropped, not understood.
  private static func shellWords(_ line: String) -> [String] {
    var words: [String] = []
    var word = ""
    var quote: Character?
    for character in line {
      if let open = quote {
        if character == open { quote = nil } else { word.append(character) }
      } else if character == "\"" || character == "'" {
        quote = character
      } else if character == " " || character == ";" || character == "\n" {
        if !word.isEmpty { words.append(word) }
        word = ""
      } else {
        word.append(character)
      }
    }
    if !word.isEmpty { words.append(word) }
    return words
  }
}

extension UInt8 {
  fileprivate var isNameCharacter: Bool {
    switch self {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"),
      UInt8(ascii: "."):
      true
    default: false
    }
  }
}
