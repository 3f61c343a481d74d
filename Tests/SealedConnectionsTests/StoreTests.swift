import Connections
import Files
import Platform
import Secrets
import Testing
import ValetTesting
import Vault

@testable import SealedConnections

@Suite struct StoreTests {
  @Test func givesBackWhatWasWritten() throws {
    var record = ConnectionRecord(name: "work")
    record.refreshToken = try secret("refresh-1")
    let fixture = try StoreFixture(record)
    let first = try fixture.store.read(fixture.key)
    #expect(first.record.refreshToken?.text == "refresh-1")
    #expect(first.generation == 1)
    let token = try secret("refresh-2")
    let written = try fixture.store.update(fixture.key) { $0.refreshToken = token }
    let second = try fixture.store.read(fixture.key)
    #expect(second.record.refreshToken?.text == "refresh-2")
    #expect(second.generation == 2)
    #expect(written.writeID == second.writeID && first.writeID != second.writeID)
    #expect(fixture.store.writeID(of: fixture.key.connectionID) == second.writeID)
    #expect(try fixture.store.connectionIDs() == [fixture.key.connectionID])
  }

  @Test func isReadableByNobodyElse() throws {
    let fixture = try StoreFixture()
    var status = stat()
    #expect(lstat(fixture.file, &status) == 0 && status.st_mode & 0o777 == 0o600)
    #expect(lstat(fixture.store.path, &status) == 0 && status.st_mode & 0o777 == 0o700)
    chmod(fixture.file, 0o640)
    guard case .file(.tooOpen) = refusal({ _ = try fixture.store.read(fixture.key) }) else {
      Issue.record("a file that others can read is accepted")
      return
    }
  }

  @Test func holdsNoTokenInTheOpen() throws {
    var record = ConnectionRecord(name: "work")
    record.refreshToken = try secret("refresh-token-of-the-test")
    let fixture = try StoreFixture(record)
    let bytes = try TemporaryFolder.read(fixture.file)
    #expect(!String(decoding: bytes, as: UTF8.self).contains("refresh-token-of-the-test"))
    #expect(!String(decoding: bytes, as: UTF8.self).contains("work"))
  }

  @Test func doesNotOpenWithAnotherKey() throws {
    let fixture = try StoreFixture()
    let other = try connectionKey(
      id: fixture.key.connectionID, [UInt8](repeating: 1, count: 32))
    guard case .tampered = refusal({ _ = try fixture.store.read(other) }) else {
      Issue.record("it opens with another key")
      return
    }
  }

  /// Where the vault says that there is a connection, and where it says nothing.
  @Test func saysThatAFileIsGone() throws {
    let fixture = try StoreFixture()
    #expect(try fixture.store.remove(fixture.key.connectionID))
    #expect(try !fixture.store.remove(fixture.key.connectionID))
    #expect(fixture.names().isEmpty)
    for body: () throws -> Void in [
      { _ = try fixture.store.read(fixture.key) },
      { _ = try fixture.store.update(fixture.key) { _ in } },
    ] {
      guard case .missing(fixture.file) = refusal(body) else {
        Issue.record("a file that is gone is not called so")
        return
      }
    }
    let empty = try TemporaryFolder()
    let path = empty.path
    let none = ConnectionStore(try Locations { $0 == "MCP_VALET_HOME" ? path : nil })
    #expect(try none.connectionIDs().isEmpty)
    #expect(try !none.remove(fixture.key.connectionID))
    guard case .missing = refusal({ _ = try none.read(fixture.key) }) else {
      Issue.record("a store that is not there yet has no connection")
      return
    }
  }

  @Test func makesNoConnectionTwice() throws {
    let fixture = try StoreFixture()
    let again = refusal {
      try fixture.store.create(ConnectionRecord(name: "other"), fixture.key)
    }
    guard case .alreadyExists = again else {
      Issue.record("a connection is overwritten")
      return
    }
    #expect(try fixture.store.read(fixture.key).record.name == "work")
  }

  @Test func oneAtATimeHasTheLock() throws {
    let fixture = try StoreFixture()
    let lock = try fixture.store.lock(fixture.key.connectionID)
    #expect(try fixture.store.lockIfFree(fixture.key.connectionID) == nil)
    let late = refusal {
      _ = try fixture.store.update(fixture.key, wait: .milliseconds(30)) { _ in }
    }
    guard case .file(.lockTimedOut) = late else {
      Issue.record("two writers at once")
      return
    }
    lock.release()
    #expect(try fixture.store.lockIfFree(fixture.key.connectionID) != nil)
  }

  @Test func whatAKilledWriterLeftIsInNobodysWay() throws {
    let fixture = try StoreFixture()
    try TemporaryFolder.write(Array("half a file".utf8), to: "\(fixture.file).new")
    try fixture.store.update(fixture.key) { $0.tokenType = "Bearer" }
    #expect(try fixture.store.read(fixture.key).record.tokenType == "Bearer")
    #expect(!fixture.names().contains { $0.hasSuffix(".new") })
  }

  @Test func aPreparedFileThatIsNotUsedGoesAway() throws {
    let fixture = try StoreFixture()
    let lock = try fixture.store.lock(fixture.key.connectionID)
    do {
      let file = try fixture.store.prepare(fixture.key, under: lock)
      #expect(fixture.names().contains { $0.hasSuffix(".new") })
      _ = consume file
    }
    #expect(!fixture.names().contains { $0.hasSuffix(".new") })
    let present = try fixture.store.read(fixture.key)
    var record = present.record
    record.tokenType = "Bearer"
    let file = try fixture.store.prepare(fixture.key, under: lock)
    let written = try file.replace(with: record, generation: present.generation + 1)
    #expect(written.generation == 2)
    #expect(try fixture.store.read(fixture.key).record.tokenType == "Bearer")
    lock.release()
  }

  @Test func manyWritersLoseNothing() async throws {
    let fixture = try StoreFixture()
    let (store, key) = (fixture.store, fixture.key)
    await withTaskGroup { group in
      for number in 0..<4 {
        group.addTask {
          for turn in 0..<8 {
            _ = try? store.update(key) { $0.requestedScopes.append("\(number)-\(turn)") }
          }
        }
      }
    }
    let record = try fixture.store.read(fixture.key).record
    #expect(Set(record.requestedScopes).count == 32)
    #expect(try fixture.store.read(fixture.key).generation == 33)
  }
}
