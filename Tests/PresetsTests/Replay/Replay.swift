internal import Connections
internal import OAuth
internal import Presets
internal import Secrets
internal import Synchronization

/// One connection from its login to its end, at a provider that answers by its recorded shapes.
struct Replay {
  let shapes: ReplayCase
  let servers: AuthorizationServers
  /// The table before anything was changed in it.
  var unchanged = AuthorizationServers.builtIn
  var grant = ConnectionRecord.Grant.authorizationCode
  /// What the person typed beside the rest.
  var typed: @Sendable (inout LoginSettings) -> Void = { _ in }

  /// What went otherwise than it has to; empty when all went well.
  func problems() async -> [String] {
    let simulator = ProviderSimulator(shapes)
    guard let server = try? LoopbackServer(simulator.answer) else { return ["no server"] }
    defer { server.close() }
    let world = ReplaySurroundings(port: server.port, servers: servers)
    do throws(OAuthError) {
      var problems: [String] = []
      var record = try await run(.login, begin(), in: world)
      problems += check(record)
      if shapes.token.refreshed != nil {
        record = try await run(.refresh, record, in: world)
        problems += checkRefreshed(record)
        for code in shapes.token.endings {
          problems += await checkEnd(code, record, world, simulator)
        }
      }
      if shapes.responseIssuerIsSure, grant == .authorizationCode {
        problems += try await checkResponse()
      }
      problems += try await revoke(record, world, simulator)
      return problems
    } catch {
      return ["\(error.message) — the provider saw: \(simulator.complaints)"]
    }
  }

  /// A login at a provider that does not do as it should.
  ///
  /// - Returns: whether it came to anything, and the provider as it is then.
  func login(lie: ProviderSimulator.Lie?) async throws -> (Bool, ProviderSimulator, [String]) {
    let simulator = ProviderSimulator(shapes, lie: lie)
    let server = try LoopbackServer(simulator.answer)
    defer { server.close() }
    let world = ReplaySurroundings(port: server.port, servers: servers)
    let record = try? await run(.login, begin(), in: world)
    return (record != nil, simulator, world.opened)
  }

  private func begin() -> ConnectionRecord {
    var record = ConnectionRecord(name: "replay")
    record.server = shapes.login.server
    return record
  }

  private func run(
    _ operation: NetRequest.Begin.Operation, _ record: ConnectionRecord,
    in world: ReplaySurroundings
  ) async throws(OAuthError) -> ConnectionRecord {
    let message = try await Operation.run(
      NetRequest.Begin(operation, record, settings: try settings()), in: world)
    guard case .result(let record) = message else { throw .usage("no record", hint: nil) }
    return record
  }

  /// What the person types. The secret comes where the row asks for one, or where the client has
  /// one though no row asks.
  private func settings() throws(OAuthError) -> LoginSettings {
    var settings = LoginSettings()
    settings.issuer = shapes.login.issuer
    settings.provider = shapes.login.provider
    settings.scopes = shapes.login.scopes
    settings.grant = grant
    if shapes.client.registration == nil {
      settings.clientID = shapes.client.id
      let known = unchanged.named(shapes.row)?.columns.clientSecret
      let asked = servers.named(shapes.row)?.columns.clientSecret
      if let secret = shapes.client.secret, known == nil || asked != nil {
        settings.clientSecret = try SharedSecret(text: secret)
        // A secret is only for whom the person named.
        if shapes.login.server != nil { settings.provider = shapes.row }
      }
    }
    typed(&settings)
    return settings
  }

  private func check(_ record: ConnectionRecord) -> [String] {
    let expected = shapes.outcome
    var problems: [String] = []
    compare("access token", record.accessToken.map(text(of:)), expected.access, &problems)
    compare("refresh token", record.refreshToken.map(text(of:)), expected.refresh, &problems)
    compare("scopes", record.grantedScopes, expected.granted, &problems)
    let lifetime = record.expires.map { $0 - (record.obtained ?? 0) }
    compare("lifetime", lifetime, expected.lifetime, &problems)
    if let taken = expected.assumedLifetime {
      let due = record.effectiveExpiry.map { $0 - (record.obtained ?? 0) }
      compare("assumed lifetime", due, taken, &problems)
    }
    compare("row", record.preset?.row, shapes.row, &problems)
    return problems
  }

  private func checkRefreshed(_ record: ConnectionRecord) -> [String] {
    let expected = shapes.outcome
    var problems: [String] = []
    compare(
      "second access token", record.accessToken.map(text(of:)), expected.secondAccess, &problems)
    compare(
      "second refresh token", record.refreshToken.map(text(of:)), expected.secondRefresh, &problems)
    compare("scopes after the refresh", record.grantedScopes, expected.granted, &problems)
    return problems
  }

  /// A refusal that the provider has for a refresh token that is void for good.
  private func checkEnd(
    _ code: String, _ record: ConnectionRecord, _ world: ReplaySurroundings,
    _ simulator: ProviderSimulator
  ) async -> [String] {
    simulator.state.withLock { $0.ends = [code] }
    do throws(OAuthError) {
      _ = try await run(.refresh, record, in: world)
      return ["\(code) is taken for a token"]
    } catch {
      return error.effect == .dropsTokens ? [] : ["\(code) does not end the login"]
    }
  }

  /// A response that does not name its issuer, of a server that always does.
  private func checkResponse() async throws(OAuthError) -> [String] {
    do {
      let (hasTokens, provider, _) = try await login(lie: .noIssuer)
      return hasTokens || provider.isCodeUsed ? ["a response without its issuer is taken"] : []
    } catch { return ["no server"] }
  }

  private func revoke(
    _ record: ConnectionRecord, _ world: ReplaySurroundings, _ simulator: ProviderSimulator
  ) async throws(OAuthError) -> [String] {
    let before = simulator.complaints.count
    let message = try await Operation.run(
      NetRequest.Begin(.revoke, record), in: world)
    guard case .revoked(let revocations) = message else { return ["nothing was revoked"] }
    var problems: [String] = []
    var outcomes: [String: String] = [:]
    for revocation in revocations {
      outcomes["\(revocation.token)"] = "\(revocation.outcome)"
    }
    compare("revocations", outcomes, shapes.outcome.revoked, &problems)
    let tokens = [("refresh", record.refreshToken), ("access", record.accessToken)]
      .filter { shapes.outcome.revoked[$0.0] == "revoked" }
      .compactMap { $0.1.map(text(of:)) }
    compare("what the provider revoked", simulator.revoked, tokens, &problems)
    let complaints = simulator.complaints.dropFirst(before)
    if !complaints.isEmpty { problems.append("the provider complains: \(complaints)") }
    return problems
  }

  private func compare<Value: Equatable>(
    _ what: String, _ value: Value, _ expected: Value, _ problems: inout [String]
  ) {
    if value != expected { problems.append("\(what): \(value), not \(expected)") }
  }
}
