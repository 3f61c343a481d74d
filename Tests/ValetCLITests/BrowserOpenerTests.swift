import Connections
import Platform
import Testing
import ValetTesting

@testable import ValetCLI

/// A29: the page goes to a program as one word, without a shell.
@Suite struct BrowserOpenerTests {
  private func opener(
    _ variables: [String: String] = [:], hasDisplay: Bool = true,
    programs: Set<String> = ["/usr/bin/xdg-open", "/usr/bin/x-www-browser", "/opt/browser"]
  ) throws(BrowserOpener.Refusal) -> BrowserOpener {
    try BrowserOpener(
      variable: { variables[$0] }, hasDisplay: hasDisplay, isExecutable: { programs.contains($0) })
  }

  private func refusal(
    _ variables: [String: String] = [:], hasDisplay: Bool = true,
    programs: Set<String> = ["/usr/bin/xdg-open"]
  ) -> BrowserOpener.Refusal? {
    do {
      _ = try opener(variables, hasDisplay: hasDisplay, programs: programs)
      return nil
    } catch {
      return error
    }
  }

  @Test func takesBROWSERByItsAbsolutePathAlone() throws {
    #expect(try opener(["BROWSER": "/opt/browser"]).words == ["/opt/browser"])
    // Its own word holds where there is no display, and in a remote shell.
    let remote = ["BROWSER": "/opt/browser", "SSH_CONNECTION": "a 1 b 2"]
    #expect(try opener(remote, hasDisplay: false).words == ["/opt/browser"])
  }

  @Test(
    "what BROWSER names otherwise is left alone",
    arguments: [
      "browser", "", "./browser", "opt/browser", "/opt/browser %s", "/opt/missing",
      "/opt/browser:/usr/bin/lynx", "sh -c 'touch /tmp/x'", "-x",
    ])
  func ignoresOtherWords(browser: String) throws {
    #expect(try opener(["BROWSER": browser]).words == ["/usr/bin/xdg-open"])
  }

  @Test(
    "no browser opens on the screen of somebody else",
    arguments: [
      ["SSH_CONNECTION": "a 1 b 2"], ["SSH_TTY": "/dev/pts/1"],
      ["SSH_TTY": "/dev/pts/1", "DISPLAY": ""],
    ])
  func refusesInARemoteShell(variables: [String: String]) {
    #expect(refusal(variables) == .remoteShell)
  }

  @Test(
    "a display that came along is the person's own",
    arguments: [["DISPLAY": "localhost:10.0"], ["WAYLAND_DISPLAY": "wayland-0"]])
  func opensOnAForwardedDisplay(display: [String: String]) throws {
    let variables = display.merging(["SSH_CONNECTION": "a 1 b 2"]) { $1 }
    #expect(try opener(variables).words == ["/usr/bin/xdg-open"])
  }

  @Test func saysWhyNoBrowserIsOpened() {
    #expect(refusal(hasDisplay: false) == .noDisplay)
    #expect(refusal(programs: []) == .noProgram)
    #expect(throws: BrowserOpener.Refusal.toldNotTo) { try BrowserOpener.current(allowed: false) }
    let all: [BrowserOpener.Refusal] = [
      .toldNotTo, .remoteShell, .noDisplay, .noProgram, .notStarted("x"),
    ]
    #expect(Set(all.map(\.text)).count == all.count)
  }

  @Test func knowsOnlyProgramsByAbsolutePathsAndNoShell() throws {
    for program in BrowserOpener.programs {
      #expect(program[0].hasPrefix("/"))
      #expect(!program[0].hasSuffix("sh"))
    }
    #expect(
      try opener(programs: ["/usr/bin/x-www-browser"]).words == ["/usr/bin/x-www-browser"])
  }

  /// A program that writes down what it was started with.
  private func witness(_ folder: borrowing TemporaryFolder) throws -> String {
    let path = "\(folder.path)/browser"
    try TemporaryFolder.write(
      Array(
        """
        #!/bin/sh
        {
          echo "$# $1"
          cut -d ' ' -f 1,5 /proc/$$/stat
          grep -E '^Sig(Blk|Ign)' /proc/self/status
          readlink /proc/$$/fd/0 /proc/$$/fd/2
        } > "$0.new"
        mv "$0.new" "$0.log"
        """.utf8), to: path)
    try #require(chmod(path, 0o700) == 0)
    return path
  }

  @Test(
    "the page is one word of the program's",
    arguments: [
      "https://as.example.com/authorize?a=b&c=d%20e", "https://as.example.com/a*b?x=~&&y=(z)",
      "http://127.0.0.1:1/a#b", "https://as.example.com/?a=%24(touch%20x)&b=%60id%60",
    ])
  func startsTheProgram(url: String) throws {
    let folder = try TemporaryFolder()
    let program = try witness(folder)
    try opener(["BROWSER": program], programs: [program]).open(url)
    let deadline = ContinuousClock.now + .seconds(20)
    while !TemporaryFolder.exists("\(program).log"), ContinuousClock.now < deadline {
      usleep(10_000)
    }
    let log = String(decoding: try TemporaryFolder.read("\(program).log"), as: UTF8.self)
    let lines = log.split(separator: "\n").map(String.init)
    try #require(lines.count == 6, "\(log)")
    #expect(lines[0] == "1 \(url)")
    // A process group of its own, all signals as they are by default, nothing on the terminal.
    let ids = lines[1].split(separator: " ")
    #expect(ids.count == 2 && ids[0] == ids[1], "\(lines[1])")
    for line in lines[2...3] {
      // Bits 31 and 32 are signals that the C library keeps for itself.
      let mask = UInt64(line.suffix(16), radix: 16)
      #expect(mask.map { $0 & ~0x1_8000_0000 } == 0, "\(line)")
    }
    #expect(lines[4...5].allSatisfy { $0 == "/dev/null" }, "\(log)")
  }

  @Test func saysThatAProgramCannotBeStarted() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/none"
    #expect {
      try opener(["BROWSER": path], programs: [path]).open("https://as.example.com/")
    } throws: { error in
      guard case .notStarted? = error as? BrowserOpener.Refusal else { return false }
      return true
    }
  }

  @Test("nothing that a program could take for an option is a page")
  func takesNoOptionForAPage() {
    for text in [
      "-oProxy=x", "--help", " https://a", "https://", "javascript:alert(1)", "file:///x",
    ] {
      #expect(!NetMessage.isOpenable(text), "\(text)")
    }
  }
}
