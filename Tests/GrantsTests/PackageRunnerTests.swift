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

  /// Other words for the same, which run code of the working folder just as well.
  @Test func knowsRunnersByTheirOtherNames() {
    #expect(runner("npm exec -y a") == .npmExec)
    #expect(runner("npm x a") == .npmExec)
    #expect(runner("npm --registry https://evil exec a") == .npmExec)
    #expect(runner("npm --yes --prefix=/a exec a") == .npmExec)
    #expect(runner("npm run exec") == nil)
    #expect(runner("npm start") == nil)
    #expect(runner("pnpx a") == .pnpx)
    #expect(runner("pnpm dlx a") == .pnpmDlx)
    #expect(runner("pnpm --dir /a dlx a") == .pnpmDlx)
    #expect(runner("pnpm run dlx") == nil)
    #expect(runner("yarn dlx a") == .yarnDlx)
    #expect(runner("bun x a") == .bunX)
    #expect(runner("bun run x") == nil)
    #expect(runner("uv tool run a") == .uvToolRun)
    #expect(runner("uv --directory /a tool run a") == .uvToolRun)
    #expect(runner("uv tool install run") == nil)
    #expect(runner("uv run a") == nil)
    #expect(runner("docker -H tcp://evil run a") == .dockerRun)
    #expect(runner("docker container run a") == .dockerRun)
    #expect(runner("docker compose run a") == nil)
    #expect(runner("podman run a") == .podmanRun)
    #expect(runner("deno run -A npm:a") == .denoRun)
    #expect(runner("deno run --config evil.json https://deno.land/x/a.ts") == nil)
    #expect(runner("deno jsr:@s/a") == .denoRun)
    #expect(runner("deno run -A a.ts npm:a") == nil)
  }

  /// The words of one, given to the other, would run something else.
  @Test func aRunnerIsNotTakenForAnother() {
    func program(_ written: String) -> LaunchTerms.Program {
      LaunchTerms.program(
        written: bytes(written), found: bytes("/usr/bin/\(written)"),
        arguments: [bytes("exec"), bytes("a")])
    }
    #expect(program("npx") == .runner(.npx))
    #expect(program("npm") == .runner(.npmExec))
    #expect(Set(PackageRunner.allCases.map(\.name)).count == PackageRunner.allCases.count)
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
      ("npm exec -y -- a", "a", "a@VERSION"),
      ("npm --registry https://r exec --package=a@1.2.3 -- b", "a@1.2.3", nil),
      ("pnpm dlx @s/a@1.2.3", "@s/a@1.2.3", nil),
      ("uv tool run --from a==1.0 b", "a==1.0", nil),
      ("docker -H evil container run -i a", "a", "a@sha256:DIGEST"),
      ("deno run -A npm:@s/a", "npm:@s/a", "npm:@s/a@VERSION"),
      ("deno run -A npm:@s/a@1.2.3", "npm:@s/a@1.2.3", nil),
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
