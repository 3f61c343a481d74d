internal import Grants
internal import Hosts
internal import Presets
internal import Secrets

/// What becomes of arguments that hold secrets: a variable where the server reads one, a file where
/// it takes one, and only else an argument, which every user of the machine can read.
struct ArgumentMoves {
  /// What stands in the place of each old argument: nothing, one word or several.
  private var words: [[String]]
  /// The old arguments, with references in the place of secrets.
  private(set) var restorable: [String]
  private(set) var variables: [(name: String, new: String)] = []
  /// Templates that stay arguments.
  private(set) var exposed: [String] = []
  let package: ServerPackage?
  let container: ContainerWords?
  private let takesFiles: Bool

  /// For a container's engine, in front of the image.
  private var added: [String] = []

  var arguments: [String] {
    guard let image = container?.image else { return words.flatMap { $0 } }
    return words[..<image].flatMap { $0 } + added + words[image...].flatMap { $0 }
  }

  init(_ server: HostServer, _ command: String, _ placeholders: HostPlaceholders) {
    restorable = server.arguments.map(\.text)
    words = restorable.map { [$0] }
    package = ServerPackage.of([command] + restorable)
    container = ContainerWords(command: command, restorable)
    // A container sees no file of ours.
    takesFiles = container == nil && placeholders.keepsFileReferences
  }

  /// What the secret of an argument is called: by its flag, its variable, or its place.
  func name(of index: Int) -> String {
    let (flag, text) = self.flag(of: index)
    if let variable = variable(of: index) { return variable }
    if isHeader(flag), let colon = text.firstIndex(of: ":") { return String(text[..<colon]) }
    if let flag {
      // `-e NAME=…`, wherever it stands.
      let isVariable = ["-e", "--env"].contains(flag)
      if isVariable, let equals = text.firstIndex(of: "=") { return String(text[..<equals]) }
      return String(flag.drop { $0 == "-" })
    }
    return "argument-\(index + 1)"
  }

  /// The flag in front of an argument or in it, and the rest of it.
  private func flag(of index: Int) -> (flag: String?, text: Substring) {
    let word = restorable[index]
    if let mark = joinedMark(of: index) { return ("-e", word.dropFirst(mark.count)) }
    if word.hasPrefix("-"), let equals = word.firstIndex(of: "=") {
      return (String(word[..<equals]), word[word.index(after: equals)...])
    }
    let before = index > 0 ? restorable[index - 1] : ""
    let isFlag = before.hasPrefix("-") && !before.contains("=")
    return (isFlag ? before : nil, word[...])
  }

  /// `-e` of a container's engine with its value in the same word, behind flags without one:
  /// `-eNAME=…`, `-ieNAME=…`.
  private func joinedMark(of index: Int) -> String? {
    guard let container, index < container.image else { return nil }
    return ContainerWords.joinedVariable(restorable[index])
  }

  private func isHeader(_ flag: String?) -> Bool {
    flag.map { ["--header", "-H", "--headers"].contains($0) } ?? false
  }

  /// npm writes its arguments into a log of each run (`npm help 7 logging`), unless it keeps none.
  static func isLogged(_ command: [String]) -> Bool {
    command.contains { word in
      let name = word.split(separator: "/").last
      return name == "npx" || name == "npm"
    }
  }

  /// Whether the engine takes an argument for a variable of its container.
  private func isContainerVariable(_ index: Int) -> Bool {
    guard let container, index < container.image, let flag = flag(of: index).flag else {
      return false
    }
    return flag == "-e" || flag == "--env"
  }

  /// The variable that a container is told to have, or that does the same as the flag; `nil` where
  /// there is none that could be set for us and the engine too without steering them.
  private func variable(of index: Int) -> String? {
    let (flag, text) = self.flag(of: index)
    guard let flag else { return nil }
    if isContainerVariable(index) {
      guard let equals = text.firstIndex(of: "=") else { return nil }
      let name = String(text[..<equals])
      let bytes = Array(name.utf8)
      let isOthers =
        name.isEmpty || BrokerSteering.isPossible(through: bytes)
        || CodeLoading.isPossible(through: bytes) || ServerRewriter.isBaseline(name)
      return isOthers ? nil : name
    }
    return package?.arguments.first { $0.flag == flag }?.variable
  }

  /// - Parameters:
  ///   - template: the argument at `index` of the server, with references.
  ///   - old: what an undo puts there.
  mutating func take(_ index: Int, _ template: String, restoring old: String) {
    let flag = flag(of: index).flag
    let variable = variable(of: index)
    let mark = joinedMark(of: index)
    let isJoined = mark == nil && restorable[index].hasPrefix("-") && flag != nil
    restorable[index] = old
    let value = isJoined ? Self.behind("=", in: template) : template
    func put(_ word: String) {
      words[index] = [isJoined ? "\(flag ?? "")=\(word)" : "\(mark ?? "")\(word)"]
    }
    if let variable, isContainerVariable(index) {
      // `-e NAME` hands on what docker itself has.
      put(variable)
      variables.append((variable, Self.whole(Self.behind("=", in: value))))
    } else if let variable {
      words[index] = []
      if !isJoined { words[index - 1] = [] }
      set(variable, Self.whole(value))
    } else if let flag, package?.expandedHeaders.contains(flag) == true,
      let colon = value.firstIndex(of: ":")
    {
      let header = String(value[..<colon])
      let text = Self.behind(":", in: value).drop { $0 == " " }
      let variable = "HEADER_" + Self.variableName(header)
      // No blank: some hosts tear arguments apart there.
      put("\(header):${\(variable)}")
      set(variable, Self.whole(String(text)))
    } else if let mark = fileMark(of: index), let secret = Self.onlyReference(in: value) {
      put("\(mark){{file:\(secret)}}")
    } else {
      words[index] = [template]
      exposed.append(template)
    }
  }

  /// Gives the server a variable; a container has only those that its engine is told of.
  private mutating func set(_ name: String, _ text: String) {
    variables.append((name, text))
    if container != nil { added += ["-e", name] }
  }

  /// What a server wants in front of a file's path in the place of an argument's value; `nil` where
  /// it takes none.
  func fileMark(of index: Int) -> String? {
    guard takesFiles else { return nil }
    let flag = flag(of: index).flag
    return package?.fileArguments.first { $0.flag == flag }?.mark
  }

  /// The value of an argument, without a flag in front of it.
  func value(of index: Int) -> String { String(flag(of: index).text) }

  /// How a running server is to be replaced, where that is not the usual way.
  var swap: ServerPackage.Swap? {
    if let swap = package?.swap, swap != .overlap { return swap }
    return container?.isExclusive == true ? .stopFirst : nil
  }

  private static func onlyReference(in text: String) -> SecretReference? {
    guard let parts = (try? Template(text))?.parts, parts.count == 1,
      case .value(let one) = parts[0]
    else { return nil }
    return one
  }

  private static func behind(_ sign: Character, in text: String) -> String {
    text.firstIndex(of: sign).map { String(text[text.index(after: $0)...]) } ?? text
  }

  /// `{{valet://a}}` alone as `valet://a`.
  private static func whole(_ text: String) -> String {
    (try? Template(text))?.description ?? text
  }

  private static func variableName(_ header: String) -> String {
    String(
      decoding: header.uppercased().utf8.map { byte in
        SecretBook.isVariableByte(byte) ? byte : UInt8(ascii: "_")
      }, as: UTF8.self)
  }
}

extension SecretBook {
  static func isVariableByte(_ byte: UInt8) -> Bool {
    UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
  }
}
