internal import JSONText

/// The methods that a relay must know; everything else passes it unread.
enum ProtocolMethod {
  case initialize, discover, setLevel, subscribe, unsubscribe, listen
  case initialized, cancelled, progress, acknowledged

  /// - Parameter token: the `method` of a message as it is written, with its quotes.
  init?(_ token: UnsafeBufferPointer<UInt8>) {
    let content = UnsafeBufferPointer(rebasing: token[1..<token.count - 1])
    // Escapes are legal here, and no implementation writes them.
    let found =
      content.contains(UInt8(ascii: "\\"))
      ? JSONString.decoded(content).withUnsafeBufferPointer(Self.named) : Self.named(content)
    guard let found else { return nil }
    self = found
  }

  /// Whether a method is `tools/call`, which a relay needs to know only while it refuses those.
  static func isToolCall(_ token: UnsafeBufferPointer<UInt8>) -> Bool {
    let content = UnsafeBufferPointer(rebasing: token[1..<token.count - 1])
    return content.contains(UInt8(ascii: "\\"))
      ? JSONString.decoded(content).elementsEqual("tools/call".utf8) : content.isText("tools/call")
  }

  private static func named(_ name: UnsafeBufferPointer<UInt8>) -> ProtocolMethod? {
    switch name.count {
    case 10: name.isText("initialize") ? .initialize : nil
    case 15: name.isText("server/discover") ? .discover : nil
    case 16: name.isText("logging/setLevel") ? .setLevel : nil
    case 19: name.isText("resources/subscribe") ? .subscribe : nil
    case 20: name.isText("subscriptions/listen") ? .listen : nil
    case 21: name.isText("resources/unsubscribe") ? .unsubscribe : nil
    case 22: name.isText("notifications/progress") ? .progress : nil
    case 23: name.isText("notifications/cancelled") ? .cancelled : nil
    case 25: name.isText("notifications/initialized") ? .initialized : nil
    case 40:
      name.isText("notifications/subscriptions/acknowledged") ? .acknowledged : nil
    default: nil
    }
  }
}
