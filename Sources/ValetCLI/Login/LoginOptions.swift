internal import ArgumentParser
internal import Broker
internal import Connections
internal import Secrets

/// What may be said about a login beside where it goes.
struct LoginOptions: ParsableArguments {
  @Option(help: "The authorization server; with URL, which of the several that it trusts.")
  var issuer: String?

  @Option(help: "A provider that mcp-valet knows, such as google or slack, or one of presets.json.")
  var provider: String?

  @Option(help: "What the token is for, as a URI (RFC 8707); usually the server says it.")
  var resource: String?

  @Flag(
    help: "Do not send 'resource', which some authorization servers refuse; undone by --resource.")
  var noResource = false

  @Option(help: "A scope to ask for; several times, or several with blanks between them.")
  var scope: [String] = []

  @Option(help: "The id of a client that you have registered yourself.")
  var clientID: String?

  /// Parsed by ``secretReference()``: the parser's own complaint would repeat a secret that somebody
  /// typed here.
  @Option(help: "Its secret, by reference: valet://NAME or keyring://NAME.")
  var clientSecret: String?

  @Option(
    name: .customLong("client-metadata-url"),
    help: "The https URL of a client metadata document of yours, used as client id.")
  var clientMetadataURL: String?

  @Option(
    name: .customLong("redirect-uri"), help: "The redirect URI that your client is registered with."
  )
  var redirectURI: String?

  @Option(help: "The port of the redirect URI; any free one otherwise.")
  var redirectPort: UInt16?

  @Option(help: "A parameter of the authorization request, NAME=VALUE; several times.")
  var authParam: [String] = []

  @Flag(
    inversion: .prefixedNo,
    help: "Go on where the server does not say that it knows PKCE; it is used anyway.")
  var pkceUnadvertised: Bool?

  @Flag(
    inversion: .prefixedNo,
    help: "Let the server's metadata name hosts with private addresses.")
  var privateAddresses: Bool?

  @Flag(
    inversion: .prefixedNo,
    help: "Use what mcp-valet knows about providers, as it does unless told otherwise.")
  var preset: Bool?

  @Flag(help: "Type a code on another device instead of being sent back here.")
  var device = false

  @Flag(help: "Log in as a machine, with the client's id and secret; no person is asked.")
  var clientCredentials = false

  func validate() throws {
    if device, clientCredentials {
      throw ValidationError("--device and --client-credentials exclude each other")
    }
    if redirectURI != nil, redirectPort != nil {
      throw ValidationError("--redirect-uri and --redirect-port exclude each other")
    }
    if resource != nil, noResource {
      throw ValidationError("--resource and --no-resource exclude each other")
    }
    if clientID != nil, clientMetadataURL != nil {
      throw ValidationError("--client-id and --client-metadata-url exclude each other")
    }
    if clientSecret != nil, clientMetadataURL != nil {
      throw ValidationError("a client metadata document has no secret")
    }
    if preset == false, provider != nil {
      throw ValidationError("--provider and --no-preset exclude each other")
    }
    if redirectPort == 0 { throw ValidationError("--redirect-port wants 1 to 65535") }
    _ = try parameters()
    _ = try secretReference()
  }

  /// A client's secret on the command line itself could be read by every program of this machine.
  func secretReference() throws -> SecretReference? {
    guard let clientSecret else { return nil }
    switch try? SecretReference(clientSecret) {
    case .vault(let name): return .vault(name)
    case .keyring(let name): return .keyring(name)
    case .keyringItem(let attributes): return .keyringItem(attributes)
    case .oauth: throw ValidationError("a token is no client secret")
    case nil:
      throw ValidationError(
        "--client-secret wants valet://NAME or keyring://NAME: store it with 'mcp-valet set NAME'")
    }
  }

  /// The scopes, in the order of the command line, each once.
  var scopes: [String] {
    var scopes: [String] = []
    for scope in scope.flatMap({ $0.split(separator: " ") }) where !scopes.contains(String(scope)) {
      scopes.append(String(scope))
    }
    return scopes
  }

  func parameters() throws -> [ConnectionRecord.Parameter] {
    try authParam.map { text in
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, !parts[0].isEmpty else {
        throw ValidationError("--auth-param wants NAME=VALUE")
      }
      return ConnectionRecord.Parameter(name: String(parts[0]), value: String(parts[1]))
    }
  }

  /// What the person allows or refuses: as before, but for what is said now, one way or the other.
  func options(before: ConnectionRecord.Options) -> ConnectionRecord.Options {
    var options = before
    func set(_ option: ConnectionRecord.Options, _ word: Bool?) {
      guard let word else { return }
      if word { options.insert(option) } else { options.remove(option) }
    }
    set(.noResource, noResource ? true : resource == nil ? nil : false)
    set(.pkceUnadvertised, pkceUnadvertised)
    set(.privateAddresses, privateAddresses)
    // A row that is named is to be used.
    set(.noPreset, preset.map { !$0 } ?? (provider == nil ? nil : false))
    return options
  }

  /// What is asked of `mcp-valet-net`, for a connection that is new or was logged in before: what is
  /// not said again stays as it was, and scopes are added to those asked for before (A16).
  ///
  /// - Parameter timeout: seconds.
  func settings(for record: ConnectionRecord, timeout: Int64) throws -> LoginSettings {
    var settings = LoginSettings()
    settings.options = options(before: record.options)
    // Said at none of the logins: as it was found out at the one before.
    (settings.issuer, settings.provider) = (issuer, provider)
    if issuer == nil, provider == nil, record.typedIssuer == nil, record.typedProvider == nil,
      record.server == nil, !record.issuer.isEmpty
    {
      settings.issuer = record.issuer
      settings.provider = settings.options.contains(.noPreset) ? nil : record.preset?.row
    }
    // A server says itself what its tokens are for.
    settings.resource = resource ?? (record.server == nil ? record.resource : nil)
    settings.scopes = record.requestedScopes
    for scope in scopes where !settings.scopes.contains(scope) { settings.scopes.append(scope) }
    settings.clientID = clientID
    settings.clientMetadataURL = clientMetadataURL
    settings.redirectURI = redirectURI
    settings.redirectPort = redirectPort
    settings.parameters = try parameters()
    settings.grant =
      device ? .device : clientCredentials ? .clientCredentials : record.grant
    settings.timeout = UInt32(clamping: timeout)
    return settings
  }
}
