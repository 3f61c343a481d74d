import Connections
import OAuth
import Platform
import Synchronization
import Testing

/// What a test's browsers were shown.
final class Pages: Sendable {
  private let pages = Mutex<[PageAnswer]>([])
  func append(_ page: PageAnswer) { pages.withLock { $0.append(page) } }
  var all: [PageAnswer] { pages.withLock { $0 } }
}

/// The listener of the redirect, under attack.
@Suite struct ReceiverTests {
  /// A login during which `attack` happens between the consent and the redirect, which then comes.
  private func login(
    _ settings: LoginSettings = LoginSettings(),
    attack: @escaping @Sendable (_ redirect: String, _ location: String) throws -> Void
  ) throws -> (Outcome, PageAnswer?) {
    let server = try AuthorizationServer()
    let pages = Pages()
    let outcome = try run(.login, connection(server), settings: settings) { url, redirect, _ in
      let location = try redirectTarget(of: url)
      try attack(redirect, location)
      pages.append(try get(location))
    }
    #expect(try server.strayed().isEmpty)
    return (outcome, pages.all.first)
  }

  @Test("the page says what was authorised, and that the tab can be closed") func success() throws {
    let (outcome, page) = try login { _, _ in }
    #expect(outcome.record != nil)
    let answer = try #require(page)
    #expect(answer.status == 200)
    for text in ["Logged in", "work", "127.0.0.1", "<code>read</code>", "close this tab"] {
      #expect(answer.body.contains(text), "\(text)")
    }
    #expect(!answer.body.contains("src=") && !answer.body.contains("http://"))
    #expect(answer.headers["referrer-policy"] == "no-referrer")
    #expect(answer.headers["cache-control"] == "no-store")
    #expect(answer.headers["x-content-type-options"] == "nosniff")
    let policy = answer.headers["content-security-policy"] ?? ""
    #expect(policy.hasPrefix("default-src 'none'; style-src 'sha256-"))
    #expect(!policy.contains("unsafe"))
  }

  @Test("a favicon request with the code in its Referer consumes nothing") func favicon() throws {
    let (outcome, _) = try login { redirect, location in
      let origin = String(redirect.dropLast("/callback".count))
      for path in ["/favicon.ico", "/", "/callback", "/robots.txt", "/callback/"] {
        let answer = try get(origin + path, headers: ["Referer": location])
        #expect(answer.status == 404 && answer.body.isEmpty)
        #expect(answer.headers["referrer-policy"] == "no-referrer")
      }
    }
    #expect(outcome.record != nil)
  }

  @Test("DNS rebinding: another name in Host") func rebinding() throws {
    let (outcome, _) = try login { redirect, location in
      let port = try OAuthURL(redirect).effectivePort
      for host in ["evil.example:\(port)", "localhost:\(port)", "127.0.0.1", "127.0.0.1:1", ""] {
        let answer = try get(location, host: host)
        #expect(answer.status == 421 && answer.body.isEmpty, "\(host)")
      }
    }
    #expect(outcome.record != nil)
    #expect(outcome.progress.filter { if case .ignored = $0 { true } else { false } }.isEmpty)
  }

  @Test("a wrong state neither ends the wait nor takes the place of the right one (A20)")
  func wrongState() throws {
    let (outcome, _) = try login { redirect, _ in
      for query in ["code=evil&state=guess", "code=evil", "error=access_denied", "state="] {
        let answer = try get("\(redirect)?\(query)")
        #expect(answer.status == 400)
        #expect(answer.body.contains("Nothing was done"))
      }
    }
    #expect(outcome.record != nil)
    #expect(outcome.progress.filter { if case .ignored = $0 { true } else { false } }.count == 4)
  }

  @Test("other methods and malformed requests") func methods() throws {
    let (outcome, _) = try login { _, location in
      for method in ["POST", "HEAD", "PUT", "OPTIONS"] {
        let answer = try get(location, method: method)
        #expect(answer.status == 405, "\(method)")
      }
    }
    #expect(outcome.record != nil)
  }

  @Test("a second callback is told that it is late") func secondCallback() throws {
    let server = try AuthorizationServer("delay=1")
    let pages = Pages()
    let outcome = try run(.login, connection(server)) { url, _, _ in
      let location = try redirectTarget(of: url)
      let second = SideThread {
        usleep(300_000)
        pages.append(try get(location))
      }
      #expect(try get(location).status == 200)
      try second.join()
    }
    #expect(outcome.record != nil)
    #expect(try server.requests(to: "/token").count == 1)
    let late = try #require(pages.all.first)
    #expect(late.status == 400 && late.body.contains("finished or given up before"))
  }

  @Test("a stolen port: nobody is sent there (A32)") func stolenPort() throws {
    let thief = try AuthorizationServer()
    let server = try AuthorizationServer()
    var settings = LoginSettings()
    settings.redirectPort = UInt16(thief.port)
    let outcome = try run(.login, connection(server), settings: settings)
    #expect(outcome.failure?.code == "port-taken")
    #expect(outcome.pages.isEmpty)
    #expect(try server.requests(to: "/register").isEmpty)
    #expect(try thief.requests().isEmpty)
  }

