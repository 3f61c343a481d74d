internal import Platform
internal import Testing

/// What each peer passes, gathered from the tests: `packaging/test.sh` prints it at the end.
enum PeerTable {
  /// Adds a row when `body` went through.
  ///
  /// - Parameters:
  ///   - capability: a column of the table.
  ///   - result: `ok`; `none` where the peer has no such thing; or in a few words what it does instead.
  static func record(_ peer: String, _ capability: String, _ result: String = "ok") {
    guard let path = Programs.variable("MCP_VALET_PEER_TABLE") else { return }
    let line = "\(peer)\t\(capability)\t\(result)\n"
    let descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    // One write: tests run side by side.
    _ = Array(line.utf8).withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
  }
}
