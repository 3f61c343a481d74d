internal import NIOCore
internal import NIOHTTP1
internal import OAuth

/// Answers of the listener.
enum Page {
  case page(ReceiverPage)
  /// Nothing but a status, for what is none of our redirects.
  case empty(HTTPResponseStatus)

  private var status: HTTPResponseStatus {
    switch self {
    case .page(.success), .page(.more): .ok
    case .page: .badRequest
    case .empty(let status): status
    }
  }

  private var body: String {
    switch self {
    case .page(let page): PageText(page).html
    case .empty: ""
    }
  }

  /// The page loads nothing and sends nothing: not even its own address, which has the code in it,
  /// to whatever it might lead to (a favicon request carries it in `Referer` otherwise).
  private var headers: HTTPHeaders {
    [
      "Content-Type": "text/html; charset=utf-8",
      "Cache-Control": "no-store",
      "Referrer-Policy": "no-referrer",
      "Content-Security-Policy":
        "default-src 'none'; style-src '\(PageText.styleHash)'; base-uri 'none'; "
        + "form-action 'none'; frame-ancestors 'none'",
      "X-Content-Type-Options": "nosniff",
      "Cross-Origin-Resource-Policy": "same-origin",
      "Connection": "close",
    ]
  }

  /// Sends the answer and closes the connection.
  static func send(_ page: Page, on channel: any Channel, promise: EventLoopPromise<Void>? = nil) {
    let bytes = Array(page.body.utf8)
    var headers = page.headers
    headers.add(name: "Content-Length", value: "\(bytes.count)")
    let head = HTTPResponseHead(version: .http1_1, status: page.status, headers: headers)
    channel.write(HTTPServerResponsePart.head(head), promise: nil)
    if !bytes.isEmpty {
      channel.write(
        HTTPServerResponsePart.body(.byteBuffer(ByteBuffer(bytes: bytes))), promise: nil)
    }
    channel.writeAndFlush(HTTPServerResponsePart.end(nil)).whenComplete { _ in
      channel.close(promise: promise)
    }
  }
}
