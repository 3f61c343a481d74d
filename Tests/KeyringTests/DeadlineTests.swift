import Platform
import Testing
import ValetTesting

extension KeyringTests {
  /// Whoever does not answer costs the deadline and a little more, never the launch.
  @Suite(.serialized)
  struct DeadlineTests {
    /// In the scripts: `timed LIMIT COMMAND…` says so when a command took more than LIMIT ms.
    private static let timed = """
      timed() {
        local limit=$1 start=$(date +%s%N); shift
        "$@"
        local took=$((($(date +%s%N) - start) / 1000000))
        [ $took -le $limit ] || echo "took $took ms"
      }

      """
    private static let busPID = """
      bus_pid() {
        gdbus call --session --dest org.freedesktop.DBus --object-path / \
          --method org.freedesktop.DBus.GetConnectionUnixProcessID org.freedesktop.DBus |
          sed 's/[^0-9 ]*uint32//; s/[^0-9]//g'
      }

      """
    private static let timedOut = ["error: the OS keyring did not answer within 1 s", "exit 69"]

    @Test(arguments: Peer.allCases)
    func doesNotWaitForAServiceThatHangs(_ peer: Peer) throws {
      let script = """
        pid=${KEYRING_PID:-}${KEEPASSXC_PID:-}
        driver set there value
        settle
        kill -STOP $pid
        timed 2000 driver --deadline 1000 get keyring://there
        timed 2000 driver --deadline 1000 list
        timed 2000 driver --deadline 1000 set there other
        timed 2000 driver --deadline 1000 vault-key read 0a
        kill -CONT $pid
        driver get keyring://there
        """
      let lines = try peer.run(Self.timed + script)
      let expected = Array(repeating: Self.timedOut, count: 4).flatMap { $0 }
      // What was asked before the time was up may be done all the same once it wakes up.
      #expect(Array(lines.dropLast()) == ["stored"] + expected)
      #expect(["value", "other"].contains(lines.last ?? ""))
    }

    @Test func doesNotWaitForABusThatHangs() throws {
      let script = """
        pid=$(bus_pid)
        kill -STOP $pid
        timed 2000 driver --deadline 1000 get keyring://there
        kill -CONT $pid
        driver get keyring://there
        """
      try expect(
        Peer.gnomeKeyring.run(Self.timed + Self.busPID + script),
        Self.timedOut + ["missing keyring://there"])
    }

    @Test(arguments: ["full", "accept", "login"])
    func doesNotWaitForASocketThatIsNoBus(_ mode: String) throws {
      let script = """
        python3 $PEERS/silent_bus.py $PEER_FOLDER/bus \(mode) & fake=$!
        await 10 test -S $PEER_FOLDER/bus
        sleep 0.2
        export DBUS_SESSION_BUS_ADDRESS=unix:path=$PEER_FOLDER/bus
        timed 2000 driver --deadline 1000 get keyring://there
        kill $fake
        """
      try expect(Peer.runAlone(Self.timed + script), Self.timedOut)
    }

    @Test func survivesABusThatHangsUpAtOnce() throws {
      let script = """
        python3 $PEERS/silent_bus.py $PEER_FOLDER/bus leave & fake=$!
        await 10 test -S $PEER_FOLDER/bus
        export DBUS_SESSION_BUS_ADDRESS=unix:path=$PEER_FOLDER/bus
        driver --deadline 1000 get keyring://there
        kill $fake
        """
      let lines = try Peer.runAlone(script)
      #expect(lines.count == 2)
      #expect(lines.first?.hasPrefix("error: the OS keyring failed: ") == true, "\(lines)")
      #expect(lines.last == "exit 69")
    }

    /// By default GLib ends a process whose session bus goes away by SIGTERM.
    @Test func survivesABusThatDies() throws {
      let script = """
        pid=$(bus_pid)
        driver set there value
        driver get-each keyring://there pause keyring://there & asking=$!
        sleep 0.5
        kill -9 $pid
        wait $asking
        """
      let lines = try Peer.gnomeKeyring.run(Self.busPID + script)
      #expect(lines.prefix(2) == ["stored", "value"])
      #expect(
        lines.dropFirst(2).first?.hasPrefix("error: the OS keyring failed: ") == true, "\(lines)")
      #expect(lines.dropFirst(3).first == "exit 69")
    }

    @Test func survivesAServiceThatDies() throws {
      let script = """
        kill -STOP $KEYRING_PID
        driver --deadline 5000 get keyring://there & asking=$!
        sleep 0.5
        kill -9 $KEYRING_PID
        wait $asking
        driver get keyring://there
        """
      let lines = try Peer.gnomeKeyring.run(script)
      // Which one depends on the moment of its death.
      #expect(
        [
          "error: the OS keyring failed: the Secret Service went away",
          "error: the OS keyring is not available: no Secret Service answers on the session bus",
        ].contains(lines.first ?? ""))
      #expect(
        Array(lines.dropFirst()) == [
          "exit 69",
          "error: the OS keyring is not available: no Secret Service answers on the session bus",
          "exit 69",
        ])
    }

    @Test func waitsNoLongerThanItsDeadlineForAPerson() throws {
      let script = """
        driver set there value
        restart
        driver --deadline 1000 get keyring://there
        timed 2000 driver --prompt --deadline 1000 get keyring://there
        kill -0 $KEEPASSXC_PID && echo alive
        """
      try expect(
        Peer.keePassXC.run(Self.timed + script),
        ["stored", "error: the OS keyring is locked", "exit 77"] + Self.timedOut + ["alive"])
    }

    /// By default KeePassXC wants a person to agree to every item that is read.
    @Test func takesAnItemThatWantsConsentForLocked() throws {
      let script = """
        driver set there value
        driver get keyring://there
        timed 2000 driver --prompt --deadline 1000 get keyring://there
        """
      try expect(
        Peer.keePassXC.run(Self.timed + script, environment: ["CONFIRM": "true"]),
        ["stored", "error: the OS keyring is locked", "exit 77"] + Self.timedOut)
    }

    /// With a display, gnome-keyring asks, and aborts when its question is dismissed: it has to be
    /// alive behind it, and the question that stays has to work.
    @Test(.enabled(if: access("/usr/bin/Xvfb", X_OK) == 0 && access("/usr/bin/xdotool", X_OK) == 0))
    func leavesGnomeKeyringAliveWhereNobodyAnswers() throws {
      let script = """
        # Not :0, where other tests that run meanwhile would find it.
        Xvfb :$((30000 + RANDOM % 20000)) -displayfd 3 -screen 0 800x600x8 -nolisten tcp \
          3>$PEER_FOLDER/display >/dev/null 2>&1 & server=$!
        await 10 test -s $PEER_FOLDER/display
        export DISPLAY=:$(cat $PEER_FOLDER/display)
        /usr/libexec/gcr-prompter >/dev/null 2>&1 & prompter=$!
        driver set there value
        restart
        driver get keyring://there
        timed 2000 driver --prompt --deadline 1000 get keyring://there
        driver --prompt --deadline 10000 get keyring://there & asking=$!
        sleep 1; xdotool type password; xdotool key Return
        wait $asking
        driver get keyring://there
        kill -0 $KEYRING_PID && echo alive
        kill $prompter $server
        """
      try expect(
        Peer.gnomeKeyring.run(Self.timed + script),
        ["stored", "error: the OS keyring is locked", "exit 77"] + Self.timedOut + [
          "value", "value", "alive",
        ])
    }
  }
}
