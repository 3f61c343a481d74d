import Testing

@testable import OAuth

@Suite struct URLTests {
  @Test(arguments: [
    ("https://as.example.com", "https://as.example.com"),
    ("https://as.example.com/", "https://as.example.com/"),
    ("HTTPS://AS.Example.COM/Path", "https://as.example.com/Path"),
    ("https://a:443/x", "https://a/x"), ("https://a:8443/x?y=%20z", "https://a:8443/x?y=%20z"),
    ("http://[::1]:80/", "http://[::1]/"), ("https://[2001:DB8:0::1]/", "https://[2001:db8::1]/"),
  ]) func keepsWhatWasWritten(text: String, shown: String) throws {
    #expect(try OAuthURL(text).text == shown)
  }

  @Test(
    "A29 refuses what is no plain web address",
    arguments: [
      ("", .empty), ("javascript:alert(1)", .scheme), ("data:text/html,x", .scheme),
      ("file:///etc/passwd", .scheme), ("-https://a", .scheme), ("//a", .scheme),
      ("ftp://a", .scheme), ("https:/a", .scheme), ("https://", .host), ("https:///x", .host),
      ("https://a b/", .host), ("https://user@a/", .userName), ("https://a\\@b/", .userName),
      ("https://a\\b/", .host), ("https://ä.de/", .host), ("https://a..b/", .host),
      ("https://a./", .host), ("https://-a/", .host), ("https://a_/%zz", .escape),
      ("https://a/%2", .escape), ("https://a/\u{1F}", .character), ("https://a/\"", .character),
      ("https://a/`id`", .character), ("https://a/{x}", .character), ("https://a/|", .character),
      ("https://a/ü", .character), ("https://a/#f", .fragment), ("https://a:0/", .port),
      ("https://a:/", .port), ("https://a:65536/", .port), ("https://a:1x/", .port),
      ("https://a/../b", .dotSegment), ("https://a/%2E%2e/b", .dotSegment),
      ("https://a/./b", .dotSegment), ("https://2130706433/", .host), ("https://0x7f.1/", .host),
      ("https://127.1/", .host), ("https://0177.0.0.1/", .host), ("https://1.2.3.4.5/", .host),
      ("https://[::1/", .host), ("https://[127.0.0.1]/", .host),
      ("https://[fe80::1%25eth0]/", .host),
    ] as [(String, OAuthURL.Flaw)])
  func refuses(text: String, flaw: OAuthURL.Flaw) {
    #expect(throws: OAuthError.url(flaw, text)) { try OAuthURL(text) }
  }

