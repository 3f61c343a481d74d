internal import Testing

/// One way in which an authorization server lies, and what comes of it.
struct Lie: CustomTestStringConvertible {
  /// How far a login may come before it sees through it.
  enum Stage: Int {
    /// Nothing is asked of the authorization server but its metadata.
    case discovery
    /// A client may be registered; nobody is sent to a page.
    case registration
    /// A person may be sent to the page; no code leaves.
    case authorization
    /// The code may be sent to its own token endpoint.
    case token
  }

  let name: String
  /// Of `Tests/Peers/authorization_server.py`.
  let behaviours: [String]
  /// What the message says.
  let says: String
  let stage: Stage
  var words: [String] = []

  init(
    _ name: String, _ behaviours: [String], says: String, within stage: Stage,
    _ words: [String] = []
  ) {
    (self.name, self.behaviours, self.says) = (name, behaviours, says)
    (self.stage, self.words) = (stage, words)
  }

  var testDescription: String { name }

  private static let metadata = "answers./.well-known/oauth-authorization-server"
  private static let openID = "answers./.well-known/openid-configuration"
  private static let html =
    #"{"status":200,"headers":{"Content-Type":"text/html"},"text":"<html>{}</html>"}"#

  static let all = issuers + endpoints + redirects + answers + tokenAnswers + browsers

