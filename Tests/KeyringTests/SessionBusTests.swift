import Platform
import Testing
import ValetTesting

extension KeyringTests {
  @Suite(.serialized)
  struct SessionBusTests {
    private static func unavailable(_ reason: String) -> [String] {
      ["error: the OS keyring is not available: \(reason)", "exit 69"]
    }

    @Test func saysThatThereIsNoBus() throws {
      try expect(
        Peer.runAlone("driver get keyring://a"), Self.unavailable("there is no session bus"))
      try expect(
        Peer.runAlone(
          "export DBUS_SESSION_BUS_ADDRESS=unix:path=/nowhere/bus; driver get keyring://a"),
        Self.unavailable("cannot reach the session bus: No such file or directory"))
    }

    @Test func saysThatThereIsNoService() throws {
      let script = """
        dbus-run-session --config-file=$PEERS/bus.conf -- "\(Peer.driver)" get keyring://a \
          2>/dev/null; echo exit $?
        """
      try expect(
        Peer.runAlone(script), Self.unavailable("no Secret Service answers on the session bus"))
    }

    @Test(arguments: [
      "tcp:host=127.0.0.1,port=9", "nonce-tcp:host=127.0.0.1,port=9,noncefile=/dev/null",
      "unixexec:path=/bin/touch,argv1=$PEER_FOLDER/touched", "autolaunch:", "launchd:env=X",
      "unix:path=/nowhere;tcp:host=127.0.0.1,port=9", "tcp:host=127.0.0.1,port=9;unix:path=/a",
      "systemd:", "UNIX:path=/nowhere",
    ])
    func opensNoNetworkSocketAndStartsNothing(_ address: String) throws {
      let script = """
        export DBUS_SESSION_BUS_ADDRESS="\(address)"
        strace -f -qq -o $PEER_FOLDER/trace -e trace=socket,connect,execve,clone,fork,vfork \
          "\(Peer.driver)" get keyring://a; echo exit $?
        grep -cE 'AF_INET|connect\\(' $PEER_FOLDER/trace
        grep -c execve $PEER_FOLDER/trace
        test -e $PEER_FOLDER/touched && echo touched
        """
      try expect(
        Peer.runAlone(script),
        Self.unavailable(
          "DBUS_SESSION_BUS_ADDRESS holds an address that is not a unix: socket")
          + ["0", "1"])
    }

    @Test func opensNoNetworkSocketOnAGoodBus() throws {
      let script = """
        driver set a value
        strace -f -qq -o $PEER_FOLDER/trace -e trace=socket,execve "\(Peer.driver)" get keyring://a
        grep -v AF_UNIX $PEER_FOLDER/trace | grep -c 'socket('
        grep -c execve $PEER_FOLDER/trace
        """
      try expect(Peer.gnomeKeyring.run(script), ["stored", "value", "0", "1"])
    }

    @Test(.enabled(if: getuid() == 0))
    func refusesAnotherUsersBus() throws {
      let script = """
        chmod 755 $PEER_FOLDER; mkdir -m 777 $PEER_FOLDER/open
        cp "\(Peer.driver)" $PEER_FOLDER/open/driver; chmod 755 $PEER_FOLDER/open/driver
        # The other users may not reach what is first in our PATH.
        PATH=/usr/local/bin:/usr/bin:/bin
        as() { setpriv --reuid $1 --regid $1 --clear-groups "${@:2}"; }
        as 65533 python3 $PEERS/silent_bus.py $PEER_FOLDER/open/bus accept & fake=$!
        await 10 test -S $PEER_FOLDER/open/bus
        export DBUS_SESSION_BUS_ADDRESS=unix:path=$PEER_FOLDER/open/bus
        as 65534 $PEER_FOLDER/open/driver --deadline 1000 get keyring://a; echo exit $?
        kill $fake
        """
      try expect(Peer.runAlone(script), Self.unavailable("the session bus belongs to uid 65533"))
    }

    @Test func findsTheBusWithoutItsAddress() throws {
      let script = """
        dbus-daemon --config-file=$PEERS/bus.conf --address=unix:path=$XDG_RUNTIME_DIR/bus \
          --nofork 2>/dev/null & daemon=$!
        await 10 test -S $XDG_RUNTIME_DIR/bus
        driver get keyring://a
        chmod 755 $XDG_RUNTIME_DIR
        driver get keyring://a | sed "s#$XDG_RUNTIME_DIR#RUN#"
        kill $daemon
        """
      try expect(
        Peer.runAlone(script),
        Self.unavailable("no Secret Service answers on the session bus")
          + [
            "error: the OS keyring is not available: RUN does not belong to you alone", "exit 69",
          ])
    }

    /// As hosts start servers: with next to no environment.
    @Test(.enabled(if: getuid() == 0))
    func findsTheBusInTheFolderOfTheUser() throws {
      let script = """
        cat > $PEER_FOLDER/inside.sh <<'INSIDE'
        mount -t tmpfs none /run && mkdir -p /run/user && mkdir -m 700 /run/user/0
        dbus-daemon --config-file=$PEERS/bus.conf --address=unix:path=/run/user/0/bus \
          --nofork 2>/dev/null & daemon=$!
        await 10 test -S /run/user/0/bus
        env -i HOME=/root LOGNAME=root PATH=/bin SHELL=/bin/sh TERM=dumb USER=root \
          "\(Peer.driver)" get keyring://a
        kill $daemon
        INSIDE
        unshare -m bash $PEER_FOLDER/inside.sh
        """
      try expect(
        Peer.runAlone(script), [Self.unavailable("no Secret Service answers on the session bus")[0]]
      )
    }

    @Test func scrubsItsEnvironment() throws {
      let script = """
        export SECRET_BACKEND=file SECRET_FILE_TEST_PATH=$PEER_FOLDER/other GIO_EXTRA_MODULES=/x
        export G_DEBUG=fatal-warnings G_MESSAGES_DEBUG=all G_DBUS_DEBUG=all GOPATH=/go
        driver environment
        driver set a value
        test -e $PEER_FOLDER/other && echo other
        """
      try expect(
        Peer.gnomeKeyring.run(script),
        [
          "SECRET_BACKEND unset", "GIO_EXTRA_MODULES unset", "G_DEBUG unset",
          "G_MESSAGES_DEBUG unset", "GOPATH /go", "stored",
        ])
    }

    @Test func loadsNothingUnlessAsked() throws {
      let script = """
        readelf -d "\(Peer.driver)" | grep NEEDED | grep -cE 'libsecret|libglib|libgio|libgobject'
        strace -f -qq -e trace=openat -o $PEER_FOLDER/trace "\(Peer.driver)" nothing
        grep -cE 'libsecret|libglib' $PEER_FOLDER/trace
        """
      try expect(Peer.runAlone(script), ["0", "unknown operation", "0"])
    }

    /// Eight processes at once, each with names of its own and one that all of them write.
    @Test func losesNothingToEightProcesses() throws {
      let script = """
        for writer in 1 2 3 4 5 6 7 8; do
          (
            for number in 1 2 3 4 5 6; do
              driver --deadline 20000 set writer-$writer/$number $writer
              driver --deadline 20000 set shared $writer
            done
          ) | grep -v stored &
          writers="$writers $!"
        done
        wait $writers
        driver list | wc -l
        driver get keyring://shared | grep -c '^[1-8]$'
        """
      try expect(Peer.gnomeKeyring.run(script), ["49", "1"])
    }
  }
}
