import Files
import Platform
import Testing
import ValetTesting

@testable import Bundles

struct WrappingTests {
  private func wrapped(
    _ bytes: [UInt8] = Manifests.bundle(), _ change: (inout Wrapping) -> Void = { _ in }
  ) throws -> Wrapping.Result {
    var wrapping = Wrapping()
    change(&wrapping)
    return try wrapping.wrap(try Bundle(bytes, path: "x.mcpb"))
  }

  private func message(
    _ manifest: String, _ change: (inout Wrapping) -> Void = { _ in }
  ) -> String {
    do {
      _ = try wrapped(Manifests.bundle(manifest), change)
      return "accepted"
    } catch {
      return (error as? BundleError)?.message ?? "\(error)"
    }
  }

  /// Only what is added differs, and it looks as if it had always been there.
  @Test func keepsTheLayoutOfTheManifest() throws {
    let text = Manifests.plain()
    let expected = text.replacing(
      """
      "KEY": "${user_config.key}" }
          }
      """,
      with: """
        "KEY": "${user_config.key}" },
              "platform_overrides": {
                "linux": {
                  "command": "/bin/sh",
                  "args": ["${__dirname}/mcp-valet/launch", "--keep", "KEY", "Some-Server", "--", "node", "${__dirname}/server/index.js"],
                  "env": {
                    "KEY": "${user_config.key}"
                  }
                }
              }
            }
        """)
    #expect(String(decoding: try wrapped().manifest.bytes, as: UTF8.self) == expected)
  }

