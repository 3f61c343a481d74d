import Testing
import ValetTesting

extension KeyringTests {
  @Suite(.serialized)
  struct PeerTests {
    @Test(arguments: Peer.allCases)
    func conforms(_ peer: Peer) throws {
      try expect(
        peer.run("driver conformance 8 25", environment: ["AUTOSAVE": "false"]), ["conforms"])
    }

    @Test func losesNothingToEightWritersOfAHundred() throws {
      try expect(
        Peer.gnomeKeyring.run("driver --deadline 30000 conformance 8 100", seconds: 120),
        ["conforms"])
    }

    /// What is read back at once may still come from the daemon's memory.
    @Test(arguments: Peer.allCases)
    func keepsEveryByteAcrossARestart(_ peer: Peer) throws {
      let script = """
        driver set kept/text 'plain text'; settle
        driver set kept/letters 3 195 188; settle
        driver set kept/nul 3 97 0 98; settle
        driver set kept/lines 5 10 13 10 9 10; settle
        driver set kept/bytes 4 255 254 192 128; settle
        driver set kept/nonsense 3 239 191 191; settle
        driver set kept/large 1048576 0 255 1 128 10; settle
        driver get keyring://kept/large
        restart password
        for name in text letters nul lines bytes nonsense large; do
          driver get keyring://kept/$name
        done
        """
      let lines = try peer.run(script)
      let stored = Array(repeating: "stored", count: 7)
      #expect(lines.prefix(7) == stored[...])
      let large = lines.dropFirst(7).first ?? ""
      #expect(large.hasPrefix("1048576 bytes"))
      #expect(
        lines.dropFirst(8)
          == [
            "plain text", "hex c3bcc3", "hex 610062", "hex 0a0d0a090a", "hex fffec080",
            "hex efbfbf", large,
          ])
    }

