internal import JSONText

/// The names in a message that everyone knows, and that therefore are no secret, whatever a secret
/// may look like.
enum MessageName {
  /// The members of JSON-RPC messages (JSON-RPC 2.0 sections 4 and 5).
  private static let keys = ["jsonrpc", "id", "method", "params", "result", "error"]

  /// What servers send to hosts, in all revisions of the specification up to 2026-07-28. A method
  /// that is not among them is redacted as any other string: it is still one if it shows no secret.
  private static let methods = [
    "ping", "sampling/createMessage", "roots/list", "elicitation/create", "tasks/get",
    "tasks/result", "tasks/list", "tasks/cancel", "notifications/cancelled",
    "notifications/progress", "notifications/message", "notifications/tasks/status",
    "notifications/resources/updated", "notifications/resources/list_changed",
    "notifications/tools/list_changed", "notifications/prompts/list_changed",
    "notifications/elicitation/complete", "notifications/subscriptions/acknowledged",
  ]

  private static let longest = methods.map(\.utf8.count).max() ?? 0

  /// The one of ``keys`` that the reader's token stands for.
  static func key(_ reader: JSONReader, in line: UnsafeBufferPointer<UInt8>) -> String? {
    name(reader, in: line, among: keys)
  }

  /// The one of ``methods`` that the reader's token stands for.
  static func method(_ reader: JSONReader, in line: UnsafeBufferPointer<UInt8>) -> String? {
    name(reader, in: line, among: methods)
  }

  private static func name(
    _ reader: JSONReader, in line: UnsafeBufferPointer<UInt8>, among names: [String]
  ) -> String? {
    let raw = UnsafeBufferPointer(rebasing: line[reader.tokenStart + 1..<reader.tokenEnd - 1])
    // Six bytes of `\uXXXX` a letter at most: what is longer is none of these.
    guard raw.count <= longest * 6 else { return nil }
    guard reader.tokenHasEscapes else { return names.first { raw.elementsEqual($0.utf8) } }
    let decoded = JSONString.decoded(raw)
    return names.first { decoded.elementsEqual($0.utf8) }
  }
}