  @Test func putsTheLauncherBeforeAnOverrideThatIsThere() throws {
    let server = Manifests.server.replacing(
      #""env": {"#,
      with:
        #""platform_overrides": { "linux": { "args": ["l"], "env": { "L": "1" } }, "win32": {} }, "env": {"#
    )
    let result = try wrapped(Manifests.bundle(Manifests.plain(server: server)))
    let words = [
      "${__dirname}/mcp-valet/launch", "--keep", "KEY", "--keep", "L", "Some-Server", "--", "node",
      "l",
    ]
    let config = try #require(result.manifest.serverConfig(for: "linux"))
    #expect(config.command == "/bin/sh" && config.arguments == words)
    #expect(config.environment.map(\.name) == ["KEY", "L"])
    let behind = try #require(result.manifest.wrappedServer(for: "linux"))
    #expect(behind.name == "Some-Server" && behind.config.command == "node")
    #expect(behind.config.arguments == ["l"])
    // Elsewhere nothing changes.
    #expect(
      result.manifest.serverConfig(for: "win32")
        == (try Bundle(Manifests.bundle(Manifests.plain(server: server)), path: "x")).manifest
        .serverConfig(for: "win32"))
    #expect(result.manifest.wrappedServer(for: "darwin") == nil)
  }

  @Test func wrapsBothPlatformsWhenTold() throws {
    let result = try wrapped { $0.platforms = ["linux", "darwin"] }
    #expect(result.platforms == ["linux", "darwin"])
    #expect(result.manifest.wrappedServer(for: "darwin") != nil)
    #expect(
      message(
        Manifests.plain(more: #", "compatibility": { "platforms": ["win32"] }"#)
      ) == "x.mcpb: it is for win32 only")
  }

  @Test func refusesWhatItCannotWrap() throws {
    #expect(
      message(Manifests.plain("0.4", server: #"{ "type": "uv", "entry_point": "x.py" }"#)).contains(
        "no 'mcp_config'"))
    for name in ["A-B", "9A", "", "A B", "Ä", "MCP_VALET_HOME"] {
      let server = Manifests.server.replacing("\"KEY\"", with: "\"\(name)\"")
      #expect(message(Manifests.plain(server: server)).contains("the variable"), "\(name)")
    }
    // What a host would give to the launcher and to mcp-valet as well.
    for name in [
      "LD_PRELOAD", "DYLD_INSERT_LIBRARIES", "GLIBC_TUNABLES", "HOME", "XDG_DATA_HOME",
      "DBUS_SESSION_BUS_ADDRESS", "CREDENTIALS_DIRECTORY", "DISPLAY", "valet_word",
    ] {
      let server = Manifests.server.replacing("\"KEY\"", with: "\"\(name)\"")
      #expect(message(Manifests.plain(server: server)).contains("the variable '\(name)'"))
    }
    #expect(
      message(
        Manifests.plain(
          server: Manifests.server.replacing("\"command\": \"node\"", with: "\"command\": \"\""))
      ).contains("command is empty"))
    let withNUL = Manifests.server.replacing("index.js\"]", with: "\\u0000\"]")
    #expect(message(Manifests.plain(server: withNUL)).contains("NUL"))
    #expect(message(Manifests.plain()) { $0.serverName = "-x" }.contains("server name"))
    let own = Manifests.bundle(Manifests.plain(), [.init("MCP-Valet/x")])
    #expect(throws: BundleError.self) { try wrapped(own) }
    let signed = Manifests.bundle() + BundleTests.signature
    #expect(throws: BundleError.signed(path: "x.mcpb")) { try wrapped(signed) }
    #expect(throws: Never.self) { try wrapped(signed) { $0.dropsSignature = true } }
  }

  @Test(arguments: [
    ["--no-redact", "n", "--", "c"], ["--keep", "K", "--exec", "--", "c"], ["n", "--"],
    ["--", "c"],
    ["n", "c"], ["n", "m", "--", "c"], ["", "--", "c"], ["--env", "A=b", "n", "--", "c"],
    ["--keep"],
  ]) func aBundleChoosesNoOptionsOfOurs(words: [String]) throws {
    let arguments = (["${__dirname}/mcp-valet/launch"] + words).map { "\"\($0)\"" }
    let server = Manifests.server.replacing(
      "\"command\": \"node\"", with: "\"command\": \"/bin/sh\""
    )
    .replacing(#""${__dirname}/server/index.js""#, with: arguments.joined(separator: ","))
    let manifest = try Manifest(parsing: Array(Manifests.plain(server: server).utf8), path: "x")
    #expect(manifest.serverConfig(for: "linux")?.arguments.count == words.count + 1)
    #expect(manifest.wrappedServer(for: "linux") == nil)
  }

  @Test(arguments: [
    ("Some Server", "Some-Server"), ("github", "github"), ("@scope/pkg", "@scope-pkg"),
    ("  --x ", "x"), ("Wetter ☂", "Wetter"), ("☂", "bundle"), ("a.b_c", "a.b_c"),
    (String(repeating: "a", count: 99), String(repeating: "a", count: 64)),
  ]) func namesAServerAfterItsBundle(name: String, expected: String) throws {
    let text = Manifests.plain().replacing("Some Server", with: name)
    #expect(Wrapping.serverName(of: try Manifest(parsing: Array(text.utf8), path: "x")) == expected)
  }

  @Test func warnsOfSecretsInArguments() throws {
    let server = Manifests.server.replacing(
      "index.js\"]", with: "index.js\", \"--key=${user_config.key}\"]")
    let bytes = Manifests.bundle(Manifests.plain(server: server))
    let warnings = try wrapped(bytes).warnings
    #expect(warnings.count == 2)
    #expect(warnings.first?.contains("--in-argv") == true)
    let allowed = try wrapped(bytes) { $0.allowsInArguments = true }
    #expect(allowed.warnings.count == 1)
    #expect(allowed.manifest.wrappedServer(for: "linux")?.allowsInArguments == true)
    #expect(try wrapped().warnings.isEmpty)
  }

  @Test func writesTheSameBytesForTheSameBundle() throws {
    let folder = try TemporaryFolder()
    let entries: [ZipForge.Entry] = [
      .folder("empty"), .init("größe", "x", mode: 0o100600), .init("no-mode", "y", mode: 0),
      ZipForge.Entry("packed", String(repeating: "text ", count: 99)).deflated(),
    ]
    let input = Manifests.bundle(Manifests.plain(), entries)
    for name in ["a", "b"] {
      let result = try wrapped(input) {
        $0.programs = [.init(name: "mcp-valet/L/x", bytes: [1, 2])]
      }
      try result.write(to: "\(folder.path)/\(name)", replacing: false)
    }
    let written = try TemporaryFolder.read("\(folder.path)/a")
    #expect(written == (try TemporaryFolder.read("\(folder.path)/b")))
    let bundle = try Bundle(written, path: "a")
    try bundle.verify()
    #expect(
      bundle.layout.entries.map(\.name) == [
        "manifest.json", "server/index.js", "empty", "größe", "no-mode", "packed",
        "mcp-valet/launch", "mcp-valet/L/x",
      ])
    #expect(
      bundle.layout.entries.map(\.mode) == [0o644, 0o755, 0o755, 0o600, nil, 0o644, 0o755, 0o755])
    #expect(throws: BundleError.alreadyWrapped(path: "x.mcpb")) { try wrapped(written) }
    // Nothing else is left beside them.
    #expect(Set(TemporaryFolder.names(in: folder.path)) == ["a", "b"])
  }

  @Test func replacesNothingUnlessTold() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/out.mcpb"
    try TemporaryFolder.write([7], to: path)
    #expect(throws: BundleError.file(.alreadyExists(path: path))) {
      try wrapped().write(to: path, replacing: false)
    }
    #expect(try TemporaryFolder.read(path) == [7])
    try wrapped().write(to: path, replacing: true)
    #expect(try TemporaryFolder.read(path).count > 7)
    #expect(throws: BundleError.self) {
      try wrapped().write(to: folder.path, replacing: true)
    }
    #expect(throws: BundleError.self) {
      try wrapped().write(to: "\(folder.path)/none/out", replacing: true)
    }
    #expect(TemporaryFolder.names(in: folder.path) == ["out.mcpb"])
  }

  @Test func neverWritesOverTheBundleItself() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/in.mcpb"
    try TemporaryFolder.write(Manifests.bundle(), to: path)
    symlink(path, "\(folder.path)/link")
    for output in [path, "\(folder.path)/link"] {
      #expect(throws: BundleError.self) {
        try Wrapping().wrap(try Bundle(path: path)).write(to: output, replacing: true)
      }
    }
    #expect(try TemporaryFolder.read(path) == Manifests.bundle())
  }

  @Test func writesNothingWhereAnEntryIsDamaged() throws {
    let folder = try TemporaryFolder()
    let bad = ZipForge.Entry("x", "y").with { $0.checksum = 1 }
    let result = try wrapped(Manifests.bundle(Manifests.plain(), [bad]))
    #expect(throws: BundleError.self) {
      try result.write(to: "\(folder.path)/out", replacing: false)
    }
    #expect(TemporaryFolder.names(in: folder.path).isEmpty)
  }
}
