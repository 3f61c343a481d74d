internal import ArgumentParser
internal import Broker
internal import Grants
internal import Secrets
internal import Vault

struct GrantsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "grants",
    abstract: "List which servers may have which secrets.",
    discussion: """
      Shows names and plain values of variables, never a secret's value.

      Examples:
        mcp-valet grants
        mcp-valet grants github
      """)

  @Argument(help: "Of this server only, in full.", completion: CompletedNames.allowedServers)
  var server: String?

  @Flag(
    help: """
      Print JSON: an array of {server, runner, program, arguments, folder, home, variables, secrets, \
      substitutions, options, pin, created}. What is no UTF-8 is escaped.
      """)
  var json = false

  func run() throws {
    var grants = try VaultAccess(try Context.current()).open().grants()
    if let server { grants.removeAll { $0.terms.serverName != server } }
    if json { return try JSONOutput.print(grants.map(GrantEntry.init)) }
    if grants.isEmpty { return Report.note("nothing is allowed; mcp-valet allow SERVER …") }
    if server != nil { return Report.output(GrantQuestion(grants, earlier: []).text) }
    let rows = grants.map { grant in
      [
        grant.terms.serverName, Self.command(grant),
        grant.references.map(\.description).joined(separator: " "), Self.folder(grant),
        DateText.describeDay(grant.created),
      ]
    }
    Report.output(Table(["SERVER", "COMMAND", "SECRETS", "STARTS IN", "SINCE"], rows).text)
  }

  private static func command(_ grant: Grant) -> String {
    switch grant.terms.program {
    case .file(let path): quoted(path)
    case .runner(let runner): "\(runner.name) \(grant.package.map(\.text) ?? "?")"
    }
  }

  private static func folder(_ grant: Grant) -> String {
    switch grant.folder {
    case .at(let path): quoted(path)
    case .empty: "(empty)"
    case .any: "(any)"
    }
  }
}

/// A grant as `--json` prints it.
private struct GrantEntry: Encodable {
  struct Variable: Encodable {
    var name: String
    /// A text with references.
    var template: String?
    var value: String?
  }

  struct Substitution: Encodable {
    var written: String
    var given: String
  }

  struct Pin: Encodable {
    var path: String
    var sha256: String
  }

  var server: String
  var runner: String?
  var program: String?
  var arguments: [String]
  /// An absolute path, `empty` or `any`.
  var folder: String
  var home: String?
  var variables: [Variable]
  var secrets: [String]
  var substitutions: [Substitution]
  var options: [String]
  var pin: Pin?
  var created: String

  init(_ grant: Grant) {
    let terms = grant.terms
    server = terms.serverName
    switch terms.program {
    case .file(let path): program = Self.text(path)
    case .runner(let kind): runner = kind.name
    }
    arguments = terms.arguments.map(Self.text)
    folder =
      switch grant.folder {
      case .at(let path): Self.text(path)
      case .empty: "empty"
      case .any: "any"
      }
    home = terms.home.map(Self.text)
    variables = terms.variables.map { variable in
      switch variable.content {
      case .plain(let value): Variable(name: Self.text(variable.name), value: Self.text(value))
      case .template(let text): Variable(name: Self.text(variable.name), template: text)
      }
    }
    secrets = grant.references.map(\.description)
    substitutions = grant.substitutions.map {
      Substitution(written: $0.written.description, given: $0.given.description)
    }
    options = Self.options(terms.options)
    pin = grant.pin.map { Pin(path: Self.text($0.path), sha256: Self.hex($0.digest)) }
    created = DateText.describe(grant.created)
  }

  private static func options(_ options: LaunchTerms.Options) -> [String] {
    var words: [String] = []
    if options.executesInPlace { words.append("--exec") }
    if options.allowsValuesInArguments { words.append("--in-argv") }
    if options.passesSecrets { words.append("--no-redact") }
    return words + options.kept.map { "--keep \($0)" } + options.unredacted.map { "shows \($0)" }
  }

  private static func text(_ bytes: [UInt8]) -> String {
    String(validating: bytes, as: UTF8.self) ?? escaped(bytes)
  }

  private static func hex(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
