internal import Presets

/// A row with one thing in it changed.
struct RowMutation: Sendable {
  /// The column, and which element of it.
  let column: String
  let row: AuthorizationServer
}

extension RowMutation {
  /// Every thing that the row sets, changed in turn.
  static func all(of row: AuthorizationServer) -> [RowMutation] {
    issuer(of: row) + endpoints(of: row) + lists(of: row) + redirect(of: row) + rest(of: row)
  }

  private static func changed(
    _ row: AuthorizationServer, _ column: String, _ change: (inout AuthorizationServer) -> Void
  ) -> RowMutation {
    var copy = row
    change(&copy)
    return RowMutation(column: column, row: copy)
  }

  private static func issuer(of row: AuthorizationServer) -> [RowMutation] {
    let issuer = row.issuer
    return issuer.hosts.indices.map { index in
      changed(row, "issuer.hosts[\(index)]") { $0.issuer.hosts[index] = "changed.example" }
    }
      + issuer.paths.indices.map { index in
        changed(row, "issuer.paths[\(index)]") { $0.issuer.paths[index] = "/changed" }
      }
      + (issuer.otherPath == nil
        ? [] : [changed(row, "issuer.otherPath") { $0.issuer.otherPath = nil }])
  }

  private static func endpoints(of row: AuthorizationServer) -> [RowMutation] {
    let members: [(String, WritableKeyPath<AuthorizationServer.Endpoints, String?>)] = [
      ("authorization", \.authorization), ("token", \.token), ("device", \.device),
      ("registration", \.registration), ("revocation", \.revocation),
    ]
    return members.filter { row.columns.endpoints[keyPath: $0.1] != nil }.map { name, member in
      changed(row, "endpoints.\(name)") { $0.columns.endpoints[keyPath: member]? += "/changed" }
    }
  }

  private static func lists(of row: AuthorizationServer) -> [RowMutation] {
    row.columns.endpointHosts.indices.map { index in
      changed(row, "endpointHosts[\(index)]") { _ = $0.columns.endpointHosts.remove(at: index) }
    }
      + row.columns.authorizationParameters.indices.flatMap { index in
        [
          changed(row, "authorizationParameters[\(index)]") {
            _ = $0.columns.authorizationParameters.remove(at: index)
          },
          changed(row, "authorizationParameters[\(index)].value") {
            $0.columns.authorizationParameters[index].value += "changed"
          },
        ]
      }
  }

  private static func redirect(of row: AuthorizationServer) -> [RowMutation] {
    guard let redirect = row.columns.redirect else { return [] }
    let other = redirect.host == "localhost" ? "127.0.0.1" : "localhost"
    var mutations = [
      changed(row, "redirect.host") { $0.columns.redirect?.host = other },
      changed(row, "redirect.path") { $0.columns.redirect?.path += "/changed" },
    ]
    if redirect.port != nil {
      mutations.append(changed(row, "redirect.port") { $0.columns.redirect?.port = 3119 })
      mutations.append(changed(row, "redirect.port, any") { $0.columns.redirect?.port = nil })
    }
    return mutations
  }

  /// The columns that hold one value: it is taken away, but where the general rule is the same.
  private static func rest(of row: AuthorizationServer) -> [RowMutation] {
    let columns = row.columns
    var mutations: [RowMutation] = []
    func add(_ name: String, _ isSet: Bool, _ change: (inout AuthorizationServer.Columns) -> Void) {
      if isSet { mutations.append(changed(row, name) { change(&$0.columns) }) }
    }
    add("metadata", columns.metadata != nil) { $0.metadata = nil }
    add("proofKey", columns.proofKey != nil) { $0.proofKey = nil }
    add("resource", columns.resource != nil) { $0.resource = nil }
    add("scopeParameter", columns.scopeParameter != nil) { $0.scopeParameter = nil }
    add("scopeSeparator", columns.scopeSeparator != nil) { $0.scopeSeparator = nil }
    add("grantedScopeSeparator", columns.grantedScopeSeparator != nil) {
      $0.grantedScopeSeparator = nil
    }
    add("offlineScope", columns.offlineScope != nil) { $0.offlineScope = nil }
    // `nil` is the same as the only value in use.
    add("accept", columns.accept != nil) { $0.accept = "application/xml" }
    add("tokenAuthentication", columns.tokenAuthentication != nil) { $0.tokenAuthentication = nil }
    add("clientSecret", columns.clientSecret != nil) { $0.clientSecret = nil }
    add("tokenPath", columns.tokenPath != nil) { $0.tokenPath = nil }
    add("refreshedTokenPath", columns.refreshedTokenPath != nil) { $0.refreshedTokenPath = nil }
    add("defaultLifetime", columns.defaultLifetime != nil) { $0.defaultLifetime = nil }
    add("tokenType", columns.tokenType != nil) { $0.tokenType = nil }
    add("responseIssuer", columns.responseIssuer != nil) { $0.responseIssuer = nil }
    for index in columns.endingErrors.indices {
      add("endingErrors[\(index)]", true) { _ = $0.endingErrors.remove(at: index) }
    }
    add("revocation", columns.revocation != nil) { $0.revocation = nil }
    return mutations
  }
}
