import HostConfigs
import Hosts
import Importing
import Testing
import ValetTesting

/// What a person agrees to: all that changes, and nothing of a key.
@Suite struct FileDiffTests {
  private static let sections = [ServerSection("mcpServers")]

  private static func document(_ text: String) throws -> HostDocument {
    try HostDocument(parsing: Array(text.utf8), format: .commentedJSON, path: "f")
  }

  private static func diff(
    _ old: String, _ new: String, hiding values: [String] = []
  ) throws -> [String] {
    FileDiff.lines(
      try document(new), try document(old), sections: sections, hiding: values)
  }

  @Test func showsLinesThatCameAndWentAlone() throws {
    let old = "{\n  \"a\": 1,\n  \"b\": 2,\n  \"c\": 3\n}\n"
    #expect(try Self.diff(old, old).isEmpty)
    let longer = old.replacing("  \"b\"", with: "  \"x\": 0,\n  \"b\"")
    #expect(try Self.diff(old, longer) == ["+   \"x\": 0,"])
    #expect(try Self.diff(longer, old) == ["-   \"x\": 0,"])
    let other = old.replacing("2", with: "20")
    #expect(try Self.diff(old, other) == ["-   \"b\": 2,", "+   \"b\": 20,"])
  }

  /// The two documents have nothing to do with each other: neither was made of the other by edits.
  @Test func comparesWhatItIsGivenAndNotHowItCameAbout() throws {
    var new = try Self.document("{\"mcpServers\": {\"a\": {\"command\": \"x\"}}}")
    try new.set(.string("y"), at: ValuePath(["mcpServers", "a", "command"]))
    let old = try Self.document("{}")
    let lines = FileDiff.lines(new, old, sections: Self.sections, hiding: [])
    #expect(lines == ["- {}", "+ " + String(decoding: new.bytes, as: UTF8.self)])
  }

  /// A line is cut 200 bytes from a change; a key that lies across the cut is not.
  @Test func masksAKeyAcrossTheEdgeOfWhatIsShown() throws {
    let secret = key(7)
    let password = "Tr0ub4dor-and-3-horses"
    for length in 120...260 {
      let padding = String(repeating: "x", count: length)
      for (before, behind) in [
        ("/* \(secret) \(padding) */", ""), ("", "/* \(padding) \(secret) */"),
        ("\"password\": \"\(password)\", \"p\": \"\(padding)\",", ""),
        ("", ", \"p\": \"\(padding)\", \"token\": \"\(password)\""),
        ("/* \(password) \(padding) */", ""),
      ] {
        func text(_ word: String) -> String { "{\(before) \"a\": \"\(word)\" \(behind)}" }
        let shown = try Self.diff(text("one"), text("two"), hiding: [password]).joined()
        #expect(shown.contains("\"one\"") && shown.contains("\"two\""))
        for value in [secret, password] { #expect(!Self.shows(value, in: shown), "\(shown)") }
      }
    }
  }

  /// Five characters in a row are more than a mask shows of either end.
  private static func shows(_ value: String, in text: String) -> Bool {
    let bytes = Array(value.utf8)
    return (0...bytes.count - 5).contains {
      text.contains(String(decoding: bytes[$0..<$0 + 5], as: UTF8.self))
    }
  }

  // MARK: - Random files and edits

  private static let names = ["command", "args", "env", "token", "é", "a\"b", "note", "x.y"]

  /// A value, on one line or on several; `secrets` gets the keys that stand in it.
  private static func value(
    _ depth: Int, _ generator: inout SeededGenerator, _ secrets: inout [String]
  ) -> String {
    let space = generator.pick(["", " ", "\n", "\r\n  ", " // c\n", "/* , { \" */"])
    let members = (0..<(depth == 0 ? 0 : generator.below(4))).map { _ in
      value(depth - 1, &generator, &secrets)
    }
    switch depth == 0 ? 0 : generator.below(4) {
    case 1: return "[" + members.joined(separator: "," + space) + space + "]"
    case 2, 3:
      let named = zip(names.shuffled(using: &generator), members).map {
        "\(quoted($0)): \($1)"
      }
      return "{" + space + named.joined(separator: "," + space) + "}"
    default:
      switch generator.below(5) {
      case 0:
        secrets.append(key(generator.below(900_000)))
        return "\"\(secrets.last ?? "")\""
      case 1: return "\"" + String(repeating: "w ", count: generator.below(300)) + "\""
      case 2: return generator.pick(["1", "true", "null", "\"\"", "\"\\u00e9\\n\"", "\"😀\""])
      case 3: return space + "\"valet://a/b\""
      default: return quoted(generator.pick(names))
      }
    }
  }

  private static func quoted(_ text: String) -> String {
    "\"\(text.replacing("\"", with: "\\\""))\""
  }

  private static func file(
    _ generator: inout SeededGenerator, _ secrets: inout [String]
  ) -> String {
    let servers = ["one", "two"].map {
      "\"\($0)\": {\"env\": {\"TOKEN\": \(value(0, &generator, &secrets))}, "
        + "\"o\": \(value(3, &generator, &secrets))}"
    }
    return "{\"mcpServers\": {\(servers.joined(separator: generator.pick([",", ",\n"])))}, "
      + "\"other\": \(value(2, &generator, &secrets))}"
  }

  @Test(arguments: 0..<4 as Range<UInt64>)
  func neverTrapsNeverShowsAKeyAndLeavesNoChangeOut(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<60 {
      var secrets: [String] = []
      let old = try Self.document(Self.file(&generator, &secrets))
      var new = try Self.document(Self.file(&generator, &secrets))
      if generator.oneIn(2) {
        // Near to each other: a few edits, some of them taken back.
        new = old
        for _ in 0...generator.below(4) {
          let server = ValuePath(["mcpServers", generator.pick(["one", "two"])])
          let secret = key(generator.below(900_000))
          secrets.append(secret)
          switch generator.below(4) {
          case 0: try? new.set(.string(secret), at: server / "env" / "TOKEN")
          case 1: try? new.set(.array([.string("run"), .string("a")]), at: server / "args")
          case 2: _ = try? new.remove(at: server / "o")
          default: try? new.set(.string("x"), at: server / "o")
          }
        }
        // As an undo does, of which nothing but the bytes is left.
        if generator.oneIn(2) {
          new = try Self.document(String(decoding: new.bytes, as: UTF8.self))
        }
      }
      let lines = FileDiff.lines(new, old, sections: Self.sections, hiding: [])
      let shown = lines.joined(separator: "\n")
      // All keys have the same head.
      for secret in secrets {
        #expect(!Self.shows(String(secret.suffix(8)), in: shown), "\(shown)")
      }
      #expect(lines.isEmpty == (old.bytes == new.bytes))
      for (mark, one, other) in [("- ", old, new), ("+ ", new, old)] {
        let others = Set(Self.lines(of: other))
        for line in Self.lines(of: one) where !others.contains(line) && line.utf8.count < 200 {
          // Empty lines are left out.
          if line.isEmpty || line.contains("ghp_") { continue }
          #expect(lines.contains(mark + line), "<<\(line)>>\n\(shown)")
        }
      }
    }
  }

  private static func lines(of document: HostDocument) -> [String] {
    document.bytes.split(separator: UInt8(ascii: "\n")).map {
      String(decoding: $0.last == UInt8(ascii: "\r") ? $0.dropLast() : $0, as: UTF8.self)
    }
  }
}
