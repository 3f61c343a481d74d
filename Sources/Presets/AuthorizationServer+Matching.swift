extension AuthorizationServer {
  /// A row that applies to an issuer.
  package struct Match: Sendable, Equatable {
    /// The row's name, to be shown: `login` says which row it applied.
    package let name: String
    /// See ``AuthorizationServer/title``.
    package let title: String
    /// The identifier to find metadata by and to compare with what the server says of itself (A9,
    /// A23). It is what was matched, but for ``IssuerPattern/otherPath``.
    package let issuer: String
    /// The columns; the endpoints are URLs, with `{client_id}` at most left in them.
    package let columns: Columns
    /// Where a client is registered, as a URL; `nil` where the row does not say.
    package let client: Client?

    /// Whether the row says that an endpoint of this issuer may lie at a host.
    ///
    /// - Parameter host: in lower case, with its port where it has one.
    package func vouches(for host: String) -> Bool {
      if columns.endpointHosts.contains(where: { hostPattern($0, covers: host) }) { return true }
      return Endpoints.all.contains { endpoint in
        guard let url = columns.endpoints[keyPath: endpoint] else { return false }
        // A revocation endpoint has a client's id to be put into its path.
        let filled = filled(url, with: [Variable(name: "{client_id}", value: "x")])
        return IssuerParts(filled)?.authority == host
      }
    }
  }

  /// The row applied to an issuer of its hosts; `nil` for every other.
  ///
  /// - Parameter issuer: as the person or the protected resource's metadata wrote it.
  package func match(_ issuer: String) -> Match? { match(issuer, anyHost: false) }

  /// The row applied to an issuer at whatever host, because the person named the row; `nil` when
  /// the issuer's path is none of ``IssuerPattern/paths``.
  package func applied(to issuer: String) -> Match? { match(issuer, anyHost: true) }

  private func match(_ issuer: String, anyHost: Bool) -> Match? {
    guard let found = self.issuer.match(issuer, anyHost: anyHost) else { return nil }
    var columns = columns
    for endpoint in Endpoints.all {
      if let template = columns.endpoints[keyPath: endpoint] {
        columns.endpoints[keyPath: endpoint] = filled(template, with: found.variables)
      }
    }
    let client = client.map { client in
      client.page.hasPrefix("/")
        ? Client(page: filled("{origin}", with: found.variables) + client.page, steps: client.steps)
        : client
    }
    return Match(
      name: name, title: title, issuer: found.issuer, columns: columns, client: client)
  }
}

extension AuthorizationServer.Endpoints {
  static var all: [WritableKeyPath<Self, String?>] {
    [\.authorization, \.token, \.device, \.registration, \.revocation]
  }

  /// The revocation endpoint for a client; `nil` where there is none.
  ///
  /// - Parameter clientID: percent-encoded where it is put in, so that it stays one segment.
  package func revocation(for clientID: String) -> String? {
    revocation.map {
      filled($0, with: [Variable(name: "{client_id}", value: percentEncoded(clientID))])
    }
  }
}

/// Everything but unreserved characters (RFC 3986 section 2.3) as `%XX`.
private func percentEncoded(_ text: String) -> String {
  var result = ""
  for byte in text.utf8 {
    let character = Character(Unicode.Scalar(byte))
    if byte < 0x80, character.isLetter || character.isNumber || "-._~".contains(character) {
      result.append(character)
    } else {
      let digits = String(byte, radix: 16, uppercase: true)
      result += byte < 0x10 ? "%0" + digits : "%" + digits
    }
  }
  return result
}
