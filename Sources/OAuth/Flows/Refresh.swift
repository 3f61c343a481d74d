internal import Connections

extension Operation {
  /// Gets a new access token without anybody's help (RFC 6749 section 6), or in the client's own
  /// name (section 4.4).
  ///
  /// - Returns: the record with it; the old refresh token stays where no new one came (A25).
  func refresh(_ record: ConnectionRecord) async throws(OAuthError) -> ConnectionRecord {
    var record = record
    let time = surroundings.now()
    let answer =
      record.grant == .clientCredentials
      ? try await clientCredentials(record) : try await refreshToken(record)
    record.take(answer, time: time)
    record.lastRefresh = surroundings.now()
    return record
  }

  private func refreshToken(_ record: ConnectionRecord) async throws(OAuthError) -> TokenAnswer {
    guard let token = record.refreshToken else { throw .nothingToRefresh(name: record.name) }
    // No `scope`: the token keeps those it has (RFC 6749 section 6).
    var fields = [FormField("grant_type", "refresh_token"), FormField("refresh_token", token)]
    if let resource = record.resource, !record.options.contains(.noResource) {
      fields.append(FormField("resource", resource))
    }
    return try await tokens(record, fields)
  }

  /// Tokens in the client's own name (RFC 6749 section 4.4).
  func clientCredentials(_ record: ConnectionRecord) async throws(OAuthError) -> TokenAnswer {
    var fields = [FormField("grant_type", "client_credentials")]
    if !record.requestedScopes.isEmpty {
      fields.append(
        FormField(
          "scope",
          record.requestedScopes.joined(separator: record.preset?.scopeSeparator ?? " ")))
    }
    fields += FormField.resource(record.resource, record.preset)
    return try await tokens(record, fields)
  }

  private func tokens(
    _ record: ConnectionRecord, _ fields: [FormField]
  ) async throws(OAuthError) -> TokenAnswer {
    guard let client = record.registration, let text = record.endpoints.token else {
      throw .nothingToRefresh(name: record.name)
    }
    let endpoint = TokenEndpoint(
      fetcher: fetcher, url: try OAuthURL(text), client: client,
      accept: record.preset?.accept ?? "application/json")
    let answer = try await endpoint.send(fields)
    if var failure = try endpoint.failure(in: answer, to: fields) {
      // Providers with words of their own for a refresh token that is void.
      failure.endsLogin = record.preset?.endingErrors.contains(failure.code) ?? false
      throw .token(failure)
    }
    return try TokenAnswer(
      answer, from: endpoint.url.origin, rules: record.preset, path: record.preset?.tokenPath)
  }
}
