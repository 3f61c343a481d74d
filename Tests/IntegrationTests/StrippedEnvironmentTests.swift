internal import Platform
internal import Testing
internal import ValetTesting

/// What hosts leave of an environment is six variables, and none of them says where the bus is.
@Suite(.enabled(if: geteuid() == 0, "a /run/user of its own needs root"))
struct StrippedEnvironmentTests {
  /// Runs a script in a user session; `valet …` starts the broker with the six variables alone.
  private func session(_ home: borrowing Home, _ script: String) throws -> ProgramRun {
    let script = """
      valet() {
        env -i HOME="\(home.path)" LOGNAME=root PATH=/usr/bin:/bin SHELL=/bin/sh TERM=dumb USER=root \
          "\(Programs.broker)" "$@"
      }
      \(script)
      """
    try home.write(script, to: "session.sh")
    return try ProgramRun.run(
      [Programs.peer("user-session.sh"), "\(home.path)/session.sh"],
      environment: ["PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"])
  }

  @Test func findsTheBusTheKeyringAndTheRuntimeFolder() throws {
    let home = try Home()
    let run = try session(
      home,
      """
      printf from-the-keyring | valet set --store keyring k || exit 1
      printf from-the-vault | valet set v || exit 1
      server() {
        valet "$@" --no-redact --env K=keyring://k --env V=valet://v --file F=valet://v -- /bin/sh -c \
          'echo "[$K] [$V] [$(cat "$F")] $F"'
      }
      server allow </dev/null 2>&1 | grep -q 'nobody to ask' || exit 1
      (sleep 1; echo y) | script -qec "$(declare -f valet server); server allow" /dev/null >&2
      valet lock
      server run
      """
    ).unmarked
    #expect(
      run.text.hasPrefix(
        "[from-the-keyring] [from-the-vault] [from-the-vault] /run/user/0/mcp-valet/"),
      "\(run.text)\(run.errorText)")
    #expect(TemporaryFolder.exists("\(home.path)/.local/share/mcp-valet/vault"))
  }

  /// Somebody else's folder in that place is not asked for a key.
  @Test func asksNoBusInAFolderThatIsNotItsOwn() throws {
    let home = try Home()
    let run = try session(
      home,
      """
      printf value | valet set --store keyring k || exit 1
      chmod 711 /run/user/0
      valet run --env K=keyring://k -- /bin/true </dev/null
      """)
    #expect(run.exitCode == 69)
    #expect(run.errorText.contains("/run/user/0 does not belong to you alone"), "\(run.errorText)")
  }
}
