import Hosts
import Importing
import Secrets
import Testing

/// What becomes of single servers.
@Suite struct RewriteTests {
  private func server(_ body: String, host: String = "claude-code") throws -> Plan {
    let plan = try Plan(
      "{\"mcpServers\": {\"s\": {\(body)}}}", host: Host.named(host), format: .commentedJSON,
      variables: ["SET": "value"])
    return plan
  }

  @Test func movesAVariableAndKeepsTheOthers() throws {
    let plan = try server(
      #""command": "npx", "args": ["-y", "p"], "env": {"GITHUB_TOKEN": "\#(key(1))", "MODE": "x"}"#)
    let rewrite = try #require(plan.rewrites.first)
    #expect(rewrite.words == ["run", "s", "--keep", "MODE", "--", "npx", "-y", "p"])
    #expect(plan.text.contains(#""GITHUB_TOKEN": "valet://s/GITHUB_TOKEN""#))
    #expect(plan.text.contains(#""command": "mcp-valet""#))
    #expect(plan.book.secrets.map(\.name.text) == ["s/GITHUB_TOKEN"])
  }

  @Test func movesThePasswordOfAnAddressOnly() throws {
    let plan = try server(
      #""command": "x", "env": {"DATABASE_URL": "postgres://app:hunter22xyz@db/app"}"#)
    #expect(plan.text.contains("postgres://app:{{valet://s/DATABASE_URL}}@db/app"))
    #expect(plan.filled("{{valet://s/DATABASE_URL}}") == "hunter22xyz")
  }

  @Test func storesTheSameValueOnce() throws {
    let plan = try Plan(
      """
      {"mcpServers": {
        "a": {"command": "x", "env": {"TOKEN": "\(key(1))", "ALSO": "\(key(1))"}},
        "b": {"command": "x", "env": {"KEY": "\(key(1))", "TOKEN": "\(key(2))"}}}}
      """, host: Host.named("claude-desktop"))
    #expect(plan.book.secrets.map(\.name.text) == ["a/TOKEN", "b/TOKEN"])
    #expect(plan.text.contains(#""KEY": "valet://a/TOKEN""#))
  }

  @Test func anotherValueOfTheSameNameGetsANumber() throws {
    var plan = try server(#""command": "x", "env": {"TOKEN": "\#(key(1))"}"#)
    let name = plan.book.name(
      .text("other"), server: "s", variable: "TOKEN", shape: nil, masked: "")
    #expect(name?.text == "s/TOKEN-2")
  }

  @Test func aContainerGetsTheVariableByName() throws {
    let plan = try server(
      #""command": "docker", "args": ["run", "-i", "-e", "GITHUB_TOKEN=\#(key(1))", "image"]"#)
    let rewrite = try #require(plan.rewrites.first)
    #expect(rewrite.words.suffix(6) == ["docker", "run", "-i", "-e", "GITHUB_TOKEN", "image"])
    #expect(rewrite.environment.map(\.value) == ["valet://s/GITHUB_TOKEN"])
    #expect(plan.text.contains(#""GITHUB_TOKEN": "valet://s/GITHUB_TOKEN""#))
    #expect(rewrite.inArguments.isEmpty)
  }

  @Test func aContainersVariableMayStandInOneWord() throws {
    for words in [
      #""-eGITHUB_TOKEN=\#(key(1))""#, #""--env=GITHUB_TOKEN=\#(key(1))""#,
      #""-ieGITHUB_TOKEN=\#(key(1))""#,
    ] {
      let plan = try server(#""command": "docker", "args": ["run", "-i", \#(words), "image"]"#)
      let rewrite = try #require(plan.rewrites.first, "\(plan.leftAlone)")
      #expect(rewrite.words.last == "image" && !rewrite.words.contains("--in-argv"))
      #expect(rewrite.words.contains { $0.hasSuffix("GITHUB_TOKEN") }, "\(rewrite.words)")
      #expect(
        rewrite.environment == [.init(name: "GITHUB_TOKEN", value: "valet://s/GITHUB_TOKEN")])
    }
  }

  /// `-e` behind the image is the server's own word.
  @Test func onlyWordsBeforeTheImageAreTheEngines() throws {
    for (words, image) in [
      (#""run", "-i", "image""#, "image"), (#""run", "--name", "n", "-it", "image""#, "image"),
      (#""run", "--pull=always", "--init", "-v", "/a:/a", "image""#, "image"),
      (#""container", "run", "-eA=b", "--", "image""#, "image"),
    ] {
      let plan = try server(
        #""command": "/usr/bin/podman", "args": [\#(words), "-e", "TOKEN=\#(key(1))"]"#)
      let rewrite = try #require(plan.rewrites.first, "\(plan.leftAlone)")
      #expect(rewrite.environment.isEmpty && rewrite.words.contains("--in-argv"))
      #expect(rewrite.words.suffix(3) == [image, "-e", "TOKEN={{valet://s/TOKEN}}"])
    }
  }

  @Test func aContainerThatOnlyOneCanBeIsStoppedFirst() throws {
    for (words, isExclusive) in [
      (#""run", "--name", "n""#, true), (#""run", "--name=n""#, true),
      (#""run", "-p", "1:1""#, true),
      (#""run", "-i""#, false),
    ] {
      let plan = try server(
        #""command": "docker", "args": [\#(words), "-e", "TOKEN", "image"], "#
          + #""env": {"TOKEN": "\#(key(1))"}"#)
      let rewrite = try #require(plan.rewrites.first, "\(plan.leftAlone)")
      let options = rewrite.words.prefix { $0 != "--" }
      #expect(options == (isExclusive ? ["run", "s", "--swap", "stop-first"] : ["run", "s"]))
    }
  }

  @Test func aContainerGetsNoFileOfOurs() throws {
    let plan = try server(
      #""command": "docker", "args": ["run", "node", "npx", "mcp-remote", "https://x/mcp", "#
        + #""--static-oauth-client-info", "{\"client_secret\": \"\#(key(1))\"}"]"#)
    let rewrite = try #require(plan.rewrites.first, "\(plan.leftAlone)")
    #expect(!rewrite.words.contains { $0.contains("{{file:") })
    #expect(rewrite.words.contains("--in-argv"))
  }

  @Test func mcpRemoteReadsAHeaderFromAVariable() throws {
    for words in [
      #""--header", "Authorization: Bearer \#(key(1))""#,
      #""--header=Authorization: Bearer \#(key(1))""#,
    ] {
      let plan = try server(
        #""command": "npx", "args": ["mcp-remote@0.1.2", "https://x/mcp", \#(words)]"#)
      let rewrite = try #require(plan.rewrites.first, "\(plan.leftAlone)")
      #expect(rewrite.words.last?.hasSuffix("Authorization:${HEADER_AUTHORIZATION}") == true)
      #expect(
        rewrite.environment == [
          .init(name: "HEADER_AUTHORIZATION", value: "Bearer {{valet://s/Authorization}}")
        ])
      #expect(rewrite.inArguments.isEmpty)
    }
  }

  @Test func otherArgumentsStayArguments() throws {
    let plan = try server(#""command": "x", "args": ["--api-key=\#(key(1))", "--port", "1"]"#)
    let rewrite = try #require(plan.rewrites.first)
    #expect(
      rewrite.words == [
        "run", "s", "--in-argv", "--", "x", "--api-key={{valet://s/api-key}}", "--port", "1",
      ])
    #expect(rewrite.inArguments.map(\.text) == ["s/api-key"])
  }

  /// It writes its arguments down, for as long as its logs stay.
  @Test func npmKeepsNoLogOfAKeyInAnArgument() throws {
    for words in [#""npx", "args": ["-y", "p""#, #""env", "args": ["npm", "exec", "p""#] {
      let plan = try server(#""command": \#(words), "--api-key", "\#(key(1))"]"#)
      let rewrite = try #require(plan.rewrites.first, "\(plan.leftAlone)")
      #expect(rewrite.environment == [.init(name: "npm_config_logs_max", value: "0")])
      #expect(rewrite.words.contains("npm_config_logs_max"))
      #expect(plan.text.contains(#""npm_config_logs_max": "0""#))
    }
    for body in [
      #""command": "npx", "args": ["-y", "p"], "env": {"TOKEN": "\#(key(1))"}"#,
      #""command": "uvx", "args": ["p", "--api-key", "\#(key(1))"]"#,
      #""command": "npx", "args": ["p", "-k", "\#(key(1))"], "env": {"NPM_CONFIG_LOGS_MAX": "1"}"#,
    ] {
      let plan = try server(body)
      #expect(plan.rewrites.count == 1 && !plan.text.contains("logs_max"), "\(plan.text)")
    }
  }

  @Test func asksForWhatTheHostAsksFor() throws {
    let plan = try server(
      #""command": "x", "env": {"TOKEN": "${input:tok}", "B": "Bearer ${input:tok}"}"#)
    #expect(plan.book.secrets.map(\.source) == [.input("tok", file: "f")])
    #expect(plan.text.contains("Bearer {{valet://s/TOKEN}}"))
  }

  @Test func asksForAnArgumentToo() throws {
    let plan = try server(
      #""command": "python3", "args": ["/srv/x.py", "--token", "${input:tok}"]"#)
    let rewrite = try #require(plan.rewrites.first, "\(plan.leftAlone)")
    #expect(rewrite.words.suffix(2) == ["--token", "valet://s/token"])
  }

  @Test func replacesPlaceholdersAsTheHostWill() throws {
    let plan = try server(
      #""command": "x", "args": ["${SET}"], "env": {"TOKEN": "\#(key(1))", "A": "${SET}-${UNSET:-d}"}"#
    )
    let rewrite = try #require(plan.rewrites.first)
    #expect(rewrite.words.last == "value")
    #expect(rewrite.environment.last == .init(name: "A", value: "value-d"))
    #expect(plan.text.contains("${SET}-${UNSET:-d}"))
  }

  @Test func leavesAloneWhatItCannotDo() throws {
    let token = #""TOKEN": "\#(key(1))""#
    for (body, reason) in [
      (#""command": "x", "env": {\#(token), "HOME": "/x"}"#, "would move or steer"),
      (#""command": "x", "env": {\#(token), "MCP_VALET_HOME": "/x"}"#, "would move or steer"),
      (#""command": "x", "env": {\#(token), "A": "${UNSET}"}"#, "only the host"),
      (#""command": "x", "env": {"TOKEN": "${UNSET}\#(key(1))"}"#, "beside a placeholder"),
      (#""command": "x", "envFile": ".env", "env": {\#(token)}"#, "envFile"),
      (#""command": "x", "args": [1], "env": {\#(token)}"#, "no string"),
      (#""command": "x", "args": "a", "env": {\#(token)}"#, "no list"),
      (#""command": "TOKEN=\#(key(1)) x y""#, "line for a shell"),
    ] {
      let plan = try server(body)
      #expect(plan.rewrites.isEmpty && plan.document.changes.isEmpty, "\(body)")
      #expect(plan.leftAlone.first?.reason.contains(reason) == true, "\(plan.leftAlone)")
      #expect(plan.book.secrets.isEmpty)
    }
  }

  @Test func skipsServersWithoutKeysAndThoseBehindUs() throws {
    for body in [
      #""command": "x", "env": {"MODE": "fast"}"#,
      #""command": "/usr/bin/mcp-valet", "args": ["run", "x"], "env": {"TOKEN": "\#(key(1))"}"#,
    ] {
      let plan = try server(body)
      #expect(plan.rewrites.isEmpty && plan.leftAlone.isEmpty)
    }
  }

  @Test func startsWhereItStarted() throws {
    let env = #""env": {"TOKEN": "\#(key(1))"}"#
    for (body, folder) in [
      (#""command": "npx", "args": ["-y", "p"], \#(env)"#, ServerRewrite.Folder.usual),
      (#""command": "npx", "args": ["-y", "p", "."], "cwd": "/srv", \#(env)"#, .at("/srv")),
      (#""command": "/bin/x", \#(env)"#, .empty),
      (#""command": "bun", "args": ["run", "/srv/x.ts"], \#(env)"#, .empty),
      (#""command": "timeout", "args": ["20", "npx", "-y", "p"], \#(env)"#, .empty),
      (#""command": "docker-compose", "args": ["-f", "/srv/c.yaml", "run", "m"], \#(env)"#, .empty),
      (#""command": "/bin/x", "cwd": "/srv", \#(env)"#, .at("/srv")),
    ] {
      #expect(try server(body).rewrites.first?.folder == folder)
    }
  }

  /// A server that every project gets must not be the project's.
  @Test(arguments: [
    #""npx", "args": ["-y", "p", "."]"#, #""node", "args": ["build/index.js"]"#,
    #""python3", "args": ["-u", "server.py"]"#, #""/usr/bin/node", "args": ["./x.js"]"#,
    #""uv", "args": ["run", "server.py"]"#, #""npm", "args": ["start"]"#,
    #""bun", "args": ["run", "x.ts"]"#, #""bash", "args": ["start.sh"]"#, #""bin/x", "args": []"#,
    // What is loaded before the script.
    #""node", "args": ["-r", "dotenv/config", "/srv/x.js"]"#,
    #""node", "args": ["-r", "./hook.js", "/srv/x.js"]"#,
    #""node", "args": ["-rdotenv/config", "/srv/x.js"]"#,
    #""node", "args": ["--require=hook", "/srv/x.js"]"#,
    #""node", "args": ["--import=./hook.mjs", "/srv/x.js"]"#,
    #""node", "args": ["--import", "/srv/hook.mjs", "x.js"]"#,
    #""node", "args": ["--loader", "ts-node/esm", "/srv/x.ts"]"#,
    #""node", "args": ["--env-file=.env", "/srv/x.js"]"#,
    #""ruby3.3", "args": ["-rhook", "/srv/x.rb"]"#,
    // Code.
    #""node", "args": ["-e", "require('dotenv/config')"]"#,
    #""node", "args": ["--eval=require('x')", "/srv/x"]"#,
    #""python3", "args": ["-c", "import srvmod; srvmod.main()"]"#,
    #""python3", "args": ["-uc", "import srvmod"]"#, #""sh", "args": ["-c", ". ./x.sh"]"#,
    #""bash", "args": ["-c", "node server.js"]"#, #""bash", "args": ["-lc", "exec node x"]"#,
    #""bash", "args": ["-c", "exec /usr/bin/node server.js"]"#,
    #""bash", "args": ["-c", "exec /srv/x $(cat y)"]"#,
    // Programs that start another.
    #""env", "args": ["python3", "server.py"]"#, #""/usr/bin/env", "args": ["node", "server.js"]"#,
    #""env", "args": ["-S", "node server.js"]"#, #""env", "args": ["A=b", "bin/x"]"#,
    #""timeout", "args": ["20", "python3", "server.py"]"#,
    #""nice", "args": ["-n", "5", "timeout", "20", "node", "server.js"]"#,
    #""nohup", "args": ["bash", "start"]"#, #""sudo", "args": ["-u", "me", "ruby", "x"]"#,
    #""xvfb-run", "args": ["-a", "node", "x"]"#, #""stdbuf", "args": ["-oL", "perl", "x"]"#,
    #""setsid", "args": ["java", "-jar", "x.jar"]"#,
    #""op", "args": ["run", "--", "uv", "run", "x"]"#,
    #""doppler", "args": ["run", "--", "npm", "start"]"#,
    #""dotenv", "args": ["--", "node", "/srv/x.js"]"#,
    #""dotenv", "args": ["-e", ".env", "--", "node", "/srv/x.js"]"#,
    // A stranger's compose.yaml says what is started.
    #""docker", "args": ["compose", "run", "--rm", "-i", "mcp"]"#,
    #""docker", "args": ["compose", "-f", "c.yaml", "run", "mcp"]"#,
    #""podman", "args": ["compose", "--file=c.yaml", "run", "mcp"]"#,
    #""docker-compose", "args": ["run", "mcp"]"#,
    #""docker", "args": ["run", "-i", "-v", ".:/work", "image"]"#,
    // Of a program that is not known, a file of the folder.
    #""/srv/x", "args": ["--config", "./c"]"#, #""x", "args": ["--config=c.json"]"#,
    #""x", "args": ["."]"#, #""mywrapper", "args": ["node", "server.js"]"#,
  ])
  func startsNothingOfAStrangersFolder(words: String) throws {
    let body = #""command": \#(words), "env": {"TOKEN": "\#(key(1))"}"#
    let plan = try server(body)
    #expect(plan.rewrites.isEmpty && plan.book.secrets.isEmpty, "\(plan.text)")
    #expect(plan.leftAlone.first?.reason.contains("folder") == true, "\(plan.leftAlone)")
    // A project's own server is started there, and nowhere else.
    let own = try Plan(
      "{\"mcpServers\": {\"s\": {\(body)}}}", host: Host.named("claude-code"),
      format: .commentedJSON, project: "/repo")
    #expect(own.rewrites.first?.folder == .at("/repo"), "\(own.leftAlone)")
  }

  @Test(arguments: [
    #""node", "args": ["/srv/build/index.js", "x"]"#, #""python3", "args": ["-m", "m"]"#,
    #""node", "args": ["${HOME}/x.js"]"#, #""bash", "args": ["-c", "exec /srv/x"]"#,
    #""uv", "args": ["--directory", "/srv/x", "run", "server.py"]"#,
    #""bun", "args": ["run", "/srv/x.ts"]"#, #""x", "args": ["serve"]"#,
    #""node", "args": ["--no-warnings", "-r", "/srv/hook.js", "/srv/x.js"]"#,
    #""python3", "args": ["-u", "-X", "utf8", "/srv/x.py"]"#,
    #""java", "args": ["-jar", "/x.jar"]"#,
    #""env", "args": ["A=b", "node", "/srv/x.js"]"#, #""timeout", "args": ["20", "/srv/x"]"#,
    #""op", "args": ["run", "--", "npx", "-y", "p"]"#,
    #""dotenv", "args": ["-e", "/srv/.env", "--", "node", "/srv/x.js"]"#,
    #""docker", "args": ["compose", "--project-directory=/srv", "run", "m"]"#,
    #""docker", "args": ["exec", "-i", "c", "serve"]"#,
    #""x", "args": ["--url", "https://h/openapi.json", "owner/repo"]"#,
  ])
  func startsWhatLiesElsewhere(words: String) throws {
    let plan = try Plan(
      #"{"mcpServers": {"s": {"command": \#(words), "env": {"TOKEN": "\#(key(1))"}}}}"#,
      host: Host.named("claude-code"), variables: ["HOME": "/home/u"])
    #expect(plan.rewrites.count == 1, "\(plan.leftAlone)")
    // Settings of a stranger's folder are not read either.
    #expect(plan.rewrites.allSatisfy { $0.folder == .empty || $0.folder == .usual })
  }

  @Test func aFolderThatOnlyTheHostKnowsIsNone() throws {
    let body = #""command": "x", "cwd": "any", "env": {"TOKEN": "\#(key(1))"}"#
    #expect(try server(body).leftAlone.first?.reason.contains("folder") == true)
    let own = try Plan(
      "{\"mcpServers\": {\"s\": {\(body)}}}", host: Host.named("claude-code"),
      format: .commentedJSON, project: "/repo")
    #expect(own.rewrites.first?.folder == .at("/repo/any"))
  }

  /// Wherever it stands in the server, the key leaves the file.
  @Test func aKeyLeavesEveryPlaceOfItsServer() throws {
    let plan = try server(
      #""command": "x", "args": ["--note", "use hunter22x"], "env": {"DB_PASSWORD": "hunter22x", "#
        + #""NOTE": "it is hunter22x", "PORT": "5432"}"#)
    let rewrite = try #require(plan.rewrites.first, "\(plan.leftAlone)")
    #expect(!plan.text.contains("hunter22x"), "\(plan.text)")
    #expect(plan.text.contains("it is {{valet://s/DB_PASSWORD}}"))
    #expect(rewrite.secrets.map(\.text) == ["s/DB_PASSWORD"])
  }

  @Test func leavesAServerOfTooManyPartsAlone() throws {
    let variables = (0..<1_100).map { "\"TOKEN_\($0)\": \"\(key($0))\"" }.joined(separator: ", ")
    let plan = try server("\"command\": \"x\", \"env\": {\(variables)}")
    #expect(plan.leftAlone.first?.reason.contains("1000 variables") == true)
  }
}
