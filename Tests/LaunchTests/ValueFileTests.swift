internal import Platform
internal import Secrets
internal import Testing
internal import ValetTesting

@testable import Launch

/// Values that a server reads from files in memory.
@Suite(.serialized)
struct ValueFileTests {
  private func reference(_ text: String) throws -> SecretReference { try SecretReference(text) }

  private func stage(
    _ places: [MemoryPlace], _ value: String = "value"
  ) throws(LaunchError) -> RuntimeFiles {
    guard let name = try? SecretName("a") else { throw .guardianLost }
    let file = LaunchPlan.ValueFile(reference: .vault(name), fileName: "A")
    return try RuntimeFiles.stage([file], in: places) { _, body in
      Array(value.utf8).withUnsafeBytes { body($0) }
      return true
    }
  }

  @Test func aServerReadsItsValueAtAPathOnlyItsUserCanOpen() throws {
    let scene = try Scene()
    let broker = try scene.broker(
      ["--file", "B=valet://secret"],
      command: [
        "/bin/sh", "-c",
        "(cat \"$0\"; echo; stat -c '%a' \"$B\" \"${B%/*}\"; echo \"$B\") >&2; read x",
        "{{file:valet://secret}}",
      ])
    #expect(broker.errorLine() == scene.canary)
    #expect(broker.errorLine() == "600")
    #expect(broker.errorLine() == "700")
    #expect(broker.errorLine().hasPrefix("\(scene.memory)/mcp-valet/files/\(broker.processID)-"))
    #expect(scene.valueFolders.count == 1)
    broker.closeInput()
    #expect(broker.end() == 1)
    #expect(scene.valueFolders == [])
  }

  @Test(arguments: [SIGKILL, SIGTERM])
  func filesAreGoneWhenTheBrokerIsKilled(signal: Int32) throws {
    let scene = try Scene()
    let broker = try scene.broker(["--file", "B=valet://secret"], probe: ["sleep"])
    #expect(broker.line() == "ready")
    #expect(scene.valueFolders.count == 1)
    broker.send(signal)
    #expect(waits { scene.valueFolders.isEmpty })
  }

