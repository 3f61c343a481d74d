internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import OAuth
internal import Platform

/// Listens for the redirect on this machine (RFC 8252 section 7.3, A32).
///
/// Bound to the loopback addresses alone, before anything names its port, and held to the end:
/// another program cannot take the port in between. For `localhost` both addresses are bound,
/// since nobody knows which of them a browser tries.
struct LoopbackListener: Sendable {
  private let channels: [any Channel]
  let port: UInt16

  /// Ports that are tried when any will do and `::1` has somebody on the one that was found.
  private static let maximumAttempts = 8

  /// - Throws: ``OAuthError/portTaken(port:)``.
  static func open(
    _ plan: RedirectPlan.Listener, inbox: RedirectInbox, on group: MultiThreadedEventLoopGroup
  ) async throws(OAuthError) -> LoopbackListener {
    for _ in 0..<maximumAttempts {
      if let listener = try await attempt(plan, inbox: inbox, on: group) { return listener }
    }
    throw .portTaken(port: plan.port ?? 0)
  }

  /// - Returns: `nil` when another port may be tried.
  private static func attempt(
    _ plan: RedirectPlan.Listener, inbox: RedirectInbox, on group: MultiThreadedEventLoopGroup
  ) async throws(OAuthError) -> LoopbackListener? {
    let addresses: [String]
    switch plan.host {
    case "localhost": addresses = ["127.0.0.1", "::1"]
    case "[::1]": addresses = ["::1"]
    default: addresses = [plan.host]
    }
    var channels: [any Channel] = []
    var port = plan.port ?? 0
    for address in addresses {
      do {
        let channel = try await bind(address, port, plan, inbox, on: group)
        channels.append(channel)
        if port == 0 { port = UInt16(clamping: channel.localAddress?.port ?? 0) }
      } catch {
        // A machine without IPv6 has nobody on ::1 either.
        let code = (error as? IOError)?.errnoCode
        if address == "::1", channels.count == 1, code == EADDRNOTAVAIL || code == EAFNOSUPPORT {
          continue
        }
        for channel in channels { try? await channel.close() }
        guard plan.port == nil, !channels.isEmpty else { throw .portTaken(port: plan.port ?? 0) }
        return nil
      }
    }
    return LoopbackListener(channels: channels, port: port)
  }

  private static func bind(
    _ address: String, _ port: UInt16, _ plan: RedirectPlan.Listener, _ inbox: RedirectInbox,
    on group: MultiThreadedEventLoopGroup
  ) async throws -> any Channel {
    try await ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: 16)
      // A port that a client is registered with can be bound again at once for the next login, which
      // Linux allows only when the listener before had this too. Where somebody listens, it fails
      // all the same.
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let expected = RedirectRequest.Expectation(
            host: plan.host, port: UInt16(clamping: channel.localAddress?.port ?? 0),
            path: plan.path.isEmpty ? "/" : plan.path)
          try channel.pipeline.syncOperations.configureHTTPServerPipeline(
            withPipeliningAssistance: false, withErrorHandling: true)
          try channel.pipeline.syncOperations.addHandlers(
            IdleStateHandler(allTimeout: RedirectHandler.patience),
            RedirectHandler(expected, inbox: inbox))
        }
      }
      .bind(host: address, port: Int(port)).get()
  }

  /// Accepts no more; connections that wait for their page get it.
  func close() async {
    for channel in channels { try? await channel.close() }
  }
}
