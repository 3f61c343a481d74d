internal import Connections
internal import NIOCore
internal import NIOPosix
internal import OAuth
internal import Platform
internal import Synchronization

/// The world as the flows of the real program see it.
final class NetSurroundings: Surroundings {
  let transport: any HTTPTransport
  private let exchange: Exchange
  private let group: MultiThreadedEventLoopGroup
  private let presets: PresetTable
  /// What the pasted texts go to.
  private let inbox = Mutex<RedirectInbox?>(nil)

  init(
    transport: any HTTPTransport, exchange: Exchange, group: MultiThreadedEventLoopGroup,
    presets: PresetTable
  ) {
    self.transport = transport
    self.exchange = exchange
    self.group = group
    self.presets = presets
  }

  func now() -> Int64 { Int64(time(nil)) }

  func sleep(seconds: Int) async throws(OAuthError) {
    try? await Task.sleep(for: .seconds(seconds))
  }

  func report(_ message: NetMessage) { exchange.send(message) }

  func receiver(_ plan: RedirectPlan) async throws(OAuthError) -> any RedirectReceiver {
    let inbox = RedirectInbox()
    let listener = try await plan.listener.map { (listener) throws(OAuthError) in listener }
      .asyncMap { [group] (listener) throws(OAuthError) in
        try await LoopbackListener.open(listener, inbox: inbox, on: group)
      }
    self.inbox.withLock { $0 = inbox }
    return Receiver(inbox: inbox, listener: listener)
  }

  func provider(issuer: String?, named: String?) throws(OAuthError) -> Provider? {
    try presets.provider(issuer: issuer, named: named)
  }

  /// Gives a pasted text to the login that waits for one; others are dropped.
  func pasted(_ text: SharedSecret) {
    inbox.withLock { $0 }?.put(PastedArrival(text: text))
  }
}

extension Optional {
  fileprivate func asyncMap<Value>(
    _ body: (Wrapped) async throws(OAuthError) -> Value
  ) async throws(OAuthError) -> Value? {
    guard let self else { return nil }
    return try await body(self)
  }
}
