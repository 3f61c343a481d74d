import Secrets
import Testing
import ValetTesting

@testable import Vault

/// A folder as `vault-writer` takes it: a home with a vault behind a key file.
final class Home {
  let temporary: TemporaryFolder
  /// The home's folder; may be a mounted file system.
  let path: String
  let keyFile: String

  /// Mounted at ``path``, where a test wants a file system of its own.
  var disk: TinyFileSystem?

  // Unmounted before the folder around it is removed.
  deinit { disk = nil }

  /// - Parameter name: of the home below a temporary folder.
  init(_ name: String = "home") throws {
    temporary = try TemporaryFolder()
    path = "\(temporary.path)/\(name)"
    keyFile = "\(temporary.path)/key"
    try RawFile.write(Fixture.keyFile, to: keyFile)
  }

  var location: VaultLocation { VaultLocation(data: "\(path)/data", state: "\(path)/state") }
  var files: [String] { TemporaryFolder.names(in: location.data) }

  /// The command line of `vault-writer`.
  func command(_ command: String, _ arguments: String...) -> [String] {
    [ChildProcess.writer, command, path, keyFile] + arguments
  }

  @discardableResult
  func createVault() throws -> VaultStore {
    guard case .created(let store) = try VaultStore.create(location, slots: { try $0.add(.test()) })
    else { throw VaultError.alreadyExists(path: path) }
    return store
  }

  func open() throws -> VaultStore { try Fixture.open(location) }

  /// The present value of `victim`, after a full check of the vault that holds it.
  func checkedVictim() throws -> String? {
    let store = try open()
    _ = try store.verify()
    return try store.get("victim")
  }

  /// Makes sure that what is left can be written to, and that nothing is left behind by that.
  func expectNoLitterAfterNextWrite(_ what: @autoclosure () -> String) throws {
    let store = try open()
    try store.set("next", "value")
    _ = try store.verify()
    let known: Set = ["vault", "vault.bak.1", "vault.bak.2", "vault.bak.3", "vault.lock"]
    #expect(Set(files).isSubset(of: known), "\(what()): \(files)")
    let state = TemporaryFolder.names(in: location.state)
    #expect(state == ["vault-generation"], "\(what()): \(state)")
  }
}
