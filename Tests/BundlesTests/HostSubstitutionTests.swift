import Testing
import ValetTesting

@testable import Bundles

struct HostSubstitutionTests {
  private static let options = """
    , "user_config": {
      "key": { "type": "string", "title": "K", "description": "d", "required": true },
      "dirs": { "type": "directory", "title": "D", "description": "d", "multiple": true,
                "default": ["${HOME}/a b", "${DOCUMENTS}"] },
      "size": { "type": "number", "title": "S", "description": "d", "default": 10, "min": 1, "max": 100 },
      "on": { "type": "boolean", "title": "O", "description": "d", "default": true },
      "none": { "type": "string", "title": "N", "description": "d" } }
    """

  private func manifest() throws -> Manifest {
    let text = Manifests.plain()
    let start = try #require(text.firstRange(of: ",\n  \"user_config\""))
    return try Manifest(
      parsing: Array((text[..<start.lowerBound] + Self.options + "}").utf8), path: "x")
  }

  private func filled(
    _ arguments: [String], _ given: [(String, String)] = [("key", "k")]
  ) throws -> [String] {
    let substitution = try HostSubstitution(
      folder: "/b u", home: "/h", options: try manifest().options,
      given: given.map { (key: $0.0, value: $0.1) })
    var config = ServerConfig()
    config.command = "c"
    config.arguments = arguments
    return substitution.filled(config).arguments
  }

  @Test func fillsInWhatTheDocumentationNames() throws {
    let words = [
      "${__dirname}/x", "${HOME}", "${DESKTOP}", "${DOCUMENTS}", "${DOWNLOADS}", "a${/}b",
      "a${pathSeparator}b", "-k=${user_config.key}", "${user_config.size}", "${user_config.on}",
      "${other}", "${user_config.none}", "$", "${", "${HOME", "$${HOME}",
      "${${HOME}", "}${HOME}}", "${a}${HOME}", "$ {HOME}",
    ]
    let expected = [
      "/b u/x", "/h", "/h/Desktop", "/h/Documents", "/h/Downloads", "a/b", "a/b", "-k=k", "10",
      "true", "${other}", "${user_config.none}", "$", "${", "${HOME", "$/h",
      "${/h", "}/h}", "${a}/h", "$ {HOME}",
    ]
    #expect(try filled(words) == expected)
  }

  /// Each byte is looked at once: 4 MiB, as much as a manifest may have, in no time.
  @Test(arguments: ["", "}"]) func isNotHeldUpByPlaceholdersThatNeverEnd(end: String) throws {
    let text = String(repeating: "${", count: 2 << 20) + end
    var result: [String] = []
    let time = try processorTime { result = try filled([text]) }
    #expect(result == [text])
    #expect(time < .seconds(30))
  }

  @Test func expandsSeveralValuesIntoSeveralArguments() throws {
    #expect(try filled(["${user_config.dirs}", "x"]) == ["/h/a b", "/h/Documents", "x"])
    #expect(
      try filled(["${user_config.dirs}"], [("key", "k"), ("dirs", "/1"), ("dirs", "/2 3")])
        == ["/1", "/2 3"])
    // In the middle of a text there is no way to.
    #expect(try filled(["-d${user_config.dirs}"]) == ["-d${user_config.dirs}"])
  }

  /// A password may look like a placeholder.
  @Test func fillsInOnce() throws {
    #expect(try filled(["${user_config.key}"], [("key", "${HOME}$&$1")]) == ["${HOME}$&$1"])
  }

  @Test func refusesValuesThatDoNotFit() {
    for given in [
      [], [("key", "")], [("key", "a"), ("key", "b")], [("key", "k"), ("size", "x")],
      [("key", "k"), ("size", "0")], [("key", "k"), ("size", "101")],
      [("key", "k"), ("on", "yes")],
      [("key", "k"), ("other", "x")], [("key", "k"), ("size", "nan")],
    ] {
      #expect(throws: BundleError.self, "\(given)") { try filled([], given) }
    }
  }
}
