internal import Grants
internal import Testing

@Suite struct PackageRunnerTests {
  private func runner(_ words: String) -> PackageRunner? {
    let words = words.split(separator: " ").map { bytes(String($0)) }
    return PackageRunner(command: words[0], arguments: Array(words.dropFirst()))
  }

  @Test func knowsRunners() {
    #expect(runner("npx -y a") == .npx)
    #expect(runner("/usr/bin/npx -y a") == .npx)
    #expect(runner("uvx a") == .uvx)
    #expect(runner("bunx a") == .bunx)
    #expect(runner("pipx run a") == .pipxRun)
    #expect(runner("pipx install a") == nil)
    #expect(runner("docker run -i a") == .dockerRun)
    #expect(runner("docker exec a") == nil)
    #expect(runner("python -m a") == .pythonModule)
    #expect(runner("python3.11 -I -u -m a") == .pythonModule)
    #expect(runner("python3 -Im a") == .pythonModule)
    #expect(runner("python3 -W ignore -m a") == .pythonModule)
    #expect(runner("python3 a.py -m b") == nil)
    #expect(runner("python3 -c pass -m b") == nil)
    #expect(runner("pythonic -m a") == nil)
    #expect(runner("node a.js") == nil)
  }

  /// A path chooses the file, whatever it is called.
  @Test func bindsARunnerThatIsNamedByItsPath() {
    func program(_ written: String) -> LaunchTerms.Program {
      LaunchTerms.program(
        written: bytes(written), found: bytes("/usr/bin/npx"), arguments: [bytes("a")])
    }
    #expect(program("npx") == .runner(.npx))
    #expect(program("/usr/bin/npx") == .file(bytes("/usr/bin/npx")))
    #expect(program("./npx") == .file(bytes("/usr/bin/npx")))
  }

  @Test(
    arguments: [
      ("npx -y @scope/a", "@scope/a", "@scope/a@VERSION"),
      ("npx -y @scope/a@1.2.3", "@scope/a@1.2.3", nil),
      ("npx -y a@latest", "a@latest", "a@VERSION"),
      ("npx a@^1.2.0 serve", "a@^1.2.0", "a@VERSION"),
      ("npx -p a@1.0.0 b", "a@1.0.0", nil),
      ("npx --package=a b", "a", "a@VERSION"),
      ("bunx a@2", "a@2", "a@VERSION"),
      ("uvx a", "a", "a==VERSION"),
      ("uvx a==1.0", "a==1.0", nil),
      ("uvx a@1.0.1", "a@1.0.1", nil),
      ("uvx --from a>=1 b", "a>=1", "a==VERSION"),
      ("uvx --python 3.12 a", "a", "a==VERSION"),
      ("pipx run --spec a==2.1 b", "a==2.1", nil),
      ("docker run -i --rm -e TOKEN ghcr.io/a/b:1", "ghcr.io/a/b:1", "ghcr.io/a/b:1@sha256:DIGEST"),
      ("docker run -i --rm --env=TOKEN a@sha256:00 serve", "a@sha256:00", nil),
      ("python3 -m a", "a", nil),
    ] as [(String, String, String?)])
  func pointsOutTheVersion(words: String, text: String, pinned: String?) throws {
    let words = words.split(separator: " ").map { bytes(String($0)) }
    let runner = try #require(
      PackageRunner(command: words[0], arguments: Array(words.dropFirst())))
    let package = try #require(RunPackage(runner, arguments: Array(words.dropFirst())))
    #expect(package.text == text)
    #expect(package.pinnedForm == pinned)
  }
}