  @Test func noFileHasANameBeforeThereIsAGuardianToRemoveIt() throws {
    let scene = try Scene()
    let broker = try scene.broker(["--stop", "--file", "B=valet://secret"], probe: ["sleep"])
    #expect(waits { Processes.isStopped(broker.processID) })
    let folder = try #require(scene.valueFolders.first)
    #expect(TemporaryFolder.names(in: "\(scene.memory)/mcp-valet/files/\(folder)") == [])
    broker.send(SIGKILL)
    #expect(broker.end() == 1000 + SIGKILL)
    // The empty folder goes with the next launch.
    #expect(
      try scene.broker(["--file", "B=valet://secret"], probe: ["exit", "0"]).withoutInput().end()
        == 0)
    #expect(scene.valueFolders == [])
  }

  @Test func aFailedStartLeavesNothing() throws {
    let scene = try Scene()
    try scene.put("script", "no program\n")
    chmod("\(scene.store)/script", 0o700)
    let broker = try scene.broker(
      ["--file", "B=valet://secret"], command: ["\(scene.store)/script"])
    #expect(broker.end() == 126)
    #expect(scene.valueFolders == [])
  }

  @Test func sweepsWhatNobodyHoldsAndNothingElse() throws {
    let scene = try Scene()
    let broker = try scene.broker(["--file", "B=valet://secret"], probe: ["sleep"])
    #expect(broker.line() == "ready")
    let living = try #require(scene.valueFolders.first)
    let files = "\(scene.memory)/mcp-valet/files"
    // The number of a living process does not protect it: nobody holds its lock.
    let stale = "\(files)/\(getpid())-abc"
    mkdir(stale, 0o700)
    close(open("\(stale)/TOKEN", O_WRONLY | O_CREAT | O_CLOEXEC, 0o600))
    symlink(scene.store, "\(files)/1-link")
    RuntimeFiles.sweep([.session(scene.memory)])
    #expect(scene.valueFolders == ["1-link", living].sorted())
    #expect(!File.bytes("\(scene.store)/secret").isEmpty)
    #expect(TemporaryFolder.names(in: "\(files)/\(living)") == ["B"])
    unlink("\(files)/1-link")
  }

  @Test func aNewValueTakesThePlaceOfTheOldInOneStep() throws {
    let scene = try Scene()
    var files = try stage([.session(scene.memory)], "old")
    try files.publish()
    let path = try #require(files.path(of: try reference("valet://a")))
    let before = open(path, O_RDONLY | O_CLOEXEC)
    defer { close(before) }
    let new = Array("new value".utf8)
    try new.withUnsafeBytes { try files.replace(.vault(try SecretName("a")), with: $0) }
    #expect(File.bytes(path) == new)
    var buffer = [UInt8](repeating: 0, count: 16)
    #expect(read(before, &buffer, 16) == 3)
    #expect(TemporaryFolder.names(in: files.folderPath) == ["A"])
    var status = stat()
    stat(path, &status)
    #expect(status.st_mode & 0o777 == 0o600)
  }

  @Test func refusesAFileSystemThatIsNotInMemory() throws {
    let disk = try TemporaryFolder()
    let path = disk.path
    do throws(LaunchError) {
      _ = try stage([.session(path), .shared(path)])
      Issue.record("staged on disk")
    } catch {
      guard case .noMemoryFolder(let reasons) = error else {
        Issue.record("\(error)")
        return
      }
      #expect(reasons.count == 2 && reasons.allSatisfy { $0.contains("not on a tmpfs") })
      #expect(error.exitCode == .storeUnavailable)
    }
  }

  @Test func refusesAFolderThatSomebodyElsePrepared() throws {
    let scene = try Scene()
    let place = MemoryPlace.shared(scene.memory)
    let own = "\(scene.memory)/mcp-valet-\(geteuid())"
    func isRefused(_ clue: String) -> Bool {
      do throws(LaunchError) {
        _ = try stage([place])
        return false
      } catch {
        return error.message.contains(clue)
      }
    }
    symlink(scene.store, own)
    #expect(isRefused("symbolic link"))
    unlink(own)
    mkdir(own, 0o700)
    for mode in [0o755, 0o701] as [mode_t] {
      chmod(own, mode)
      #expect(isRefused("open to other users"))
    }
    chmod(own, 0o770)
    #expect(isRefused("other users can write"))
    chmod(own, 0o700)
    if geteuid() == 0 {
      chown(own, 65_534, 65_534)
      #expect(isRefused("belongs to uid 65534"))
      chown(own, 0, 0)
    }
    mkdir("\(own)/files", 0o700)
    symlink(scene.store, "\(own)/files/x")
    #expect(!isRefused(""))
    rmdir("\(own)/files")
  }

  @Test func takesTheNextPlaceWhereOneWillNotDo() throws {
    let scene = try Scene()
    let files = try stage([.session("/nonexistent"), .session("/proc"), .session(scene.memory)])
    #expect(files.folderPath.hasPrefix(scene.memory))
    #expect(access("/nonexistent", F_OK) != 0)
  }

  @Test func candidatesComeFromTheSessionFirst() {
    #expect(
      MemoryPlace.candidates { $0 == "XDG_RUNTIME_DIR" ? "/run/x" : nil }.first
        == .session("/run/x"))
    #expect(MemoryPlace.candidates { _ in "relative" }.last == .shared("/dev/shm"))
    #expect(!MemoryPlace.candidates { _ in "relative" }.contains(.session("relative")))
  }

  @Test func holdsAMegabyteAndBytesOfAnyKind() throws {
    let scene = try Scene()
    let value = (0..<(1 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    try scene.put("large", value)
    let broker = try scene.broker(
      ["--file", "B=valet://large"], command: ["/bin/sh", "-c", "exec cat \"$B\" >&2"])
    broker.closeInput()
    #expect(broker.errorBytes() == value)
  }
}