  @Test func refusesWhatIsTooLong() {
    #expect(throws: OAuthError.self) {
      try OAuthURL("https://a/" + String(repeating: "x", count: 2048))
    }
  }

  @Test(
    "A30 knows every kind of address",
    arguments: [
      ("8.8.8.8", .public), ("127.0.0.1", .loopback), ("127.255.255.254", .loopback),
      ("10.0.0.1", .private), ("172.16.0.1", .private), ("172.31.255.255", .private),
      ("172.32.0.1", .public), ("192.168.1.1", .private), ("100.64.0.1", .private),
      ("100.100.100.200", .private), ("100.128.0.1", .public), ("169.254.169.254", .linkLocal),
      ("0.0.0.0", .special), ("224.0.0.1", .special), ("255.255.255.255", .special),
      ("192.0.2.1", .special), ("198.18.0.1", .special), ("203.0.113.9", .special),
      ("::1", .loopback), ("::", .special), ("::ffff:127.0.0.1", .loopback),
      ("::ffff:10.0.0.1", .private), ("::ffff:8.8.8.8", .public), ("::127.0.0.1", .loopback),
      ("64:ff9b::7f00:1", .loopback), ("64:ff9b::a9fe:a9fe", .linkLocal),
      ("64:ff9b::808:808", .public), ("64:ff9b:1::1", .special), ("2002:a9fe:a9fe::1", .linkLocal),
      ("2002:808:808::1", .special), ("fe80::1", .linkLocal), ("febf::1", .linkLocal),
      ("fec0::1", .private), ("fd00:ec2::254", .private), ("fc00::1", .private),
      ("2606:4700::1111", .public), ("2001:4860:4860::8888", .public), ("2001:db8::1", .special),
      ("2001::1", .special), ("3fff::1", .special), ("ff02::1", .special), ("100::1", .special),
    ] as [(String, IPAddress.Kind)])
  func addressKind(text: String, kind: IPAddress.Kind) throws {
    #expect(try #require(IPAddress(text)).kind == kind)
  }

  private func policy(_ typed: String..., allowsPrivate: Bool = false) throws -> ReachPolicy {
    ReachPolicy(typed: try typed.map { try OAuthURL($0) }, allowsPrivate: allowsPrivate)
  }

  private func allows(_ policy: ReachPolicy, _ text: String, at addresses: String...) -> Bool {
    do {
      let url = try OAuthURL(text)
      try policy.check(url, role: "test")
      try policy.check(addresses.compactMap { IPAddress($0) }, of: url)
      return true
    } catch { return false }
  }

  @Test("A21 http is for loopback alone") func httpIsForLoopback() throws {
    let policy = try policy("http://127.0.0.1:8000/mcp")
    #expect(allows(policy, "http://127.0.0.1:9000/token", at: "127.0.0.1"))
    #expect(allows(policy, "http://localhost:9000/token", at: "127.0.0.1", "::1"))
    #expect(!allows(policy, "http://as.example.com/token", at: "8.8.8.8"))
    #expect(!allows(policy, "http://10.0.0.1/token", at: "10.0.0.1"))
  }

  @Test("A30 metadata leads to no private, link-local or local host") func learnedHosts() throws {
    let policy = try policy("https://mcp.example.com/mcp")
    #expect(allows(policy, "https://as.example.com/token", at: "8.8.8.8"))
    for address in ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "fd00::1", "0.0.0.0"] {
      #expect(!allows(policy, "https://as.example.com/token", at: address))
      // One bad address among good ones spoils all.
      #expect(!allows(policy, "https://as.example.com/token", at: "8.8.8.8", address))
    }
    #expect(!allows(policy, "https://169.254.169.254/latest", at: "169.254.169.254"))
    #expect(!allows(policy, "http://localhost:1/x", at: "127.0.0.1"))
    #expect(!allows(policy, "http://127.0.0.1:1/x", at: "127.0.0.1"))
  }

  @Test("A30 what was typed may be private, and never link-local without a word") func typedHosts()
    throws
  {
    let policy = try policy("https://mcp.corp.example/mcp")
    #expect(allows(policy, "https://mcp.corp.example/mcp", at: "10.1.2.3"))
    #expect(!allows(policy, "https://sso.corp.example/token", at: "10.1.2.3"))
    #expect(!allows(policy, "https://mcp.corp.example/mcp", at: "169.254.169.254"))
    // A name of somebody else's that leads to this machine.
    #expect(!allows(policy, "https://mcp.corp.example/mcp", at: "127.0.0.1"))
  }

  @Test("A30 the opt-out is for private addresses, not for what nobody has") func optOut() throws {
    let policy = try policy("https://mcp.corp.example/mcp", allowsPrivate: true)
    #expect(allows(policy, "https://sso.corp.example/token", at: "10.1.2.3"))
    #expect(allows(policy, "https://sso.corp.example/token", at: "169.254.1.1"))
    #expect(!allows(policy, "https://sso.corp.example/token", at: "224.0.0.1"))
    #expect(!allows(policy, "http://sso.corp.example/token", at: "10.1.2.3"))
    #expect(allows(policy, "http://localhost:9000/token", at: "127.0.0.1"))
  }

  @Test("A30 localhost is this machine, whatever a name server says") func localhostIsHere() throws
  {
    let policy = try policy("http://localhost:8000/mcp")
    #expect(allows(policy, "http://localhost:8000/mcp", at: "127.0.0.1"))
    #expect(!allows(policy, "http://localhost:8000/mcp", at: "8.8.8.8"))
  }
}
