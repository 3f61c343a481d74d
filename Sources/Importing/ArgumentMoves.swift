internal import Hosts
internal import Presets
internal import Secrets

/// What becomes of arguments that hold secrets: a variable where the server reads one, a file where
/// it takes one, and only else an argument, which every user of the machine can read.
struct ArgumentMoves {
  private(set) var arguments: [String]
  /// The old arguments, with references in the place of secrets.
  private(set) var restorable: [String]
  private(set) var variables: [(name: String, new: String)] = []
  /// Templates that stay arguments.
  private(set) var exposed: [String] = []
  let package: ServerPackage?
  private let isContainer: Bool
  /// How many arguments are gone so far.
  private var removed = 0

  init(_ server: HostServer, _ command: String) {
    arguments = server.arguments.map(\.text)
    restorable = arguments
    package = ServerPackage.of([command] + arguments)
    let program = command.split(separator: "/").last ?? ""
    isContainer = ["docker", "podman"].contains(program) && arguments.contains("run")
  }

  /// What the secret of an argument is called: by its flag, its variable, or its place.
  func name(of index: Int) -> String {
    let (flag, text) = self.flag(of: index)
    if let variable = variable(of: index) { return variable }
    if isHeader(flag), let colon = text.firstIndex(of: ":") { return String(text[..<colon]) }
    if let flag {
      return String(flag.drop { $0 == "-" })
    }
    return "argument-\(index + 1)"
  }

  /// The flag in front of an argument or in it, and the rest of it.
  private func flag(of index: Int) -> (flag: String?, text: Substring) {
    let word = restorable[index]
    if word.hasPrefix("-"), let equals = word.firstIndex(of: "=") {
      return (String(word[..<equals]), word[word.index(after: equals)...])
    }
    let before = index > 0 ? restorable[index - 1] : ""
    let isFlag = before.hasPrefix("-") && !before.contains("=")
    return (isFlag ? before : nil, word[...])
  }

  private func isHeader(_ flag: String?) -> Bool {
    flag.map { ["--header", "-H", "--headers"].contains($0) } ?? false
  }

  /// The variable that a container is told to have, or that does the same as the flag.
  private func variable(of index: Int) -> String? {
    let (flag, text) = self.flag(of: index)
    guard let flag else { return nil }
    if isContainer, flag == "-e" || flag == "--env", let equals = text.firstIndex(of: "=") {
      return String(text[..<equals])
    }
    return package?.arguments.first { $0.flag == flag }?.variable
  }

  /// - Parameters:
  ///   - template: the argument at `index` of the server, with references.
  ///   - old: what an undo puts there.
  mutating func take(_ index: Int, _ template: String, restoring old: String) throws(LeftAlone) {
    let flag = flag(of: index).flag
    let variable = variable(of: index)
    let isJoined = restorable[index].hasPrefix("-") && flag != nil
    restorable[index] = old
    let place = index - removed
    let value = isJoined ? Self.behind("=", in: template) : template
    func put(_ word: String) { arguments[place] = isJoined ? "\(flag ?? "")=\(word)" : word }
    if let flag, let variable, isContainer, flag == "-e" || flag == "--env" {
      // `-e NAME` hands on what docker itself has.
      put(variable)
      variables.append((variable, Self.whole(Self.behind("=", in: value))))
    } else if let variable {
      remove(place, isJoined: isJoined)
      variables.append((variable, Self.whole(value)))
    } else if let flag, package?.expandedHeaders.contains(flag) == true,
      let colon = value.firstIndex(of: ":")
    {
      let header = String(value[..<colon])
      let text = Self.behind(":", in: value).drop { $0 == " " }
      let variable = "HEADER_" + Self.variableName(header)
      // No blank: some hosts tear arguments apart there.
      put("\(header):${\(variable)}")
      variables.append((variable, Self.whole(String(text))))
    } else if let mark = fileMark(of: index), let secret = Self.onlyReference(in: value) {
      put("\(mark){{file:\(secret)}}")
    } else {
      arguments[place] = template
      exposed.append(template)
    }
  }

  /// What a server wants in front of a file's path in the place of an argument's value; `nil` where
  /// it takes none.
  func fileMark(of index: Int) -> String? {
    let flag = flag(of: index).flag
    return package?.fileArguments.first { $0.flag == flag }?.mark
  }

  /// The value of an argument, without a flag in front of it.
  func value(of index: Int) -> String { String(flag(of: index).text) }

  private static func onlyReference(in text: String) -> SecretReference? {
    guard let parts = (try? Template(text))?.parts, parts.count == 1,
      case .value(let one) = parts[0]
    else { return nil }
    return one
  }

  private static func behind(_ sign: Character, in text: String) -> String {
    text.firstIndex(of: sign).map { String(text[text.index(after: $0)...]) } ?? text
  }

  private mutating func remove(_ place: Int, isJoined: Bool) {
    arguments.remove(at: place)
    removed += 1
    if !isJoined {
      arguments.remove(at: place - 1)
      removed += 1
    }
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
