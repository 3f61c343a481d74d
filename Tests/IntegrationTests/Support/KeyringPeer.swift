internal import Platform
internal import Testing

/// A Secret Service on a private bus, driven line by line.
final class KeyringPeer {
  enum Kind: String, CaseIterable, Sendable {
    case gnomeKeyring = "gnome-keyring"
    case keePassXC = "keepassxc"

    /// The shell variable that holds the daemon's process id.
    var processVariable: String { self == .gnomeKeyring ? "KEYRING_PID" : "KEEPASSXC_PID" }
  }

  let kind: Kind
  /// Of the session bus.
  let address: String
  private let session: LiveProgram

  init(_ kind: Kind = .gnomeKeyring) throws {
    self.kind = kind
    session = try LiveProgram(
      ["/bin/bash", Programs.peer("\(kind.rawValue).sh"), Programs.peer("serve.sh")],
      environment: ["PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": "/nonexistent"])
    let first = try session.line(seconds: 60)
    try #require(first.hasPrefix("unix:"), "\(first) \(session.errorText)")
    address = first
  }

  /// Ends the daemon and removes its folder.
  deinit {
    // It cannot be ended while it is stopped.
    try? session.type("kill -CONT $\(kind.processVariable)\n")
    session.closeInput()
    _ = session.wait(seconds: 15)
  }

  /// What a program needs to find it.
  var environment: [String: String] { ["DBUS_SESSION_BUS_ADDRESS": address] }

  /// Runs a line of shell beside the daemon.
  ///
  /// - Returns: what it wrote.
  @discardableResult
  func shell(_ line: String) throws -> String {
    try session.type("\(line)\n")
    var output = ""
    while true {
      let next = try session.line(seconds: 30)
      if next.hasPrefix("exit ") {
        try #require(next == "exit 0", "\(line): \(output)")
        return output
      }
      output += "\(next)\n"
    }
  }

  /// A daemon whose collection has to be unlocked, with nobody there to do it.
  func lock() throws { try shell(kind == .gnomeKeyring ? "lock" : "restart") }

  func unlock() throws { try shell("restart password") }

  /// A bus without the daemon.
  func stop() throws { try shell("stop") }

  /// The daemon stops answering, its name stays on the bus.
  func hang() throws { try shell("kill -STOP $\(kind.processVariable)") }

  func goOn() throws { try shell("kill -CONT $\(kind.processVariable)") }
}