    @Test(arguments: Peer.allCases)
    func tellsLockedFromMissing(_ peer: Peer) throws {
      let script = """
        driver set there value; settle
        driver vault-key write 0a0b 3; settle
        driver get keyring://absent
        driver remove absent
        driver vault-key read 0c0d
        driver persistent
        restart
        driver get keyring://there
        driver get keyring://absent
        driver get 'keyring://?name=there'
        driver list
        driver set there other
        driver set absent other
        driver remove there
        driver remove absent
        driver vault-key read 0a0b
        driver vault-key write 0e0f 1
        driver persistent
        """
      let lines = try peer.run(script)
      #expect(
        lines.prefix(7)
          == [
            "stored", "stored", "missing keyring://absent",
            "error: no secret keyring://absent", "exit 78", "no key", "unlocked true",
          ])
      let locked = ["error: the OS keyring is locked", "exit 77"]
      #expect(
        lines.dropFirst(7)
          == Array(repeating: locked, count: 10).flatMap { $0 }[...] + ["locked false"])
    }

    @Test func tellsAKeyringLockedOverTheBusFromMissing() throws {
      let script = """
        driver set there value
        lock
        driver get keyring://there
        driver get keyring://absent
        """
      let locked = ["error: the OS keyring is locked", "exit 77"]
      try expect(Peer.gnomeKeyring.run(script), ["stored"] + locked + locked)
    }

    /// gnome-keyring leaves out a collection whose file it cannot read.
    @Test func tellsACorruptKeyringFromMissing() throws {
      let script = """
        driver set there value
        stop
        truncate -s 100 "$XDG_DATA_HOME/keyrings/login.keyring"
        start
        driver get keyring://there
        driver list
        driver remove there
        driver persistent
        """
      let absent = ["error: the OS keyring is not available: it has no default collection"]
      let lines = try Peer.gnomeKeyring.run(script)
      #expect(
        lines.dropLast()
          == ["stored"] + Array(repeating: absent + ["exit 69"], count: 3).flatMap { $0 })
      #expect(lines.last?.hasPrefix("absent") == true)
    }

    @Test(arguments: Peer.allCases)
    func isReadByOtherProgramsAndReadsTheirs(_ peer: Peer) throws {
      let script = """
        driver set github/token 'of ours' 'a note'; settle
        secret-tool lookup application mcp-valet name github/token; echo
        printf theirs | secret-tool store --label=one service mail account me@example.org; settle
        printf others | secret-tool store --label=two service mail account you; settle
        driver get 'keyring://?service=mail&account=me%40example.org'
        driver get 'keyring://?service=mail&account=nobody'
        driver get 'keyring://?service=mail'
        driver get 'keyring://?service=mail&account=you' keyring://github/token
        driver list
        """
      try expect(
        peer.run(script),
        [
          "stored", "of ours", "theirs", "missing keyring://?service=mail&account=nobody",
          "error: 2 items match keyring://?service=mail", "exit 78", "others", "of ours",
          "github/token 0 a note dated",
        ])
    }

    @Test func labelsItsItems() throws {
      // Sorted: the service lists its items in no order.
      let script = """
        driver set github/token value
        driver vault-key write 00112233445566 1
        secret-tool search --all --unlock application mcp-valet 2>&1 | sed -n '/^label/p' | sort
        """
      try expect(
        Peer.gnomeKeyring.run(script),
        [
          "stored", "stored", "label = mcp-valet: github/token",
          "label = mcp-valet: key of vault 00112233",
        ])
    }

    @Test(arguments: Peer.allCases)
    func keepsAVaultKeyAndItsGeneration(_ peer: Peer) throws {
      let script = """
        driver vault-key read aa01
        driver vault-key update aa01 2
        driver vault-key write aa01 5; settle
        driver vault-key read aa01
        driver vault-key update aa01 18446744073709551615; settle
        driver vault-key read aa01
        driver vault-key write aa01 9; settle
        driver vault-key write bb02 1
        restart password
        driver vault-key read aa01
        driver list
        driver vault-key delete aa01
        driver vault-key delete aa01
        driver vault-key read aa01
        driver vault-key read bb02
        """
      try expect(
        peer.run(script),
        [
          "no key", "false", "stored", "the key, generation 5", "true",
          "the key, generation 18446744073709551615", "stored", "stored",
          "the key, generation 9", "true", "false", "no key", "the key, generation 1",
        ])
    }

    /// Neither daemons nor buses nor files, however a script ended.
    @Test(arguments: Peer.allCases, ["", "kill -9 $bus", "exit 1", "kill -9 $$"])
    func leavesNothingBehind(_ peer: Peer, end: String) throws {
      let script = """
        bus=$(gdbus call --session --dest org.freedesktop.DBus --object-path / \
          --method org.freedesktop.DBus.GetConnectionUnixProcessID org.freedesktop.DBus |
          sed 's/[^0-9 ]*uint32//; s/[^0-9]//g')
        echo $PEER_FOLDER
        echo $DBUS_SESSION_BUS_ADDRESS
        \(end)
        """
      let lines = try peer.run(script)
      let folder = try #require(lines.first)
      #expect(lines.dropFirst().first?.hasPrefix("unix:path=\(folder)/") == true, "\(lines)")
      let left = """
        ls -d \(folder)
        grep -lsz '^PEER_FOLDER=\(folder)$' /proc/[0-9]*/environ
        """
      try expect(Peer.runAlone(left), ["ls: cannot access '\(folder)': No such file or directory"])
    }

    /// `--collection=session` and an alias that points there: nothing that outlives the session.
    @Test func doesNotTakeTheSessionCollectionForPersistent() throws {
      let script = """
        secrets '' Secret.Service.SetAlias default /org/freedesktop/secrets/collection/session
        driver persistent
        """
      let lines = try Peer.gnomeKeyring.run(script)
      #expect(lines.last?.hasPrefix("absent(") == true)
      #expect(lines.last?.hasSuffix(" false") == true)
    }
  }
}
