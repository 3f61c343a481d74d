internal import Connections
internal import Secrets

/// A browser that waits for its page, and the receiver that it came through.
struct Visit: Sendable {
  fileprivate let arrival: any RedirectArrival
  fileprivate let receiver: any RedirectReceiver

  /// Shows the page and listens no longer.
  func end(_ page: ReceiverPage) async {
    await arrival.answer(page)
    await receiver.close()
  }
}

extension Operation {
  /// The authorization code grant with PKCE (RFC 6749 section 4.1, RFC 7636, RFC 8252).
  ///
  /// - Parameter record: with everything but the tokens.
  /// - Returns: the record with them, and the browser that is to be told what came of it.
  func authorize(
    _ record: ConnectionRecord, _ target: LoginTarget, client: ClientRegistration,
    receiver: any RedirectReceiver, deadline: Int64
  ) async throws(OAuthError) -> (ConnectionRecord, Visit) {
    do throws(OAuthError) {
      return try await authorizeOnce(
        record, target, client: client, receiver: receiver, deadline: deadline)
    } catch {
      await receiver.close()
      throw error
    }
  }

  private func authorizeOnce(
    _ record: ConnectionRecord, _ target: LoginTarget, client: ClientRegistration,
    receiver: any RedirectReceiver, deadline: Int64
  ) async throws(OAuthError) -> (ConnectionRecord, Visit) {
    guard let endpoint = target.endpoints.authorization else {
      throw .endpointMissing("authorization endpoint", issuer: record.issuer)
    }
    if target.resource != nil, AuthorizationRequest.namesResource(endpoint) {
      progress(
        .warning(
          "the authorization endpoint of \(record.issuer) names another resource, which is left out"
        ))
    }
    let plan = try plan(target, registered: client.redirectURIs)
    let request = try AuthorizationRequest(
      issuer: target.metadata.issuer, expectsIssuer: target.metadata.sendsIssuer,
      redirectURI: plan.uri(port: receiver.port), clientID: client.clientID)
    let parameters = Self.parameters(record.parameters, target.provider)
    let url = try request.url(
      at: endpoint, scopes: record.requestedScopes, provider: target.provider,
      resource: target.resource, parameters: parameters)
    surroundings.report(
      .authorize(url: url, redirect: request.redirectURI, listens: plan.listener != nil))
    let (code, arrival) = try await code(for: request, receiver, deadline: deadline)
    do throws(OAuthError) {
      var record = record
      try await exchange(code, request, client, target, &record)
      return (record, Visit(arrival: arrival, receiver: receiver))
    } catch {
      await arrival.answer(.failure(message: error.message, hint: error.hint))
      throw error
    }
  }

  /// The person's parameters, and the row's where the person gave none of that name.
  private static func parameters(
    _ own: [ConnectionRecord.Parameter], _ provider: Provider?
  ) -> [ConnectionRecord.Parameter] {
    own
      + (provider?.parameters ?? []).filter { row in !own.contains { $0.name == row.name } }
  }

  /// The page for a login that is complete.
  static func success(_ record: ConnectionRecord) -> ReceiverPage {
    // The host that a person knows the connection by.
    let url = try? OAuthURL(record.server ?? record.issuer)
    return .success(
      connection: record.name, server: url?.authority ?? record.issuer,
      scopes: record.grantedScopes)
  }

  /// Waits for the code. What is not the answer to this request neither ends nor delays the wait.
  private func code(
    for request: AuthorizationRequest, _ receiver: any RedirectReceiver, deadline: Int64
  ) async throws(OAuthError) -> (SharedSecret, any RedirectArrival) {
    progress(.waiting(seconds: UInt32(clamping: deadline - surroundings.now())))
    while true {
      let left = deadline - surroundings.now()
      guard left > 0, let arrival = await receiver.next(seconds: Int(left)) else {
        throw .loginTimedOut(seconds: Int(settings.timeout), forgottenBy: nil)
      }
      do throws(OAuthError) {
        switch try request.judge(arrival.parameters()) {
        case .code(let code):
          progress(.callback)
          return (code, arrival)
        case .ignored(let reason):
          progress(.ignored(reason: reason))
          await arrival.answer(.ignored(reason))
        }
      } catch {
        // On a mismatch of the issuer nothing that the answer says is shown (A23).
        await arrival.answer(.failure(message: error.message, hint: error.hint))
        throw error
      }
    }
  }

  private func exchange(
    _ code: SharedSecret, _ request: AuthorizationRequest, _ client: ClientRegistration,
    _ target: LoginTarget, _ record: inout ConnectionRecord
  ) async throws(OAuthError) {
    progress(.exchanging)
    var fields = [
      FormField("grant_type", "authorization_code"), FormField("code", code),
      FormField("redirect_uri", request.redirectURI),
      FormField("code_verifier", request.pkce.verifier),
    ]
    if let resource = target.resource { fields.append(FormField("resource", resource)) }
    let endpoint = TokenEndpoint(
      fetcher: fetcher, url: target.endpoints.token, client: client,
      accept: target.provider?.rules.accept ?? "application/json")
    let time = surroundings.now()
    let answer = try await endpoint.send(fields)
    if let failure = try endpoint.failure(in: answer, to: fields) { throw .token(failure) }
    record.take(
      try TokenAnswer(
        answer, from: endpoint.url.origin, rules: target.provider?.rules,
        path: target.provider?.tokenPath), time: time)
    record.loggedIn = surroundings.now()
    record.lastRefresh = nil
  }
}
