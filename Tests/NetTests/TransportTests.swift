import Connections
import NIOCore
import NIOPosix
import NetProgram
import OAuth
import Platform
import Synchronization
import Testing
import ValetTesting

@Suite struct TransportTests {
  /// A transport with its own idea of names.
  private func withTransport(
    _ settings: WebTransport.Settings = .init(),
    names: Names = Names(),
    _ body: (WebTransport) async throws -> Void
  ) async throws {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let threads = NIOThreadPool(numberOfThreads: 1)
    threads.start()
    let transport = WebTransport(
      settings, on: group, lookup: HostLookup(threads, resolve: names.resolve))
    let result: Result<Void, any Error>
    do { result = .success(try await body(transport)) } catch { result = .failure(error) }
    await transport.shutdown()
    try await threads.shutdownGracefully()
    try await group.shutdownGracefully()
    try result.get()
  }

  private func request(_ url: String) throws -> HTTPRequest {
    HTTPRequest(.get, try OAuthURL(url), limit: 1000)
  }

  @Test("A30 DNS that changes between check and connect changes nothing")
  func changingNames() async throws {
    let server = try AuthorizationServer()
    let asked = Mutex(0)
    let names = Names { _ in
      asked.withLock { $0 += 1 }
      // Only the first answer may count: no name server knows this name, so a second look-up by
      // whatever else would find nothing, and this one would find somebody else.
      let address = asked.withLock { $0 } == 1 ? "127.0.0.1" : "169.254.169.254"
      return .success([IPAddress(address)].compactMap(\.self))
    }
    try await withTransport(names: names) { transport in
      let policy = ReachPolicy(typed: [], allowsPrivate: true)
      let answer = try await transport.send(
        request("http://rebind.test:\(server.port)/nothing"), policy: policy)
      #expect(answer.status == 404)
      #expect(asked.withLock { $0 } == 1)
      #expect(try server.requests().first?.header("host") == "rebind.test:\(server.port)")
    }
  }