  private static let issuers: [Lie] =
    ["{origin}/", "{elsewhere}", "https://as.example.com"].map {
      Lie(
        "issuer \($0)", ["metadata.issuer=\"\($0)\""], says: "the metadata of", within: .discovery)
    } + [
      Lie(
        "no issuer", ["metadata.issuer=null"], says: "names no issuer", within: .discovery),
      Lie(
        "another resource", ["resource.resource=\"https://other.example.com\""],
        says: "other.example.com", within: .discovery),
      Lie(
        "a resource elsewhere", ["resource.resource=\"{elsewhere}/mcp\""],
        says: "the metadata is of",
        within: .discovery),
      Lie(
        "a challenge that names a file",
        [#"challenge="Bearer resource_metadata=\"file:///etc/passwd\"""#], says: "file:",
        within: .discovery),
      Lie(
        "a challenge that names a metadata service",
        [#"challenge="Bearer resource_metadata=\"https://169.254.169.254/latest\"""#],
        says: "169.254.169.254", within: .discovery),
      Lie(
        "no PKCE", ["metadata.code_challenge_methods_supported=null"],
        says: "--pkce-unadvertised", within: .discovery),
      Lie(
        "PKCE without S256", ["metadata.code_challenge_methods_supported=[\"plain\"]"],
        says: "S256", within: .discovery),
      Lie(
        "the first of two servers is down",
        [
          "resource.authorization_servers=[\"{origin}\",\"{elsewhere}\"]",
          "\(metadata)={\"status\":503}",
        ], says: "503", within: .discovery),
    ]

  private static let endpoints: [Lie] = [
    "file:///etc/passwd", "javascript:alert(1)", "http://127.0.0.1/$(touch /tmp/x)", "-oProxy=x",
    "http://127.0.0.1/`id`", "{elsewhere}/x", "https://169.254.169.254/x", "https://10.0.0.1/x",
    "http://example.com/x", "https://as.example.com@127.0.0.1/x", "https://2130706433/x",
  ].flatMap { (url: String) -> [Lie] in
    let page = Lie(
      "verification page \(url)", ["verification_uri=\"\(url)\""], says: "", within: .token,
      ["--device"])
    return ["token_endpoint", "registration_endpoint", "revocation_endpoint"].map {
      Lie("\($0) \(url)", ["metadata.\($0)=\"\(url)\""], says: "", within: .discovery)
    } + [
      Lie(
        "authorization_endpoint \(url)",
        [
          "metadata.authorization_endpoint=\"\(url)\"",
          "metadata.authorization_response_iss_parameter_supported=false",
        ], says: "", within: .discovery)
    ]
      // A page on this machine may be opened, and gets nothing but the person's own code.
      + (url.hasPrefix("{elsewhere}") ? [] : [page])
  }

  private static let redirects: [Lie] =
    [
      "https://169.254.169.254/latest/meta-data", "https://10.0.0.1/", "https://[fd00:ec2::254]/",
      "http://169.254.169.254/", "https://[::ffff:169.254.169.254]/", "https://192.168.0.1/",
      "https://[64:ff9b::a9fe:a9fe]/", "file:///etc/passwd",
    ].map {
      Lie(
        "metadata moved to \($0)",
        ["\(metadata)={\"status\":302,\"headers\":{\"Location\":\"\($0)\"}}"], says: "",
        within: .discovery)
    }
    + [301, 302, 303, 307, 308].map {
      Lie(
        "the token endpoint moved, \($0)",
        ["answers./token={\"status\":\($0),\"headers\":{\"Location\":\"{elsewhere}/token\"}}"],
        says: "sent elsewhere", within: .token)
    } + [
      Lie(
        "metadata that moves for ever",
        [
          """
          \(metadata)={"status":302,"headers":{"Location":\
          "{origin}/.well-known/oauth-authorization-server"}}
          """
        ], says: "3 times", within: .discovery),
      Lie(
        "the registration moved",
        ["answers./register={\"status\":307,\"headers\":{\"Location\":\"{elsewhere}/register\"}}"],
        says: "307", within: .registration),
    ]

  private static let answers: [Lie] = [
    Lie(
      "metadata beyond 16 KiB",
      ["pads./.well-known/oauth-authorization-server={\"bytes\":16385}"], says: "16384 bytes",
      within: .discovery),
    Lie(
      "endless metadata", ["\(metadata)={\"kind\":\"endless\"}"], says: "16384 bytes",
      within: .discovery),
    Lie(
      "metadata that drips", ["\(metadata)={\"kind\":\"drip\"}"], says: "10 s",
      within: .discovery),
    Lie(
      "metadata that never comes", ["\(metadata)={\"kind\":\"silent\"}"], says: "10 s",
      within: .discovery),
    Lie(
      "HTML as metadata", ["\(metadata)=\(html)", "\(openID)=\(html)"], says: "", within: .discovery
    ),
    Lie(
      "compressed metadata",
      ["\(metadata)={\"headers\":{\"Content-Encoding\":\"gzip\"},\"text\":\"x\"}"],
      says: "compressed", within: .discovery),
    Lie("metadata cut off", ["\(metadata)={\"text\":\"{\"}"], says: "JSON", within: .discovery),
    Lie(
      "HTML as a registration", ["answers./register=\(html)"], says: "JSON", within: .registration),
    Lie(
      "a registration without an id", ["answers./register={\"status\":201,\"json\":{}}"],
      says: "client id", within: .registration),
    Lie(
      "an id with a line in it",
      ["answers./register={\"status\":201,\"json\":{\"client_id\":\"a\\nb\"}}"],
      says: "client id", within: .registration),
  ]

  private static let tokenAnswers: [Lie] =
    [
      "{", "[]", "", "\\u0000", "{\\\"access_token\\\":}",
      "{\\\"access_token\\\":\\\"a\\\",\\\"access_token\\\":\\\"b\\\"}",
      "{\\\"access_token\\\":\\\"a\\\\r\\\\nX: y\\\"}", "{\\\"access_token\\\":{}}",
      "{\\\"access_token\\\":\\\"a\\\",\\\"token_type\\\":\\\"mac\\\"}",
      "{\\\"access_token\\\":\\\"a\\\",\\\"expires_in\\\":1e400}",
    ].map {
      Lie("tokens \($0)", ["answers./token={\"text\":\"\($0)\"}"], says: "", within: .token)
    } + [
      Lie(
        "endless tokens", ["answers./token={\"kind\":\"endless\"}"], says: "1048576 bytes",
        within: .token),
      Lie(
        "tokens that never come", ["answers./token={\"kind\":\"silent\"}"], says: "10 s",
        within: .token),
      Lie("HTML as tokens", ["answers./token=\(html)"], says: "text/html", within: .token),
      Lie(
        "no such code", ["answers./token={\"status\":400,\"json\":{\"error\":\"invalid_grant\"}}"],
        says: "invalid_grant", within: .token),
      Lie(
        "a script in the description",
        [
          """
          answers./token={"status":400,"json":{"error":"invalid_request","error_description":\
          "<script>alert(1)</script>\\u001b[2J\\u202e\\nmcp-valet: done"}}
          """
        ], says: "<script>", within: .token),
      Lie(
        "a success that is an error", ["answers./token={\"json\":{\"error\":\"access_denied\"}}"],
        says: "access_denied", within: .token),
    ]

  private static let browsers: [Lie] = [
    Lie(
      "mix-up: the answer of another issuer", ["redirects_with={\"iss\":\"https://good.example\"}"],
      says: "good.example", within: .authorization),
    Lie(
      "mix-up: the answer of nobody", ["redirects_with={\"iss\":null}"], says: "",
      within: .authorization),
    Lie(
      "another state", ["redirects_with={\"state\":\"guess\"}"], says: "nobody finished the login",
      within: .authorization, ["--timeout", "3s"]),
    Lie(
      "no state", ["redirects_with={\"state\":null}"], says: "nobody finished the login",
      within: .authorization, ["--timeout", "3s"]),
    Lie(
      "no code", ["redirects_with={\"code\":null}"], says: "nobody finished the login",
      within: .authorization, ["--timeout", "3s"]),
    Lie(
      "a page that never comes", ["answers./authorize={\"kind\":\"silent\",\"seconds\":6}"],
      says: "nobody finished the login", within: .authorization, ["--timeout", "2s"]),
    Lie(
      "a refusal", ["redirects_with={\"error\":\"access_denied\",\"code\":null}"],
      says: "access_denied", within: .authorization),
    Lie(
      "scopes that are never enough", ["wants_scopes=[\"everything\"]", "grants_scope=\"read\""],
      says: "", within: .token),
  ]
}
