import Files
import Platform
import Secrets
import Synchronization
import Testing
import ValetTesting

@testable import Vault

@Suite struct ConcurrencyTests {
  @Test func eightProcessesLoseNothing() throws {
    let home = try Home()
    try home.createVault()
    let children = try (1...8).map {
      try ChildProcess(home.command("many", "writer-\($0)", "100"))
    }
    for child in children {
      let outcome = try child.wait()
      #expect(outcome.status == 0, "\(outcome.output)")
    }
    let store = try home.open()
    #expect(try store.verify().secretCount == 800)
    #expect(store.header.generation == 801)
    #expect(store.warnings.isEmpty)
    for writer in 1...8 {
      for number in [1, 50, 100] {
        #expect(try store.get("writer-\(writer)/\(number)") == "\(number)")
      }
    }
    try home.expectNoLitterAfterNextWrite("after eight writers")
  }

  @Test func oneOfTwoCreatesAndTheOtherFinds() throws {
    for _ in 1...10 {
      let home = try Home()
      let children = try (1...4).map { _ in try ChildProcess(home.command("create")) }
      for child in children { #expect(try child.wait().status == 0) }
      let store = try home.open()
      #expect(store.header.generation == 1)
      #expect(home.files == ["vault", "vault.lock"])
    }
  }

  @Test func creatingFindsWhatIsThere() throws {
    let fixture = try Fixture([("s", "1")])
    let bytes = try RawFile.read(fixture.vaultPath)
    let creation = try VaultStore.create(fixture.location) { _ in
      Issue.record("slots are asked for although there is a vault")
    }
    guard case .found(let sealed) = creation else {
      Issue.record("a second vault was made")
      return
    }
    #expect(sealed.header == (try VaultStore.peek(fixture.location).header))
    #expect(try RawFile.read(fixture.vaultPath) == bytes)
  }

  @Test func aFailedCreationLeavesNoVault() throws {
    struct Refused: Error {}
    let fixture = try Fixture()
    #expect(throws: Refused.self) { try fixture.create { _ in throw Refused() } }
    #expect(throws: VaultError.lastSlot) { try fixture.create { _ in } }
    #expect(fixture.files == ["vault.lock"])
    try fixture.create()
    #expect(try fixture.verify().secretCount == 0)
  }

  @Test func aWriterGivesUpWhenTheLockIsKept() throws {
    let fixture = try Fixture([("s", "1")])
    let folder = try OwnedFolder.open(fixture.location.data, create: false)
    let lock = try FileLock.acquire("vault.lock", in: folder)
    let store = try fixture.open(options: VaultOptions(lockWait: .milliseconds(50)))
    let error = vaultError { try store.set("s", "2") }
    #expect(error?.exitCode == .tryAgain)
    // Readers need no lock.
    #expect(try fixture.open().get("s") == "1")
    lock.release()
    try store.set("s", "2")
  }

  /// A look at the vault and one at the record of what was seen are two, and a writer comes between.
  @Test func aReaderBesideAWriterSeesNoRollback() throws {
    let home = try Home()
    try home.createVault()
    let writer = try ChildProcess(home.command("many", "other", "200"))
    let end = ContinuousClock.now + .seconds(60)
    while try VaultStore.peek(home.location).header.generation < 201, .now < end {
      #expect(try VaultStore.rollback(home.location) == nil)
      #expect(try home.open().warnings.isEmpty)
    }
    #expect(try writer.wait().status == 0)
  }

  @Test func aReaderBesideAWriterSeesWholeGenerations() throws {
    let home = try Home()
    try home.createVault().set("victim", "start")
    let writer = try ChildProcess(home.command("many", "other", "100"))
    let store = try home.open()
    for _ in 1...200 {
      #expect(try store.get("victim") == "start")
      #expect(try home.checkedVictim() == "start")
    }
    #expect(try writer.wait().status == 0)
    #expect(try store.list().count == 101)
  }
}
