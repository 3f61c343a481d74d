internal import Platform

/// The programs under test; `packaging/test.sh` says where they are.
enum Programs {
  /// The release binary where the test command built one, else the debug one beside the tests.
  static let broker =
    variable("MCP_VALET_TEST_BINARY") ?? "\(repository)/.build/debug/mcp-valet"

  /// The Python of the virtual environment with the pinned peers; `nil` where there is none.
  static let python = variable("MCP_VALET_TEST_VENV").map { "\($0)/bin/python" }

  /// The server that the package ships; it runs on any Python.
  static let exampleServer = [
    python ?? "/usr/bin/python3", "\(repository)/packaging/example-server/echo_server.py",
  ]

  /// The repository's root, from where this file was compiled.
  static let repository = #filePath.split(separator: "/").dropLast(4).reduce("") { "\($0)/\($1)" }

  /// A script of ours that plays a peer.
  static func peer(_ name: String) -> String { "\(repository)/Tests/Peers/\(name)" }

  /// Whether all of these can be started.
  static func areInstalled(_ paths: String...) -> Bool {
    for path in paths where access(path, X_OK) != 0 { return false }
    return true
  }

  /// Whether the tests that take minutes run as well.
  static let runsLongTests = variable("MCP_VALET_LONG_TESTS") != nil

  static func variable(_ name: String) -> String? {
    getenv(name).flatMap { String(validatingCString: $0) }
  }
}
