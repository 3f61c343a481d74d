internal import Grants
internal import Testing

@Suite struct GrantDecisionTests {
  @Test func allowsWhatWasGranted() {
    #expect(Sample.decide() == .allowed(Sample.grant))
  }

  @Test func refusesWithoutAGrant() {
    #expect(Sample.decide(grants: []) == .refused([], nearest: nil))
    #expect(Sample.decide({ $0.serverName = "gitlab" }) == .refused([], nearest: nil))
  }

  @Test func refusesAnotherProgram() {
    let other = Sample.decide { $0.program = .file(bytes("/repo/npx")) }
    #expect(
      other.differences
        == [.program(granted: .runner(.npx), wanted: .file(bytes("/repo/npx")))])
    #expect(Sample.decide { $0.program = .runner(.bunx) }.differences?.count == 1)
  }

  @Test func refusesOtherArguments() {
    for arguments in [
      ["-y", "@mcp/server-github"], ["-y"], ["-y", "@mcp/server-github@1.2.3", "--host", "evil"],
      ["--registry=https://evil", "-y", "@mcp/server-github@1.2.3"],
    ] {
      #expect(Sample.decide { $0.arguments = arguments.map(bytes) }.differences?.count == 1)
    }
  }

  @Test(arguments: [
    "GITHUB_API", "HTTPS_PROXY", "npm_config_registry", "UV_INDEX_URL", "DOCKER_HOST", "LD_PRELOAD",
    "NODE_OPTIONS", "PYTHONPATH", "BASH_ENV",
  ])
  func refusesAnAddedVariable(name: String) {
    let added = LaunchTerms.Variable(bytes(name), .plain(bytes("evil")))
    #expect(Sample.decide { $0.variables.append(added) }.differences == [.variableAdded(added)])
  }

  @Test func refusesAChangedValue() {
    let evil = Sample.decide { $0.variables[1].content = .plain(bytes("evil")) }
    #expect(evil.differences?.count == 1)
    let template = Sample.decide {
      $0.variables[0].content = .template("https://evil/{{valet://github/token}}")
    }
    #expect(template.differences?.count == 1)
    // The same text that is no template is not the same.
    #expect(
      Sample.decide { $0.variables[0].content = .plain(bytes("valet://github/token")) }
        .differences?.count == 1)
  }

  @Test func refusesAMissingVariable() {
    let host = Sample.terms.variables[1]
    func without(_ inherited: [String: String]) -> GrantDecision {
      Sample.decide({ $0.variables.removeLast() }, inherited: inherited)
    }
    #expect(without([:]).differences == [.variableMissing(host.name)])
    #expect(without(["GITHUB_HOST": "evil"]).differences?.count == 1)
    #expect(without(["GITHUB_HOST": "git.example"]) == .allowed(Sample.grant))
  }

  @Test func passesByWhatElseTheHostHas() {
    #expect(Sample.decide(inherited: ["HTTPS_PROXY": "evil"]) == .allowed(Sample.grant))
  }

  @Test func refusesAnotherFolderAndHome() {
    var grant = Sample.grant
    grant.folder = .at(bytes("/work"))
    #expect(Sample.decide(grants: [grant]) == .allowed(grant))
    let elsewhere = Sample.decide(grants: [grant], folder: "/repo")
    #expect(
      elsewhere.differences == [.folder(granted: bytes("/work"), wanted: bytes("/repo"))])
    #expect(Sample.decide(grants: [grant], folder: nil).differences?.count == 1)
    grant.folder = .any
    #expect(Sample.decide(grants: [grant], folder: nil) == .allowed(grant))
    #expect(Sample.decide { $0.home = bytes("/repo") }.differences == [.home])
    #expect(Sample.decide { $0.home = nil }.differences == [.home])
  }

  @Test func refusesMoreOptionsAndNotFewer() {
    let changes: [(inout LaunchTerms.Options) -> Void] = [
      { $0.executesInPlace = true }, { $0.allowsValuesInArguments = true },
      { $0.passesSecrets = true }, { $0.unredacted = ["a"] }, { $0.kept = ["A"] },
    ]
    for change in changes {
      #expect(Sample.decide { change(&$0.options) }.differences?.count == 1)
      var grant = Sample.grant
      change(&grant.terms.options)
      #expect(Sample.decide({ change(&$0.options) }, grants: [grant]) == .allowed(grant))
      #expect(Sample.decide(grants: [grant]) == .allowed(grant))
    }
  }

  @Test func takesTheGrantThatFits() {
    var here = Sample.grant
    here.folder = .at(bytes("/work"))
    var there = here
    there.folder = .at(bytes("/repo"))
    there.terms.arguments = [bytes("other")]
    #expect(Sample.decide(grants: [there, here]) == .allowed(here))
    #expect(Sample.decide(grants: [here, there]) == .allowed(here))
    // A grant of another folder does not lend its command to this one.
    let borrowed = Sample.decide({ $0.arguments = [bytes("other")] }, grants: [here, there])
    #expect(borrowed.differences != nil)
  }

  @Test func tellsEveryDifferenceWithoutPlainValues() {
    let refusal = Sample.decide {
      $0.arguments = [bytes("x\u{1B}[2J")]
      $0.variables[1].content = .plain(bytes("hunter2"))
      $0.options.executesInPlace = true
    }
    let text = refusal.differences?.map(\.message).joined(separator: "; ") ?? ""
    #expect(text.contains("GITHUB_HOST has another value"))
    #expect(text.contains("--exec"))
    #expect(text.contains("x\\u{1b}[2J"))
    #expect(!text.contains("hunter2") && !text.contains("git.example"))
  }

  @Test func aTemplateIsComparedByteForByte() {
    // U+212A, which Unicode holds to be the same as K.
    var grant = Sample.grant
    grant.terms.variables[0].content = .template("https://K/{{valet://github/token}}")
    let decision = Sample.decide(
      { $0.variables[0].content = .template("https://\u{212A}/{{valet://github/token}}") },
      grants: [grant])
    #expect(decision.differences?.count == 1)
  }

  @Test func aRunnerElsewhereIsAnother() {
    var grant = Sample.grant
    grant.terms.places = [bytes("/home/me/.nvm")]
    func decide(_ place: String?) -> GrantDecision {
      GrantDecision(
        Sample.terms, folder: nil, runnerPlace: place.map(bytes), inherited: { _ in nil },
        grants: [grant])
    }
    #expect(decide(nil).differences == nil)
    #expect(decide("/home/me/.nvm").differences == nil)
    #expect(decide("/home/me/src/repo/bin").differences == [.place(bytes("/home/me/src/repo/bin"))])
    // A grant with the whole PATH in it says more.
    grant.terms.variables.append(.init(bytes("PATH"), .plain(bytes("/repo"))))
    #expect(decide("/repo").differences == [.variableMissing(bytes("PATH"))])
  }
}
