internal import Testing
internal import ValetTesting

/// The official SDK as a host; see `Tests/Peers/sdk_host.py`.
enum SDKHost {
  static let modes = ["auto", "handshake", "stateless", "discover", "session"]

  /// What it says about one mode.
  struct Report: CustomStringConvertible {
    let tree: ReferenceJSON.Tree

    var description: String { ReferenceJSON.write(tree) }
    var mode: String? { tree["mode"].text }
    var isOK: Bool { tree["ok"] == .boolean(true) }
    var received: Bool { tree["received"] == .boolean(true) }
    var tools: [String] { tree["tools"].elements.compactMap { $0["name"].text } }
    var errorMessage: String? { tree["error"]["message"].text }
    var errorCode: String? { tree["error"]["code"].number }
    /// The text of the first content block of the tool's answer.
    var resultText: String? { tree["result"]["content"].elements.first?["text"].text }
    var protocolVersion: String? { tree["protocolVersion"].text }
    /// How long the server took to end after the host closed its input.
    var closeSeconds: Double? { tree["closeSeconds"].number.flatMap(Double.init) }
  }

  struct Outcome {
    let reports: [Report]
    let run: ProgramRun
  }

  /// - Parameters:
  ///   - options: of `sdk_host.py`.
  ///   - server: the command that the host starts, in its own stripped environment.
  ///   - environment: what the host adds to that.
  static func run(
    _ options: [String], modes: [String] = modes, server: [String], home: borrowing Home,
    environment: [String: String] = [:], input: String = ""
  ) throws -> Outcome {
    let python = try #require(Programs.python)
    let added = environment.merging(["MCP_VALET_HOME": home.valetHome]) { $1 }
    let words =
      [python, Programs.peer("sdk_host.py")] + modes.flatMap { ["--mode", $0] }
      + added.sorted { $0.key < $1.key }.flatMap { ["--env", "\($0.key)=\($0.value)"] } + options
      + ["--"] + server
    if let start = server.firstIndex(of: "run") {
      try home.allow(Array(server[start...]), adding: environment)
    }
    // More than the six variables, so that the SDK has something to strip.
    var variables = home.environment
    variables["MCP_VALET_HOME"] = nil
    variables["UNRELATED"] = "unrelated"
    let run = try ProgramRun.run(
      words, environment: variables, input: Array(input.utf8), seconds: 120)
    let reports = try run.text.split(separator: "\n").map {
      Report(tree: try #require(ReferenceJSON.parse(Array($0.utf8)), "\(run.text)"))
    }
    try #require(reports.map(\.mode) == modes, "\(run.text)\(run.errorText)")
    return Outcome(reports: reports, run: run)
  }
}

extension ReferenceJSON.Tree {
  /// A member of an object; `null` where there is none.
  subscript(_ name: String) -> ReferenceJSON.Tree {
    guard case .object(let members) = self else { return .null }
    return members.first { $0.name == name }?.value ?? .null
  }

  var elements: [ReferenceJSON.Tree] {
    guard case .array(let elements) = self else { return [] }
    return elements
  }

  var text: String? {
    guard case .string(let text) = self else { return nil }
    return text
  }

  var number: String? {
    guard case .number(let text) = self else { return nil }
    return text
  }
}
