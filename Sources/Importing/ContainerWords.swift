/// Which words of `docker run …` and `podman run …` are for the engine: those before the image's
/// name. The words behind it are the server's own.
struct ContainerWords {
  /// Into the arguments.
  let image: Int
  /// Whether only one container can run so: it has a name, or holds a port.
  let isExclusive: Bool

  /// Options without a value, of docker and podman ("docker run" reference, podman-run(1)).
  private static let flags = [
    "--detach", "--disable-content-trust", "--help", "--init", "--interactive", "--no-healthcheck",
    "--oom-kill-disable", "--privileged", "--publish-all", "--quiet", "--read-only", "--rm",
    "--sig-proxy", "--tty", "--use-api-socket", "--env-host", "--no-hosts", "--no-hostname",
    "--passwd", "--read-only-tmpfs", "--replace", "--rmi", "--rootfs", "--tls-verify",
    "--http-proxy",
  ]
  private static let shortFlags = "ditPq"

  /// `nil` for another command, and where no image is named.
  init?(command: String, _ arguments: [String]) {
    guard let program = command.split(separator: "/").last,
      program == "docker" || program == "podman",
      let run = arguments.firstIndex(of: "run")
    else { return nil }
    var isExclusive = false
    var index = run + 1
    while index < arguments.count, arguments[index].hasPrefix("-") {
      let word = arguments[index]
      index += 1
      if word == "--" { break }
      let name = word.prefix { $0 != "=" }
      if ["--name", "--publish", "-p"].contains(name) { isExclusive = true }
      if !word.contains("="), Self.takesNext(word) { index += 1 }
    }
    guard index < arguments.count else { return nil }
    image = index
    self.isExclusive = isExclusive
  }

  /// What stands in front of the variable in `-eNAME=…`; `nil` for another word.
  static func joinedVariable(_ word: String) -> String? {
    guard word.hasPrefix("-"), !word.hasPrefix("--") else { return nil }
    let rest = word.dropFirst().drop { shortFlags.contains($0) }
    guard rest.first == "e", rest.count > 1, rest.dropFirst().first != "=" else { return nil }
    return String(word[..<rest.index(after: rest.startIndex)])
  }

  /// Whether an option's value is the next word.
  private static func takesNext(_ word: String) -> Bool {
    if word.hasPrefix("--") { return !flags.contains(word) }
    // `-it` is two flags, `-ie` one and an option, `-eNAME` holds its value.
    let rest = word.dropFirst().drop { shortFlags.contains($0) }
    return rest.count == 1
  }
}
