import ValetTesting

/// Makes documents that are nearly always good, with the members that it is given.
struct DocumentWriter {
  var input: FuzzInput

  private static let texts = [
    "https://as.example.com/t", "https://as.example.com/t/token", "https://as.example.com",
    "https://login.example.com/a?b=c", "https://evil.test/x", "http://as.example.com/t",
    "https://10.0.0.1/x", "https://[::ffff:169.254.169.254]/x", "javascript:alert(1)",
    "https://as.example.com@evil.test/x", "https://as.example.com/$(id)",
    "https://as.example.com\\x",
    "https://mcp.example.com/mcp/v1", "https://mcp.example.com/mcp", "https://mcp.example.com/mc",
    "https://MCP.example.com:443/", "https://mcp.example.com/mcp/v1?x", "Bearer", "bearer", "DPoP",
    "none", "client_secret_basic", "client_secret_post", "private_key_jwt", "S256", "plain", "3600",
    "a b", "a  b a", "a\"b", "", "é", "\u{202E}", "\u{0}", "x\r\ny", "WDJB-MJHT", "abc.def~",
    "https://as.example.com/a?state=1", "https://as.example.com/%2e%2e/x",
    "https://as.example.com/#f",
  ]
  private static let numbers = [
    "0", "1", "3600", "-1", "1.5", "1e3", "1e99", "-0", "9223372036854775808", "3155760000",
    "3155760001", "99999999999999999999999999",
  ]

  private mutating func pick<Element>(_ list: [Element]) -> Element {
    list[input.number(below: list.count)]
  }

  mutating func object(_ names: [String]) -> String {
    if names.isEmpty { return pick(Self.texts) + (input.texts.first ?? "") }
    var members: [String] = []
    for name in names where input.byte() & 3 != 0 { members.append(member(name)) }
    // One more of a name that is there, now and then.
    if input.byte() & 31 == 0 { members.append(member(pick(names))) }
    return blank() + "{" + members.joined(separator: ",") + "}" + blank()
  }

  private mutating func member(_ name: String) -> String {
    ReferenceJSON.quote(name) + blank() + ":" + blank() + value(name)
  }

  /// Mostly of the kind that the name has.
  private mutating func value(_ name: String) -> String {
    if input.byte() & 15 == 0 { return anything(depth: 3) }
    let isList =
      name.hasSuffix("scopes_supported") || name.hasSuffix("servers")
      || name.hasSuffix("uris") || name.hasSuffix("types_supported")
      || name.hasSuffix("methods_supported")
    if isList { return list() }
    if name.hasSuffix("_supported") { return pick(["true", "false"]) }
    if name.contains("expires") || name == "interval" { return pick(Self.numbers) }
    return text(name)
  }

  private mutating func text(_ name: String) -> String {
    switch (name, input.byte() & 3) {
    case ("issuer", 1...): ReferenceJSON.quote(Known.issuer)
    case ("resource", 2...): ReferenceJSON.quote(Known.server)
    case ("token_type", 1...): "\"Bearer\""
    case (_, 3): ReferenceJSON.quote("\(input.byte())-\(input.byte())")
    default: escaped(pick(Self.texts))
    }
  }

  /// A text with one of its characters escaped.
  private mutating func escaped(_ text: String) -> String {
    let quoted = ReferenceJSON.quote(text)
    guard input.byte() & 3 == 0 else { return quoted }
    return quoted.replacing("e", with: "\\u0065", maxReplacements: 1)
  }

  private mutating func list() -> String {
    let elements = (0..<input.number(below: 4)).map { _ in escaped(pick(Self.texts)) }
    return "[" + elements.joined(separator: ", ") + "]"
  }

  private mutating func anything(depth: Int) -> String {
    switch input.byte() % (depth > 0 ? 6 : 4) {
    case 0: return pick(["true", "false", "null", "nul", "\"\\ud83d\"", "\"\\u00"])
    case 1: return pick(Self.numbers)
    case 2, 3: return escaped(pick(Self.texts))
    case 4:
      let elements = (0..<input.number(below: 3)).map { _ in anything(depth: depth - 1) }
      return "[" + elements.joined(separator: ",") + "]"
    default: return "{\"error\":" + anything(depth: depth - 1) + "}"
    }
  }

  private mutating func blank() -> String { pick(["", "", "", "", " ", "\n\t"]) }
}
