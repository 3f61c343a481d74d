internal import Connections
internal import OAuth
internal import Presets
internal import Synchronization

/// The world of one login: a provider on this machine, a browser that does as it is told, a clock
/// that only waits move.
final class ReplaySurroundings: Surroundings {
  private let web: ReplayTransport
  private let servers: AuthorizationServers
  private let clock = Mutex<Int64>(1_800_000_000)
  /// What the browser is sent to, to be picked up by the receiver.
  private let inbox = Mutex<[String]>([])
  private let pages = Mutex<[String]>([])

  /// What the browser has opened.
  var opened: [String] { pages.withLock { $0 } }

  init(port: UInt16, servers: AuthorizationServers) {
    web = ReplayTransport(port: port)
    self.servers = servers
  }

  var transport: any HTTPTransport { web }
  func now() -> Int64 { clock.withLock { $0 } }

  func sleep(seconds: Int) async throws(OAuthError) {
    clock.withLock { $0 += Int64(seconds) }
  }

  func report(_ message: NetMessage) {
    guard case .authorize(let url, let redirect, true) = message else { return }
    pages.withLock { $0.append(url) }
    guard let location = web.location(of: url), location.hasPrefix(redirect + "?") else { return }
    inbox.withLock { $0.append(location) }
  }

  func receiver(_ plan: RedirectPlan) async throws(OAuthError) -> any RedirectReceiver {
    // Any port that is none of those that rows name.
    Receiver(port: plan.listener?.port ?? 49152, world: self)
  }

  func provider(issuer: String?, named: String?) throws(OAuthError) -> Provider? {
    try Provider.find(in: servers, issuer: issuer, named: named)
  }

  private struct Receiver: RedirectReceiver {
    let port: UInt16
    let world: ReplaySurroundings

    func next(seconds: Int) async -> (any RedirectArrival)? {
      world.inbox.withLock { $0.isEmpty ? nil : $0.removeFirst() }.map(Arrival.init)
    }

    func close() async {}
  }

  private struct Arrival: RedirectArrival {
    let url: String

    func parameters() throws(OAuthError) -> CallbackParameters {
      try CallbackParameters(pasted: SharedSecret(text: url))
    }

    func answer(_ page: ReceiverPage) async {}
  }
}
