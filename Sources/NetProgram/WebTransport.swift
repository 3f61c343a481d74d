internal import AsyncHTTPClient
internal import Connections
internal import NIOCore
internal import NIOHTTP1
package import NIOPosix
internal import NIOSSL
package import OAuth
internal import Secrets
internal import Synchronization

/// Sends requests with AsyncHTTPClient, which is left nothing to decide: no redirects, no
/// decompression, no cookies, no proxy of the environment, and no name to look up, since it is told
/// the address that was checked.
package final class WebTransport: HTTPTransport {
  /// How this machine reaches the network, as ``LoginSettings`` tells it.
  package struct Settings: Sendable {
    /// `nil`: straight to the server. A proxy looks names up itself, so only what can be said of a
    /// URL without that is checked then.
    package var proxy: OAuthURL?
    /// Path of a file of certificates to trust instead of the system's.
    package var trustedCertificates: String?
    /// For one request with all its parts, from the look-up of the name to the last byte.
    package var deadline: Duration

    /// The system's certificates, no proxy and ``HTTPLimits/deadline``, unless said otherwise.
    package init(
      proxy: OAuthURL? = nil, trustedCertificates: String? = nil,
      deadline: Duration = HTTPLimits.deadline
    ) {
      self.proxy = proxy
      self.trustedCertificates = trustedCertificates
      self.deadline = deadline
    }
  }

  /// 4 s: for one of several addresses, so that a dead one leaves time for the next.
  private static let connectTimeout = TimeAmount.seconds(4)
  private static let maximumAttempts = 3

  private let settings: Settings
  private let group: MultiThreadedEventLoopGroup
  private let lookup: HostLookup
  /// By host and address: the override belongs to a client.
  private let clients = Mutex<[String: HTTPClient]>([:])

  /// Opens nothing yet.
  ///
  /// - Parameter group: the caller's, who also ends it.
  package init(
    _ settings: Settings, on group: MultiThreadedEventLoopGroup, lookup: HostLookup
  ) {
    self.settings = settings
    self.group = group
    self.lookup = lookup
  }

  package func send(
    _ request: HTTPRequest, policy: ReachPolicy
  ) async throws(OAuthError) -> HTTPAnswer {
    let host = request.url.host
    let seconds = Int(settings.deadline.components.seconds)
    let timedOut = OAuthError.timedOut(host: host, seconds: max(seconds, 1))
    return try await inTime(settings.deadline, else: timedOut) { () throws(OAuthError) in
      if self.settings.proxy != nil, !request.url.isLoopback {
        return try await self.exchange(request, at: nil)
      }
      let addresses = try await self.lookup.addresses(of: request.url)
      try policy.check(addresses, of: request.url)
      var failure = OAuthError.unreachable(host: host, reason: "it has no address")
      for address in addresses.prefix(Self.maximumAttempts) {
        do throws(OAuthError) {
          return try await self.exchange(request, at: address)
        } catch {
          // Only where no connection came about was nothing sent. A code or a refresh token may have
          // been used up by a server that then fails: at another address it would be a second use,
          // for which servers end the whole login (RFC 9700 section 4.14.2).
          guard case .unreachable = error else { throw error }
          failure = error
        }
      }
      throw failure
    }
  }

  /// - Parameter address: where to connect to; `nil` leaves it to the proxy.
  private func exchange(
    _ request: HTTPRequest, at address: IPAddress?
  ) async throws(OAuthError) -> HTTPAnswer {
    let host = request.url.host
    var outgoing = HTTPClientRequest(url: request.url.text)
    outgoing.method = HTTPMethod(rawValue: request.method.rawValue)
    outgoing.headers.add(name: "User-Agent", value: "mcp-valet")
    outgoing.headers.add(name: "Connection", value: "close")
    for header in request.headers {
      outgoing.headers.add(name: header.name, value: Self.text(header.value))
    }
    if let body = request.body {
      outgoing.body = .bytes(body.withUnsafeBytes { ByteBuffer(bytes: $0) })
    }
    do {
      let response = try await client(host, address).execute(
        outgoing, deadline: .now() + .seconds(Int64(settings.deadline.components.seconds) + 1))
      return try await answer(response, of: request)
    } catch let error as OAuthError {
      throw error
    } catch {
      throw Self.failure(error, host: host)
    }
  }

  /// A header is text for the library, and so a token must become a `String` here; it lives as long
  /// as the request, in a process that ends with it.
  private static func text(_ value: HTTPRequest.Header.Value) -> String {
    switch value {
    case .plain(let text): text
    case .secret(let secret): secret.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    }
  }

  private func answer(
    _ response: HTTPClientResponse, of request: HTTPRequest
  ) async throws -> HTTPAnswer {
    let tooLarge = OAuthError.answerTooLarge(host: request.url.host, limit: request.limit)
    let announced = response.headers.first(name: "content-length").flatMap { Int($0) }
    if let announced, announced > request.limit { throw tooLarge }
    var parts: [ByteBuffer] = []
    var count = 0
    for try await part in response.body {
      count += part.readableBytes
      guard count <= request.limit else { throw tooLarge }
      parts.append(part)
    }
    var body: SecretBytes
    do { body = try SecretBytes(count: count) } catch {
      throw OAuthError.connection(.memory(error))
    }
    body.withUnsafeMutableBytes { memory in
      var offset = 0
      for part in parts {
        part.withUnsafeReadableBytes {
          UnsafeMutableRawBufferPointer(rebasing: memory[offset...]).copyMemory(from: $0)
        }
        offset += part.readableBytes
      }
    }
    return HTTPAnswer(
      status: Int(response.status.code),
      headers: response.headers.map { (name: $0.name.lowercased(), value: $0.value) },
      body: SharedSecret(body))
  }

  private func client(_ host: String, _ address: IPAddress?) -> HTTPClient {
    let place = address?.description
    return clients.withLock { clients in
      let key = "\(host) \(place ?? "")"
      if let client = clients[key] { return client }
      let client = HTTPClient(
        eventLoopGroup: group, configuration: configuration(host, place))
      clients[key] = client
      return client
    }
  }

  private func configuration(_ host: String, _ address: String?) -> HTTPClient.Configuration {
    var configuration = HTTPClient.Configuration()
    configuration.redirectConfiguration = .disallow
    configuration.decompression = .disabled
    configuration.httpVersion = .http1Only
    configuration.timeout.connect = Self.connectTimeout
    configuration.connectionPool.retryConnectionEstablishment = false
    if let address {
      // A host that is an address itself needs no other, and would lose its own name to it.
      if address != host { configuration.dnsOverride = [host: address] }
    } else if let proxy = settings.proxy {
      configuration.proxy = .server(host: proxy.host, port: Int(proxy.effectivePort))
    }
    var tls = TLSConfiguration.makeClientConfiguration()
    tls.minimumTLSVersion = .tlsv12
    if let file = settings.trustedCertificates { tls.trustRoots = .file(file) }
    configuration.tlsConfiguration = tls
    return configuration
  }

  /// What a failure of the connection is: `unreachable` for one to which nothing can have been sent,
  /// since it never came about.
  private static func failure(_ error: any Error, host: String) -> OAuthError {
    func unreachable(_ reason: String) -> OAuthError { .unreachable(host: host, reason: reason) }
    func lost(_ reason: String) -> OAuthError { .connectionLost(host: host, reason: reason) }
    switch error {
    case let error as HTTPClientError:
      switch error {
      case .connectTimeout: return unreachable("it does not answer")
      case .tlsHandshakeTimeout: return unreachable("it does not speak TLS")
      case .deadlineExceeded, .readTimeout: return lost("it does not answer")
      case .remoteConnectionClosed: return lost("it closed the connection")
      default: return .badAnswer(from: host, reason: error.shortDescription)
      }
    case let error as NIOSSLError:
      guard case .handshakeFailed(let reason) = error else { return lost("TLS failed") }
      let isCertificate = "\(reason)".contains("CERTIFICATE")
      return unreachable(
        isCertificate ? "its certificate is not trusted" : "the TLS handshake failed")
    case is NIOSSLExtraError: return unreachable("its certificate is for another name")
    case let error as IOError:
      let reason = String(cString: strerror(error.errnoCode))
      return connectCodes.contains(error.errnoCode) ? unreachable(reason) : lost(reason)
    case is NIOConnectionError: return unreachable("nothing answers there")
    case ChannelError.connectTimeout: return unreachable("it does not answer")
    case is HTTPParserError: return .badAnswer(from: host, reason: "it is no HTTP")
    default: return lost("the connection broke")
    }
  }

  /// What the system says of connections that never came about, and of no other within our deadline.
  private static let connectCodes = [ECONNREFUSED, EHOSTUNREACH, ENETUNREACH, EADDRNOTAVAIL]

  /// Ends all connections; for tests, which go on afterwards.
  package func shutdown() async {
    let clients = clients.withLock { clients in
      defer { clients = [:] }
      return Array(clients.values)
    }
    for client in clients { try? await client.shutdown() }
  }
}
