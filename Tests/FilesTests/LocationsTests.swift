import Files
import Testing

@Suite struct LocationsTests {
  func locations(_ variables: [String: String]) throws -> Locations {
    try Locations { variables[$0] }
  }

  @Test func oneFolderForEverythingWinsOverAllElse() throws {
    let locations = try locations([
      "MCP_VALET_HOME": "/v", "XDG_DATA_HOME": "/x", "HOME": "/home/u",
    ])
    #expect(locations.config == "/v/config")
    #expect(locations.data == "/v/data")
    #expect(locations.state == "/v/state")
    #expect(locations.runtime == "/v/run")
    #expect(locations.surroundings == "/v/run")
  }

  @Test func followsTheBaseDirectories() throws {
    let locations = try locations([
      "HOME": "/home/u", "XDG_DATA_HOME": "/x/data", "XDG_STATE_HOME": "relative",
      "XDG_RUNTIME_DIR": "/run/user/7",
    ])
    #expect(locations.config == "/home/u/.config/mcp-valet")
    #expect(locations.data == "/x/data/mcp-valet")
    #expect(locations.state == "/home/u/.local/state/mcp-valet")
    #expect(locations.runtime == "/run/user/7/mcp-valet")
  }

  @Test func noBaseDirectoryMovesTheEmptyFolder() throws {
    let usual = try locations(["HOME": "/home/u"]).surroundings
    let moved = try locations([
      "HOME": "/home/u", "XDG_RUNTIME_DIR": "/repo", "XDG_STATE_HOME": "/repo",
      "XDG_DATA_HOME": "/repo",
    ])
    #expect(moved.surroundings == usual)
    #expect(moved.runtime == "/repo/mcp-valet")
  }

  @Test func needsAHome() throws {
    #expect(throws: FileError.noHome) { _ = try locations([:]) }
    #expect(throws: FileError.noHome) { _ = try locations(["HOME": "", "MCP_VALET_HOME": ""]) }
    #expect(throws: FileError.notAbsolute(variable: "HOME", value: "u")) {
      _ = try locations(["HOME": "u"])
    }
    #expect(throws: FileError.notAbsolute(variable: "MCP_VALET_HOME", value: "v")) {
      _ = try locations(["MCP_VALET_HOME": "v"])
    }
  }
}
