internal import Connections
internal import NIOCore
internal import NIOHTTP1
internal import OAuth

/// One connection of a browser: one request, one page.
final class RedirectHandler: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  /// 30 s without a byte: a browser's connections ahead of need stay silent; a page comes after two
  /// answers, of the token endpoint and of the server that is to take the token, each within 10 s.
  static let patience = TimeAmount.seconds(30)

  private let expected: RedirectRequest.Expectation
  private let inbox: RedirectInbox
  private var hasRequest = false

  init(_ expected: RedirectRequest.Expectation, inbox: RedirectInbox) {
    self.expected = expected
    self.inbox = inbox
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    // What follows the head, and a second request, is not looked at.
    guard case .head(let head) = unwrapInboundIn(data), !hasRequest else { return }
    hasRequest = true
    switch RedirectRequest(head, expected) {
    case .refused(let status): Page.send(.empty(status), on: context.channel)
    case .redirect(let query):
      inbox.put(BrowserArrival(query: query, channel: context.channel))
    }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if event is IdleStateHandler.IdleStateEvent {
      context.close(promise: nil)
    } else {
      context.fireUserInboundEventTriggered(event)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}

/// A redirect whose browser waits for a page.
struct BrowserArrival: RedirectArrival {
  /// With the code in it, as text: the HTTP library has made one of it already, which nobody can
  /// wipe. A code is good for one use, which is ours, and for nobody without the verifier; the
  /// process ends with the login.
  let query: String
  let channel: any Channel

  func parameters() throws(OAuthError) -> CallbackParameters {
    var query = query
    let result = query.withUTF8 { bytes in
      Result { () throws(OAuthError) in
        try CallbackParameters(query: UnsafeRawBufferPointer(bytes))
      }
    }
    return try result.get()
  }

  func answer(_ page: ReceiverPage) async {
    let done = channel.eventLoop.makePromise(of: Void.self)
    Page.send(.page(page), on: channel, promise: done)
    try? await done.futureResult.get()
  }
}
