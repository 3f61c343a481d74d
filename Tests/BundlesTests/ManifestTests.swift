import JSONText
import Testing
import ValetTesting

@testable import Bundles

struct ManifestTests {
  @Test(arguments: ["0.1", "0.2", "0.3", "0.4"]) func acceptsEverythingThatAVersionHas(
    version: String
  ) throws {
    let manifest = try Manifest(parsing: try Manifests.fixture("\(version).json"), path: "x")
    #expect(manifest.version.rawValue == version)
    #expect(manifest.bundleName == "weather")
    #expect(manifest.options.map(\.key) == ["key", "dirs", "size", "on", "file"])
  }

  /// Every member that a newer version added is refused by those before, and named.
  @Test func knowsWhichVersionHasWhat() throws {
    let text = String(decoding: try Manifests.fixture("0.3.json"), as: UTF8.self)
    func problems(_ version: String) -> [String] {
      problem(
        in: text.replacing(
          "\"manifest_version\": \"0.3\"", with: "\"manifest_version\": \"\(version)\""))
    }
    #expect(problems("0.3").isEmpty)
    #expect(problems("0.4").isEmpty)
    let newer = ["'icons' is not known in version", "'localization' is not known in version"]
    #expect(
      Set(problems("0.2")) == Set((newer + ["'_meta' is not known in version"]).map { $0 + " 0.2" })
    )
    #expect(
      Set(problems("0.1"))
        == Set((newer + ["'privacy_policies' is not known in version"]).map { $0 + " 0.1" }))
  }

  private func problem(in text: String) -> [String] {
    do throws(BundleError) {
      _ = try Manifest(parsing: Array(text.utf8), path: "x")
      return []
    } catch {
      guard case .manifest(_, let problems) = error else { return ["\(error)"] }
      return problems.map(\.reason)
    }
  }

  struct Case: CustomTestStringConvertible, Sendable {
    /// What is put in the place of `old` in a sound manifest.
    var old: String
    var new: String
    var line: Int
    var column: Int
    var reason: String
    var testDescription: String { reason }
  }

  static let cases: [Case] = [
    Case(
      old: #""name": "Some"#, new: #""nam": "Some"#, line: 3, column: 3,
      reason: "'nam' is not known"),
    Case(
      old: #""version": "1.2.3","#, new: "", line: 1, column: 1,
      reason: "the manifest has no 'version'"),
    Case(old: #""1.2.3""#, new: "1.2", line: 4, column: 14, reason: "'version' is not a string"),
    Case(
      old: #"{ "name": "a" }"#, new: #"{ "email": "a@b.cd" }"#, line: 6, column: 13,
      reason: "'author' has no 'name'"),
    Case(
      old: #"{ "name": "a" }"#, new: #"{ "name": "a", "email": "nobody" }"#, line: 6, column: 37,
      reason: "'author.email' is not an e-mail address"),
    Case(
      old: #"{ "name": "a" }"#, new: #"{ "name": "a", "url": "example.com" }"#, line: 6, column: 35,
      reason: #"'author.url' is not a URL such as "https://example.com""#),
    Case(
      old: #""type": "node""#, new: #""type": "ruby""#, line: 8, column: 13,
      reason: #"'server.type' is not one of "python", "node", "binary", "uv""#),
    Case(
      old: #"["${__dirname}/server/index.js"]"#, new: #"["a", 7]"#, line: 12, column: 21,
      reason: "'server.mcp_config.args[1]' is not a string"),
    Case(
      old: #"{ "KEY": "${user_config.key}" }"#, new: #"{ "KEY": null }"#, line: 13, column: 23,
      reason: "'server.mcp_config.env.KEY' is not a string"),
    Case(
      old: #""command": "node","#, new: #""command": "node", "cwd": "/","#, line: 11, column: 26,
      reason: "'server.mcp_config.cwd' is not known"),
    Case(
      old: #""command": "node","#, new: "", line: 10, column: 19,
      reason: "'server.mcp_config' has no 'command'"),
    Case(
      old: #""sensitive": true"#, new: #""sensitive": "true""#, line: 17, column: 81,
      reason: "'user_config.key.sensitive' is not true or false"),
    Case(
      old: #""sensitive": true"#, new: #""default": {}"#, line: 17, column: 79,
      reason:
        "'user_config.key.default' is not a string, a number, true, false or an array of strings"),
    Case(
      old: #""type": "string""#, new: #""type": "secret""#, line: 17, column: 22,
      reason:
        #"'user_config.key.type' is not one of "string", "number", "boolean", "directory", "file""#),
    Case(
      old: #""server": {"#, new: #""server": [], "x": {"#, line: 7, column: 13,
      reason: "'server' is not an object"),
    Case(old: "1.2.3\",", new: "1.2.3\"", line: 5, column: 3, reason: "expected a comma"),
    Case(
      old: #""version": "1.2.3","#, new: #""version": "1", "version": "2","#, line: 4, column: 19,
      reason: "the key 'version' stands twice in one object"),
  ]

  @Test(arguments: cases, ["0.2", "0.3", "0.4"]) func namesTheLineAndTheColumn(
    which: Case, version: String
  ) throws {
    let text = Manifests.plain(version)
    try #require(text.contains(which.old))
    let changed = text.replacing(which.old, with: which.new, maxReplacements: 1)
    // The list ends with what the version has.
    let reason = version == "0.4" ? which.reason : which.reason.replacing(#", "uv""#, with: "")
    do throws(BundleError) {
      _ = try Manifest(parsing: Array(changed.utf8), path: "x.mcpb")
      Issue.record("accepted")
    } catch {
      guard case .manifest(_, let problems) = error else { throw error }
      let first = try #require(problems.first { $0.position?.line == which.line }, "\(problems)")
      #expect(first.position?.column == which.column)
      if which.reason != "expected a comma" { #expect(first.reason == reason) }
      #expect(error.message.hasPrefix("x.mcpb: manifest.json:"))
    }
  }

  @Test(arguments: [
    (#""0.3""#, #""0.9""#, "version '0.9' of the format is not known here (0.1, 0.2, 0.3, 0.4)"),
    (#""0.3""#, "3", "'manifest_version' is not a string"),
    (#""manifest_version""#, #""manifestVersion""#, "there is no 'manifest_version'"),
    (
      #""manifest_version": "0.3","#, #""manifest_version": "0.3", "dxt_version": "0.2","#,
      "'dxt_version' is not the version of this manifest"
    ),
  ]) func asksForAVersion(old: String, new: String, reason: String) {
    let text = Manifests.plain().replacing(old, with: new, maxReplacements: 1)
    #expect(problem(in: text) == [reason])
  }

  @Test func knowsUVSinceVersion04Only() {
    let server = #"{ "type": "uv", "entry_point": "x.py" }"#
    #expect(problem(in: Manifests.plain("0.4", server: server)).isEmpty)
    #expect(problem(in: Manifests.plain("0.3", server: server)).count == 1)
    let node = server.replacing("uv", with: "node")
    #expect(problem(in: Manifests.plain("0.4", server: node)) == ["'server' has no 'mcp_config'"])
  }

  @Test func refusesAByteOrderMark() {
    #expect(problem(in: "\u{FEFF}" + Manifests.plain()) == ["it begins with a byte order mark"])
  }

  @Test func showsNoControlCharactersOfTheFile() {
    let text = Manifests.plain(more: ", \"\\u001b[2J\": 1")
    #expect(problem(in: text) == ["'\u{FFFD}[2J' is not known"])
  }

  @Test(arguments: [
    ("https://example.com", true), ("http://localhost:3000/x?y#z", true), ("mailto:a@b", true),
    ("https://user:pw@host/", true), ("https:example.com", true), ("urn:x", true),
    ("example.com", false), ("", false), ("https://", false), ("http://?x", false),
    ("https://a b/", false), ("://x", false), ("1http://x", false),
  ]) func knowsURLs(text: String, isURL: Bool) { #expect(ManifestText.url.accepts(text) == isURL) }

  @Test(arguments: [
    ("a@b.cd", true), ("a.b+c'd@mail.ex-ample.com", true), ("a@b", false), ("@b.cd", false),
    (".a@b.cd", false), ("a..b@c.de", false), ("a.@b.cd", false), ("a@b.c", false),
    ("a@-b.cd", false), ("a@b.cd.", false), ("a b@c.de", false), ("a@b@c.de", false),
  ]) func knowsMailAddresses(text: String, isAddress: Bool) {
    #expect(ManifestText.email.accepts(text) == isAddress)
  }

  @Test func knowsTheOtherForms() {
    #expect(ManifestText.iconSize.accepts("16x16") && !ManifestText.iconSize.accepts("16X16"))
    #expect(!ManifestText.iconSize.accepts("x16") && !ManifestText.iconSize.accepts("16x16x16"))
    #expect(ManifestText.locale.accepts("en-US") && ManifestText.locale.accepts("zh-Hans-CN"))
    #expect(!ManifestText.locale.accepts("e") && !ManifestText.locale.accepts("en_US"))
    #expect(!ManifestText.locale.accepts("en-") && !ManifestText.locale.accepts(""))
    #expect(ManifestText.localeTemplate.accepts("a/${LOCALE}.json"))
    #expect(!ManifestText.localeTemplate.accepts("a/$locale.json"))
    #expect(!ManifestText.notEmpty.accepts(""))
  }
}
