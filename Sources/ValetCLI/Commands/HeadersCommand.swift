internal import ArgumentParser
internal import Audit
internal import Broker
internal import Connections
internal import Files
internal import Grants
internal import Secrets
internal import Vault

struct HeadersCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "headers",
    abstract: "Print the headers of a request to a remote server, for hosts that call a helper.",
    discussion: """
      Prints one line, {"Authorization":"Bearer …"}: what Claude Code and others read from the \
      program in "headersHelper". The token is refreshed when less than a minute of it is left.

      A host calls it where nobody can be asked, so it has to be allowed once, with --allow at a \
      terminal, or the vault is unattended. Then every program of yours can have this token that \
      way; each time is recorded. 'mcp-valet deny headers:NAME' takes it back.

      Examples:
        mcp-valet headers --allow linear
        {"type": "http", "url": "https://mcp.linear.app/mcp", "headersHelper": "mcp-valet headers \
      linear"}
      """)

  @Argument(
    help: "A connection's name.", completion: CompletedNames.connections, transform: parseConnection
  )
  var name: ConnectionName

  @Flag(help: "Do not print: allow it, now and whenever a host asks.")
  var allow = false

  func run() throws {
    let logins = try Logins(try Context.current(), opening: .open)
    try logins.key(of: name)
    let permission = HeaderPermission(name)
    if allow { return try grant(permission, logins) }
    if try !permission.isGiven(in: logins.vault) {
      // No pinentry: a host gives its helper seconds, and nobody sits in front of the prompt.
      guard try logins.vault.settings().isUnattended || Terminal.open() != nil else {
        let error = CommandError.refused(
          "nobody has allowed hosts to have oauth://\(name) as a header",
          hint: "at a terminal: mcp-valet headers --allow \(name)")
        logins.note(.read, .refused, name, detail: error.message)
        throw error
      }
      try logins.consent(to: "Print the token of oauth://\(name) as a header?", name)
    }
    let token = try logins.token(of: name, minimumLife: Self.minimumLife)
    let line = try HeaderLine.authorization(token)
    try logins.recordReading(name, detail: "as a header")
    try line.withUnsafeBytes { (bytes) throws(FileError) in try StandardOutput.write(bytes) }
  }

  /// 60 s: a host asks once a connection, and uses the answer for a while.
  private static let minimumLife: Int64 = 60

  private func grant(
    _ permission: HeaderPermission, _ logins: Logins
  ) throws {
    if try permission.isGiven(in: logins.vault) {
      return Report.note("that is allowed already")
    }
    try logins.consent(
      to: """
        Let every program of yours have the token of oauth://\(name) by 'mcp-valet headers \
        \(name)', without being asked?
        """, name)
    try permission.give(in: logins.vault, logins.context)
    Report.note("allowed; to take it back: mcp-valet deny \(permission.serverName)")
  }
}

/// The permission to hand a token to whoever runs `headers`: a grant of a server that is no server.
/// A launch is never like it: it has a `HOME`.
private struct HeaderPermission {
  private let name: ConnectionName

  init(_ name: ConnectionName) { self.name = name }

  /// The grant's own name.
  var serverName: String { "headers:\(name)" }

  private var terms: LaunchTerms {
    LaunchTerms(
      serverName: serverName, program: .file(Array("/mcp-valet".utf8)),
      arguments: [Array("headers".utf8), Array(name.text.utf8)], home: nil,
      variables: [.init(Array("Authorization".utf8), .template("Bearer {{oauth://\(name)}}"))],
      options: .init())
  }

  func isGiven(in store: VaultStore) throws -> Bool {
    try store.grants(of: serverName).contains { $0.terms == terms }
  }

  func give(in store: VaultStore, _ context: Context) throws {
    let grant = Grant(terms, folder: .any, created: Context.now)
    try GrantGate(context, store).record([grant])
  }
}

/// The JSON of one header, in memory that is wiped.
private enum HeaderLine {
  /// - Throws: ``CommandError/failed(_:hint:)`` for a token that no header can hold; RFC 6750
  ///   section 2.1 has letters, digits and `-._~+/=`. `SecretMemoryError`.
  static func authorization(_ token: SharedSecret) throws -> SecretBytes {
    let (before, after) = (Array("{\"Authorization\":\"Bearer ".utf8), Array("\"}\n".utf8))
    let isFit = token.withUnsafeBytes { bytes in
      bytes.allSatisfy { 0x21...0x7E ~= $0 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
    }
    guard isFit else { throw CommandError.failed("the token cannot stand in a header", hint: nil) }
    var line = try SecretBytes(count: before.count + token.count + after.count)
    line.withUnsafeMutableBytes { line in
      line.copyBytes(from: before)
      token.withUnsafeBytes {
        UnsafeMutableRawBufferPointer(rebasing: line[before.count...]).copyMemory(from: $0)
      }
      UnsafeMutableRawBufferPointer(rebasing: line[(before.count + token.count)...])
        .copyBytes(from: after)
    }
    return line
  }
}