  @Test("the port is held from before the request until the callback (A32)")
  func portIsHeld() throws {
    let (outcome, _) = try login { redirect, _ in
      let port = try OAuthURL(redirect).effectivePort
      // With the options that a thief would use.
      for address in [UInt32(INADDR_LOOPBACK), UInt32(INADDR_ANY)] {
        let thief = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(thief) }
        var on: Int32 = 1
        setsockopt(thief, SOL_SOCKET, SO_REUSEADDR, &on, 4)
        setsockopt(thief, SOL_SOCKET, SO_REUSEPORT, &on, 4)
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_port = port.bigEndian
        name.sin_addr.s_addr = address.bigEndian
        let result = withUnsafePointer(to: &name) {
          $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            bind(thief, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
          }
        }
        #expect(result != 0 && errno == EADDRINUSE)
      }
    }
    #expect(outcome.record != nil)
  }

  @Test("a fixed port works, and `localhost` is bound at both addresses (A32)")
  func fixedPort() throws {
    var settings = LoginSettings()
    settings.redirectURI = "http://localhost:\(try freePort())/back"
    let (outcome, page) = try login(settings) { redirect, location in
      let url = try OAuthURL(redirect)
      #expect(url.host == "localhost" && url.path == "/back")
      #expect(try get("\(redirect)?x", address: "127.0.0.1").status == 400)
      #expect(try get("\(redirect)?x", address: "::1").status == 400)
    }
    #expect(outcome.record != nil)
    #expect(page?.status == 200)
  }

  private func freePort() throws -> UInt16 {
    let probe = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(probe) }
    var name = sockaddr_in()
    name.sin_family = sa_family_t(AF_INET)
    name.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    return withUnsafeMutablePointer(to: &name) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(probe, $0, length)
        getsockname(probe, $0, &length)
      }
      return UInt16(bigEndian: $0.pointee.sin_port)
    }
  }

  @Test("a pasted URL wins, and the browser that comes later is told so") func paste() throws {
    let server = try AuthorizationServer("delay=1")
    let pages = Pages()
    let outcome = try run(.login, connection(server)) { url, redirect, net in
      let location = try redirectTarget(of: url)
      try net.send(.pasted(try SharedSecret(text: "\(redirect)?code=x&state=wrong")))
      try net.send(.pasted(try SharedSecret(text: "rubbish")))
      try net.send(.pasted(try SharedSecret(text: " \(location)\n")))
      usleep(300_000)
      pages.append(try get(location))
    }
    #expect(outcome.record != nil)
    #expect(outcome.progress.contains(.ignored(reason: "its state is that of another login")))
    #expect(pages.all.first?.body.contains("finished or given up before") == true)
  }

  @Test("a redirect to somebody else's page is pasted (A21)") func hostedRedirect() throws {
    let server = try AuthorizationServer()
    var settings = LoginSettings()
    settings.redirectURI = "https://example.com/callback"
    let outcome = try run(.login, connection(server), settings: settings) { url, redirect, net in
      #expect(redirect == "https://example.com/callback")
      try net.send(.pasted(try SharedSecret(text: redirectTarget(of: url))))
    }
    #expect(outcome.record != nil)
    #expect(
      outcome.messages.contains {
        if case .authorize(_, _, listens: false) = $0 { true } else { false }
      })
  }

  @Test("a late callback finds nobody, and nothing is stored") func lateCallback() throws {
    let server = try AuthorizationServer()
    var settings = LoginSettings()
    settings.timeout = 1
    let locations = Mutex<[String]>([])
    let outcome = try run(.login, connection(server), settings: settings) { url, _, _ in
      let location = try redirectTarget(of: url)
      locations.withLock { $0.append(location) }
    }
    #expect(outcome.failure?.code == "login-timed-out")
    let location = try #require(locations.withLock { $0.first })
    usleep(200_000)
    #expect(throws: SystemFailure.self) { try get(location) }
    #expect(try server.requests(to: "/token").isEmpty)
  }

  @Test("closing the socket ends everything at once") func cancel() throws {
    let server = try AuthorizationServer()
    let net = try NetProcess()
    try net.send(.begin(.init(.login, connection(server))))
    while let message = try net.next() {
      if case .authorize(_, let redirect, _) = message {
        net.cancel()
        #expect(net.hasEnded(within: 2))
        #expect(throws: SystemFailure.self) { try get("\(redirect)?code=x&state=y") }
        return
      }
    }
    Issue.record("no page was to be opened")
  }

  @Test func manyConnectionsDoNotBlockTheRealOne() throws {
    let (outcome, _) = try login { redirect, _ in
      let url = try OAuthURL(redirect)
      for _ in 0..<200 {
        let idle = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_port = url.effectivePort.bigEndian
        name.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
        _ = withUnsafePointer(to: &name) {
          $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            connect(idle, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
          }
        }
        // Left open: the test ends before their patience does.
        if idle % 2 == 0 { close(idle) }
      }
    }
    #expect(outcome.record != nil)
  }
}
