internal import Platform
internal import Testing
internal import ValetTesting

/// Many launches at once on a vault that is locked by a passphrase.
@Suite struct PromptTests {
  private static let passphrase = "correct horse"
  private let launch = ["run", "--env", "A=valet://a", "--", "/bin/sh", "-c", "echo \"[$A]\"; cat"]

  private func lockedHome(pinentry: String) throws -> Home {
    let home = try Home.withPassphrase(Self.passphrase)
    try home.set("a", "value")
    try home.write(pinentry, to: "pinentry", mode: 0o700)
    // Whoever names another program than the usual one writes this file.
    mkdir("\(home.valetHome)/config", 0o700)
    try home.write("\(home.path)/pinentry\n", to: "valet/config/pinentry")
    try home.allow(launch)
    try home.lock()
    return home
  }

  /// Speaks Assuan as a pinentry does, after half a second of thought.
  private func scripted(_ question: String = "GETPIN", answer: String) -> String {
    """
    #!/bin/sh
    echo start >>"$HOME/prompts"
    echo OK Pleased to meet you
    while read -r word rest; do
      case $word in
        \(question)) sleep 0.5; \(answer) ;;
        BYE) echo OK; exit ;;
        *) echo OK ;;
      esac
    done
    """
  }

  private func promptCount(_ home: borrowing Home) -> Int {
    File.text("\(home.path)/prompts").split(separator: "\n").count
  }

  /// What deriving the key from the passphrase takes: 256 MiB, and nothing else of ours comes near.
  private static let derivationMemory = 256 << 20

  /// Starts nine, and has somebody answer the prompt.
  private func checkNine(
    _ home: borrowing Home, display: String, answering answer: () throws -> Void
  ) throws {
    let launches = try (0..<9).map { _ in
      try home.start(launch, adding: ["DISPLAY": display], allowing: false)
    }
    try answer()
    for launch in launches { try launch.expect("[value]\n", seconds: 30) }
    let peaks = launches.compactMap { Processes.peakMemory(of: $0.processID) }
    try #require(peaks.count == 9)
    #expect(peaks.filter { $0 >= Self.derivationMemory }.count == 1, "\(peaks)")
    #expect(peaks.filter { $0 < Self.derivationMemory / 4 }.count == 8, "\(peaks)")
    #expect(promptCount(home) == 1)
    for launch in launches {
      launch.closeInput()
      #expect(launch.wait() == 0, "\(launch.errorText)")
    }
  }

  @Test(.enabled(if: Kernel.keepsKeys, "no kernel key cache here"))
  func nineLaunchesMakeOnePromptAndOneDerivation() throws {
    let home = try lockedHome(
      pinentry: scripted(answer: "echo D \(Self.passphrase); echo OK"))
    try checkNine(home, display: ":99") {}
  }

  @Test(
    .enabled(if: Kernel.keepsKeys, "no kernel key cache here"),
    .enabled(if: XDisplay.isInstalled, "needs xvfb, xdotool and pinentry-gtk2"))
  func nineLaunchesMakeOnePromptOfARealPinentry() throws {
    let display = try XDisplay()
    let home = try lockedHome(
      pinentry: "#!/bin/sh\necho start >>\"$HOME/prompts\"\nexec \(XDisplay.pinentry) \"$@\"\n")
    try checkNine(home, display: display.name) {
      try display.answer(home, Self.passphrase)
    }
  }

  @Test(.enabled(if: XDisplay.isInstalled, "needs xvfb, xdotool and pinentry-gtk2"))
  func aCancelledPinentryIsARefusal() throws {
    let display = try XDisplay()
    let home = try lockedHome(pinentry: "#!/bin/sh\nexec \(XDisplay.pinentry) \"$@\"\n")
    let run = try home.start(launch, adding: ["DISPLAY": display.name], allowing: false)
    try display.press(home, "Escape")
    run.closeInput()
    #expect(run.wait() == 77)
    #expect(run.errorText.contains("the passphrase prompt was cancelled"), "\(run.errorText)")
    #expect(run.errorText.contains("hint: mcp-valet unlock"))
  }

  /// Nor must a keyring that does not answer be waited for nine times.
  @Test func aSilentKeyringHoldsNineLaunchesUpOnce() throws {
    let home = try Home()
    let keyring = try KeyringPeer()
    let set = try home.valet(["set", "a"], input: "value", adding: keyring.environment)
    try #require(set.exitCode == 0, "\(set.errorText)")
    try home.lock()
    try keyring.hang()
    let start = ContinuousClock.now
    let launches = try (0..<9).map { _ in
      try home.start(launch, adding: keyring.environment, allowing: false)
    }
    for launch in launches { launch.closeInput() }
    for launch in launches {
      #expect(launch.wait(seconds: 40) == 77)
      #expect(launch.errorText.contains("the OS keyring did not answer"), "\(launch.errorText)")
    }
    #expect(ContinuousClock.now - start < .seconds(6))
  }