  @Test("A30 every address of a name is checked before one is connected to")
  func everyAddress() async throws {
    let server = try AuthorizationServer()
    try await withTransport(
      names: Names { _ in .success(["8.8.8.8", "127.0.0.1"].compactMap { IPAddress($0) }) }
    ) { transport in
      let refusal = OAuthError.refusedAddress(
        host: "as.example.com", address: "127.0.0.1", kind: "on this machine")
      await #expect(throws: refusal) {
        try await transport.send(
          request("https://as.example.com:\(server.port)/"),
          policy: ReachPolicy(typed: [], allowsPrivate: false))
      }
    }
    #expect(try server.requests().isEmpty)
  }

  @Test func aDeadAddressIsFollowedByTheNext() async throws {
    let server = try AuthorizationServer()
    try await withTransport(
      names: Names { _ in .success(["127.0.0.2", "127.0.0.1"].compactMap { IPAddress($0) }) }
    ) { transport in
      let answer = try await transport.send(
        request("http://two.test:\(server.port)/nothing"),
        policy: ReachPolicy(typed: [], allowsPrivate: true))
      #expect(answer.status == 404)
    }
  }

  @Test("a request that a server may have acted on is not sent to another address")
  func aLostConnectionIsNotFollowedByTheNext() async throws {
    let first = try await ResettingServer(host: "127.0.0.2", port: 0)
    let second = try await ResettingServer(host: "127.0.0.1", port: first.port)
    try await withTransport(
      names: Names { _ in .success(["127.0.0.2", "127.0.0.1"].compactMap { IPAddress($0) }) }
    ) { transport in
      var post = try HTTPRequest(
        .post, OAuthURL("http://two.test:\(first.port)/token"), limit: 1000)
      post.body = try SharedSecret(text: "grant_type=refresh_token&refresh_token=once")
      do {
        _ = try await transport.send(post, policy: ReachPolicy(typed: [], allowsPrivate: true))
        Issue.record("somebody answered")
      } catch let error as OAuthError {
        guard case .connectionLost = error else { throw error }
        #expect(error.effect == .isTransient)
      }
    }
    #expect(first.requests + second.requests == 1)
    try await first.close()
    try await second.close()
  }

  @Test("a name server that does not answer is within the deadline") func slowNames() async throws {
    var settings = WebTransport.Settings()
    settings.deadline = .seconds(1)
    let isOver = Gate()
    let names = Names { _ in
      isOver.wait()
      return .success([])
    }
    try await withTransport(settings, names: names) { transport in
      // The look-up ends after the deadline and not before.
      await #expect(throws: OAuthError.timedOut(host: "slow.test", seconds: 1)) {
        try await transport.send(
          request("https://slow.test/"), policy: ReachPolicy(typed: [], allowsPrivate: true))
      }
      isOver.signal()
    }
  }

  @Test func nobodyThere() async throws {
    try await withTransport { transport in
      do {
        _ = try await transport.send(
          request("http://127.0.0.1:1/"), policy: ReachPolicy(typed: [], allowsPrivate: true))
        Issue.record("somebody is there")
      } catch let error as OAuthError {
        guard case .unreachable = error else { throw error }
      }
    }
  }

  @Test("certificates are checked against trust and name") func certificates() async throws {
    let folder = try TemporaryFolder()
    let files = folder.path
    let made = try TestProcess.run(
      [
        "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
        "-nodes", "-days", "2", "-subj", "/CN=test", "-addext", "subjectAltName=DNS:localhost",
        "-keyout", "\(files)/key.pem", "-out", "\(files)/cert.pem",
      ], environment: ["PATH": "/usr/bin:/bin"])
    try #require(made.exitCode == 0, "\(made.output)")
    let server = try AuthorizationServer("tls=\"\(files)\"")
    let policy = ReachPolicy(
      typed: [try OAuthURL("https://localhost:\(server.port)")], allowsPrivate: true)
    func status(_ url: String, trusting file: String?) async throws -> Int? {
      var status: Int?
      try await withTransport(.init(trustedCertificates: file)) { transport in
        do {
          status = try await transport.send(request(url), policy: policy).status
        } catch let error as OAuthError {
          guard case .unreachable = error else { throw error }
        }
      }
      return status
    }
    let good = "https://localhost:\(server.port)/nothing"
    #expect(try await status(good, trusting: "\(files)/cert.pem") == 404)
    #expect(try await status(good, trusting: nil) == nil)
    #expect(
      try await status("https://127.0.0.1:\(server.port)/", trusting: "\(files)/cert.pem") == nil)
    #expect(try server.requests().count == 1)
  }
}

/// What names mean in a test.
struct Names: Sendable {
  let resolve: @Sendable (String) -> HostLookup.Answer

  init(_ resolve: @escaping @Sendable (String) -> HostLookup.Answer = HostLookup.system) {
    self.resolve = resolve
  }
}

/// Reads a request and resets the connection instead of answering.
private final class ResettingServer: Sendable {
  private final class Handler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let tally: Tally
    private var hasRequest = false
    init(_ tally: Tally) { self.tally = tally }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      guard !hasRequest, String(buffer: unwrapInboundIn(data)).contains("once") else { return }
      hasRequest = true
      tally.count.withLock { $0 += 1 }
      // Closed with this, a connection ends by a reset.
      let channel = context.channel
      let now = linger(l_onoff: 1, l_linger: 0)
      _ = (channel as? any SocketOptionProvider)?.setSoLinger(now).always { _ in
        channel.close(promise: nil)
      }
    }
  }

  private final class Tally: Sendable {
    let count = Mutex(0)
  }

  private let state: Tally
  private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
  private let channel: any Channel

  init(host: String, port: Int) async throws {
    let state = Tally()
    self.state = state
    channel = try await ServerBootstrap(group: group)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(Handler(state))
        }
      }
      .bind(host: host, port: port).get()
  }

  var port: Int { channel.localAddress?.port ?? 0 }
  var requests: Int { state.count.withLock(\.self) }

  func close() async throws {
    try await channel.close()
    try await group.shutdownGracefully()
  }
}

/// Holds a thread until it is opened.
private final class Gate: Sendable {
  private let isOpen = Mutex(false)
  func signal() { isOpen.withLock { $0 = true } }
  func wait() { while !isOpen.withLock(\.self) { usleep(5000) } }
}
