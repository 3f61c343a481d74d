import Connections
import NIOCore
import NIOPosix
import NetProgram
import OAuth
import Platform
import Synchronization
import Testing
import ValetTesting

/// A30 over TLS: the name is looked up once, the address that was checked is the one that is
/// connected to, and the certificate is still that of the name.
@Suite struct NameChangeTests {
  /// A certificate of its own for each name.
  private func makeCertificate(_ name: String, in folder: String) throws {
    let made = try TestProcess.run(
      [
        "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
        "-nodes", "-days", "2", "-subj", "/CN=test", "-addext", "subjectAltName=DNS:\(name)",
        "-keyout", "\(folder)/key.pem", "-out", "\(folder)/cert.pem",
      ], environment: ["PATH": "/usr/bin:/bin"])
    try #require(made.exitCode == 0, "\(made.output)")
  }

  /// - Parameter addresses: what the name server says, one answer after the other.
  private func status(
    _ url: String, addresses: [String], trusting file: String, asked: borrowing Mutex<Int>
  ) async throws -> Int? {
    let answers = Answers(addresses)
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let threads = NIOThreadPool(numberOfThreads: 1)
    threads.start()
    let transport = WebTransport(
      .init(trustedCertificates: file), on: group,
      lookup: HostLookup(threads) { _ in answers.next() })
    var status: Int?
    do throws(OAuthError) {
      let request = HTTPRequest(.get, try OAuthURL(url), limit: 1000)
      status = try await transport.send(
        request, policy: ReachPolicy(typed: [], allowsPrivate: true)
      ).status
    } catch {
      guard case .unreachable = error else { throw error }
    }
    await transport.shutdown()
    try await threads.shutdownGracefully()
    try await group.shutdownGracefully()
    asked.withLock { $0 = answers.count }
    return status
  }

  private final class Answers: Sendable {
    private let rest: Mutex<(addresses: [String], count: Int)>
    init(_ addresses: [String]) { rest = Mutex((addresses, 0)) }
    var count: Int { rest.withLock { $0.count } }

    func next() -> HostLookup.Answer {
      rest.withLock { state in
        defer { state.count += 1 }
        let text = state.addresses[min(state.count, state.addresses.count - 1)]
        return .success([IPAddress(text)].compactMap(\.self))
      }
    }
  }

  @Test("DNS that changes between check and connect changes nothing, under the same TLS name")
  func keepsTheCheckedAddress() async throws {
    let folder = try TemporaryFolder()
    try makeCertificate("rebind.test", in: folder.path)
    let server = try AuthorizationServer("tls=\"\(folder.path)\"")
    let asked = Mutex(0)
    let found = try await status(
      "https://rebind.test:\(server.port)/nothing", addresses: ["127.0.0.1", "169.254.169.254"],
      trusting: "\(folder.path)/cert.pem", asked: asked)
    #expect(found == 404)
    #expect(asked.withLock { $0 } == 1)
    let request = try #require(try server.requests().first)
    #expect(request.tlsName == "rebind.test")
    #expect(request.header("host") == "rebind.test:\(server.port)")
  }

  @Test("an address that a name leads to must have the name's certificate")
  func wantsTheNamesCertificate() async throws {
    let folder = try TemporaryFolder()
    try makeCertificate("other.test", in: folder.path)
    let server = try AuthorizationServer("tls=\"\(folder.path)\"")
    let found = try await status(
      "https://rebind.test:\(server.port)/nothing", addresses: ["127.0.0.1"],
      trusting: "\(folder.path)/cert.pem", asked: Mutex(0))
    #expect(found == nil)
    #expect(try server.requests().isEmpty)
  }
}
