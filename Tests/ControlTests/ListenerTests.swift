internal import Control
internal import Files
internal import Platform
internal import Testing
internal import ValetTesting

@Suite struct ListenerTests {
  private func mode(_ path: String) -> mode_t {
    var status = stat()
    return lstat(path, &status) == 0 ? status.st_mode & 0o7777 : 0
  }

  @Test func closesSocketAndFolderToOthers() throws {
    let room = try Room()
    mkdir(room.run, 0o755)
    let listener = try ControlListener(folderPath: room.run)
    #expect(listener.name == "\(getpid()).sock")
    #expect(mode("\(room.run)/\(listener.name)") == 0o600)
    #expect(mode(room.run) == 0o700)
  }

  @Test func takesItsNameAway() throws {
    let room = try Room()
    do {
      let listener = try ControlListener(folderPath: room.run)
      #expect(room.names == [listener.name])
    }
    #expect(room.names.isEmpty)
  }

  @Test func worksBelowAPathLongerThanAnAddress() throws {
    let room = try Room()
    let deep = room.run + String(repeating: "/a-folder-with-a-long-name", count: 20)
    let listener = try ControlListener(folderPath: deep)
    #expect(TemporaryFolder.names(in: deep) == [listener.name])
  }

  @Test func replacesTheSocketOfADeadProcessOfTheSameNumber() throws {
    let room = try Room()
    let dead = try room.play([])
    dead.end()
    let left = "\(room.run)/\(dead.processID).sock"
    #expect(TemporaryFolder.exists(left))
    let name = "\(getpid()).sock"
    #expect(rename(left, "\(room.run)/\(name)") == 0)
    let listener = try ControlListener(folderPath: room.run)
    #expect(listener.name == name)
  }

  @Test func leavesALiveSocketOfTheSameNumberAlone() throws {
    let room = try Room()
    let first = try ControlListener(folderPath: room.run)
    let second = try ControlListener(folderPath: room.run)
    #expect(first.name == "\(getpid()).sock")
    #expect(second.name == "\(getpid())-1.sock")
  }

  @Test func refusesAFolderThatOthersMayWriteTo() throws {
    let room = try Room()
    mkdir(room.run, 0o700)
    chmod(room.run, 0o777)
    #expect(throws: ControlError.self) { _ = try ControlListener(folderPath: room.run) }
  }

  @Test(.enabled(if: geteuid() == 0, "only root can become somebody else"))
  func turnsOtherUsersAway() throws {
    let room = try Room()
    let relay = try room.play(["valet://a"])
    let socket = "\(room.run)/\(relay.processID).sock"
    chmod(room.path, 0o755)
    chmod(room.run, 0o755)
    chmod(socket, 0o666)
    let script = """
      import socket
      s = socket.socket(socket.AF_UNIX)
      s.connect("\(socket)")
      try:
        s.send(bytes([1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]))
        print("answered" if s.recv(100) else "closed")
      except OSError:
        print("closed")
      """
    func ask(_ prefix: [String]) throws -> String {
      try TestProcess.run(
        prefix + ["/usr/bin/python3", "-c", script], environment: ["PATH": "/usr/bin:/bin"]
      ).output
    }
    #expect(try ask([]) == "answered\n")
    let other = ["/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    #expect(try ask(other) == "closed\n")
  }
}