  /// What a person answers once must not be asked eight times more.
  @Test func aRefusalHoldsForAllThatWaited() throws {
    let home = try lockedHome(
      pinentry: scripted(answer: "echo 'ERR 83886179 Operation cancelled <Pinentry>'"))
    let launches = try (0..<9).map { _ in
      try home.start(launch, adding: ["DISPLAY": ":99"], allowing: false)
    }
    for launch in launches { launch.closeInput() }
    for launch in launches { #expect(launch.wait(seconds: 30) == 77, "\(launch.errorText)") }
    #expect(promptCount(home) == 1)
  }

  @Test func decodesWhatAPinentryEscapes() throws {
    let home = try Home.withPassphrase("100% of it\u{e9}")
    try home.set("a", "value")
    try home.allow(launch)
    try home.lock()
    try home.write(
      scripted(answer: "echo 'D 100%25 of it%C3%A9'; echo OK"), to: "pinentry", mode: 0o700)
    mkdir("\(home.valetHome)/config", 0o700)
    try home.write("\(home.path)/pinentry\n", to: "valet/config/pinentry")
    let run = try home.valet(launch, adding: ["DISPLAY": ":99"], allowing: false)
    #expect(run.text == "[value]\n", "\(run.errorText)")
  }

  @Test(arguments: [
    ("echo D wrong; echo OK", "wrong passphrase"), ("exit 1", "went away"),
    ("echo D; echo OK", "is empty"), ("head -c 9999 /dev/zero", "too long"),
  ])
  func aBadAnswerIsARefusal(answer: String, words: String) throws {
    let home = try lockedHome(pinentry: scripted(answer: answer))
    let run = try home.valet(launch, adding: ["DISPLAY": ":99"], allowing: false)
    #expect(run.exitCode == 77)
    #expect(run.errorText.contains(words), "\(run.errorText)")
  }

  /// A write to it must end in a message, and not in our end by SIGPIPE.
  @Test func aPinentryThatStopsListeningIsARefusal() throws {
    let home = try lockedHome(pinentry: "#!/bin/sh\nexec <&-\necho OK\nsleep 5\n")
    let run = try home.valet(launch, adding: ["DISPLAY": ":99"], allowing: false)
    #expect(run.exitCode == 77, "\(run.errorText)")
    #expect(
      run.errorText.contains("the passphrase prompt failed: it went away"), "\(run.errorText)")
  }

  @Test func aPinentryStartsWithSignalsAtTheirDefaults() throws {
    let home = try lockedHome(
      pinentry: scripted(
        answer: "grep SigIgn /proc/$$/status >\"$HOME/ignored\"; echo D \(Self.passphrase); echo OK"
      ))
    let unlocked = try home.valet(["unlock", "--passphrase-stdin"], input: Self.passphrase)
    try #require(unlocked.exitCode == 0)
    try home.allow(["run", "--env", "A=valet://a", "--", "true"])
    try home.lock()
    let run = try home.shell(
      "trap '' PIPE HUP; exec \"$VALET\" run --env A=valet://a -- true", adding: ["DISPLAY": ":99"])
    #expect(run.exitCode == 0, "\(run.errorText)")
    // The lower 28 of the mask: 32 and 33 belong to the C library, which ignores them in a child.
    let ignored = File.text("\(home.path)/ignored")
    #expect(ignored.hasPrefix("SigIgn:") && ignored.hasSuffix("0000000\n"), "\(ignored)")
  }

  /// GNOME's pinentry asks over the session bus, whose address hosts do not pass on.
  @Test(arguments: [
    ("unix:path=/tmp/a b,guid=00", "unix:path=/tmp/a%20b"), ("unixexec:path=/bin/true", ""),
  ])
  func aPinentryGetsTheSessionBus(given: String, handedOn: String) throws {
    let home = try lockedHome(
      pinentry: scripted(
        answer: "echo \"$DBUS_SESSION_BUS_ADDRESS\" >\"$HOME/bus\"; echo D x; echo OK"))
    _ = try home.valet(launch, adding: ["DISPLAY": ":99", "DBUS_SESSION_BUS_ADDRESS": given])
    #expect(File.text("\(home.path)/bus") == "\(handedOn)\n")
  }

  /// Whether a person said no or nobody could be asked is not the same.
  @Test(
    .enabled(if: Kernel.keepsKeys, "no kernel key cache here"),
    arguments: [
      ("echo 'ERR 83886194 Not confirmed <Pinentry>'", "not confirmed"),
      ("echo 'ERR 83886179 Operation cancelled <Pinentry>'", "not confirmed"),
      ("echo 'ERR 83886142 Timeout <Pinentry>'", "cannot ask"), ("exit 1", "went away"),
    ])
  func aQuestionThatFailsIsNotANo(answer: String, words: String) throws {
    let home = try Home.withPassphrase(Self.passphrase, unattended: false)
    try home.set("a", "value")
    try home.write(
      scripted("CONFIRM", answer: answer), to: "pinentry", mode: 0o700)
    mkdir("\(home.valetHome)/config", 0o700)
    try home.write("\(home.path)/pinentry\n", to: "valet/config/pinentry")
    let run = try home.valet(["get", "a"], adding: ["DISPLAY": ":99"])
    #expect(run.exitCode == 77)
    #expect(run.errorText.contains(words), "\(run.errorText)")
  }

  @Test func asksNobodyWithoutADisplay() throws {
    let home = try lockedHome(pinentry: scripted(answer: "echo D \(Self.passphrase); echo OK"))
    // A machine whose tests run on its own desktop has a display for everyone.
    let isDesktop = TemporaryFolder.exists("/tmp/.X11-unix/X0")
    let run = try home.valet(launch)
    if !isDesktop, !TemporaryFolder.exists("/tmp/.X11-unix/X0") {
      #expect(run.exitCode == 77)
      #expect(promptCount(home) == 0)
    }
  }
}
