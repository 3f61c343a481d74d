internal import Testing
internal import ValetTesting

/// What the authorization servers of the tests do not have, by their own word: it is told apart from
/// what no test tried.
@Suite(.enabled(if: Programs.python != nil, "needs the peers from PyPI"))
struct PeerMetadataTests {
  typealias Kind = AuthorizationServer.Kind

  /// By ways that servers have them; django-oauth-toolkit has devices, and does not say so.
  private func lacks(_ metadata: ReferenceJSON.Tree, _ kind: Kind) -> [String] {
    let grants = metadata["grant_types_supported"].elements.compactMap(\.text)
    // RFC 8414 section 2: what is meant where nothing is said.
    let known = grants.isEmpty ? ["authorization_code", "implicit"] : grants
    var lacks: [String] = []
    if metadata["registration_endpoint"].text == nil { lacks += ["registration"] }
    if metadata["revocation_endpoint"].text == nil { lacks += ["revocation"] }
    if metadata["device_authorization_endpoint"].text == nil, kind != .djangoToolkit {
      lacks += ["device", "Chromium device"]
    }
    if !known.contains("client_credentials") { lacks += ["client credentials"] }
    return lacks
  }

  @Test(arguments: Kind.allCases.filter(\.isInstalled)) func tellsWhatItLacks(kind: Kind) throws {
    let server = try AuthorizationServer(kind)
    let issuer = server.issuer.hasSuffix("/") ? String(server.issuer.dropLast()) : server.issuer
    let path = String(issuer.dropFirst(server.origin.count))
    // Both standards, each in its own place.
    let places = [
      "\(server.origin)/.well-known/oauth-authorization-server\(path)",
      "\(issuer)/.well-known/openid-configuration",
    ]
    let script = """
      import sys, urllib.request
      for url in sys.argv[1:]:
        try:
          print(urllib.request.urlopen(url, timeout=20).read().decode())
          break
        except urllib.error.HTTPError:
          pass
      """
    let run = try ProgramRun.run(["/usr/bin/python3", "-c", script] + places, environment: [:])
    let metadata = try #require(ReferenceJSON.parse(run.output), "\(run.text)\(run.errorText)")
    #expect(metadata["issuer"].text == server.issuer)
    for capability in lacks(metadata, kind) { PeerTable.record(kind.name, capability, "none") }
  }
}
