internal import Platform
internal import Testing
internal import ValetTesting

/// A display that nobody sees, and a person in front of it.
final class XDisplay {
  static let pinentry = "/usr/bin/pinentry-gtk-2"
  static let isInstalled = Programs.areInstalled("/usr/bin/Xvfb", "/usr/bin/xdotool", pinentry)

  /// Such as `:7`.
  let name: String
  private let server: LiveProgram

  init() throws {
    // Never the first free number: `:0` is where every launch of every other test that runs
    // meanwhile would ask for its passphrase.
    let number = Int.random(in: 1000..<30_000)
    server = try LiveProgram(
      [
        "/usr/bin/Xvfb", ":\(number)", "-displayfd", "1", "-screen", "0", "640x480x24",
        "-nolisten", "tcp",
      ],
      environment: ["PATH": "/usr/bin:/bin"])
    name = ":\(try server.line())"
  }

  deinit {
    server.send(SIGTERM)
    _ = server.wait(seconds: 5)
  }

  /// Types into the prompt as soon as it is there.
  func answer(_ home: borrowing Home, _ text: String) throws {
    try run(home, "xdotool type --delay 5 '\(text)'; xdotool key Return")
  }

  func press(_ home: borrowing Home, _ key: String) throws { try run(home, "xdotool key \(key)") }

  private func run(_ home: borrowing Home, _ script: String) throws {
    let wait = "timeout 20 xdotool search --sync --onlyvisible --class pinentry >/dev/null"
    let done = try home.shell("\(wait) && sleep 0.3 && \(script)", adding: ["DISPLAY": name])
    try #require(done.exitCode == 0, "\(done.errorText)")
  }
}
