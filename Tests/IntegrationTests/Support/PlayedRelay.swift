internal import Platform
internal import Testing
internal import ValetTesting

extension Home {
  /// A `control-driver`: a relay as far as commands can see, without a server behind it.
  func play(_ words: [String]) throws -> LiveProgram {
    let relay = try LiveProgram(
      [Programs.relay, "serve", "\(valetHome)/run"] + words, environment: environment)
    try relay.expect("ready")
    return relay
  }

  /// What `ps --json` says.
  func ps() throws -> [ReferenceJSON.Tree] {
    let listed = try valet(["ps", "--json"])
    try #require(listed.exitCode == 0, "\(listed.errorText)")
    return try #require(ReferenceJSON.parse(listed.output)).elements
  }
}

extension Programs {
  /// Beside the tests, whichever broker is tested.
  static let relay = "\(repository)/.build/debug/control-driver"
}
