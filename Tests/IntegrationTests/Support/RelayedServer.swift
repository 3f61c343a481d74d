internal import Testing
internal import ValetTesting

/// `mcp-valet run` in front of `Tests/Peers/relay_server.py`, with a test as its host.
struct RelayedServer: ~Copyable {
  enum Era: CaseIterable { case handshake, stateless }

  let program: LiveProgram
  private var lastNumber = 0
  private let era: Era

  /// - Parameter words: options of `run`.
  init(_ home: borrowing Home, _ words: [String] = [], era: Era = .handshake) throws {
    self.era = era
    let options = words.isEmpty ? ["--env", "TOKEN=valet://token"] : words
    program = try home.start(["run", "demo"] + options + ["--"] + Self.command)
  }

  static let command = ["/usr/bin/python3", Programs.peer("relay_server.py")]

  /// Sends what a host sends first.
  mutating func begin() throws {
    switch era {
    case .handshake:
      _ = try ask(
        "initialize",
        #"{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"t","version":"1"}}"#
      )
      try program.type(#"{"jsonrpc":"2.0","method":"notifications/initialized"}"# + "\n")
    case .stateless: _ = try ask("server/discover")
    }
  }

  /// Sends a request and does not wait.
  @discardableResult
  mutating func send(_ method: String, _ params: String = "{}") throws -> Int {
    lastNumber += 1
    var params = params
    if era == .stateless {
      let meta =
        #"{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","#
        + #""io.modelcontextprotocol/clientCapabilities":{}}"#
      params = meta + (params == "{}" ? "}" : "," + params.dropFirst())
    }
    try program.type(
      #"{"jsonrpc":"2.0","id":\#(lastNumber),"method":"\#(method)","params":\#(params)}"# + "\n")
    return lastNumber
  }

  /// The next message for the host.
  func message() throws -> ReferenceJSON.Tree {
    let line = try program.line()
    return try #require(ReferenceJSON.parse(Array(line.utf8)), "\(line)")
  }

  /// The answer to a request, whatever comes before it.
  mutating func ask(_ method: String, _ params: String = "{}") throws -> ReferenceJSON.Tree {
    let number = try send(method, params)
    while true {
      let message = try message()
      if message["id"].number == "\(number)" { return message }
    }
  }

  /// Which process answers.
  mutating func processID() throws -> Int32 {
    try #require(try ask("token")["result"]["pid"].number.flatMap { Int32($0) })
  }
}
