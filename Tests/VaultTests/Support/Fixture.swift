import Files
import Platform
import Secrets
import ValetTesting

@testable import Vault

/// A vault behind a key file in a folder of its own.
final class Fixture {
  let folder: TemporaryFolder
  let location: VaultLocation
  /// The 32 bytes of the key file that opens it; no secret here.
  static let keyFile = Array(UInt8(1)...32)

  init() throws {
    folder = try TemporaryFolder()
    location = VaultLocation(data: "\(folder.path)/data", state: "\(folder.path)/state")
  }

  /// A fixture with a vault that holds `secrets`.
  convenience init(_ secrets: [(String, String)]) throws {
    try self.init()
    let store = try create()
    for (name, value) in secrets { try store.set(name, value) }
  }

  var vaultPath: String { location.vaultPath }

  @discardableResult
  func create(
    options: VaultOptions = VaultOptions(),
    slots: (SlotEditor) throws -> Void = { try $0.add(.test()) }
  ) throws -> VaultStore {
    guard case .created(let store) = try VaultStore.create(location, options: options, slots: slots)
    else { throw VaultError.alreadyExists(path: vaultPath) }
    return store
  }

  func open(options: VaultOptions = VaultOptions()) throws -> VaultStore {
    try Self.open(location, options: options)
  }

  static func open(
    _ location: VaultLocation, options: VaultOptions = VaultOptions()
  ) throws -> VaultStore {
    let key = try VaultStore.peek(location).unlock(with: .test())
    return try VaultStore.open(location, key: key, options: options)
  }

  func key() throws -> VaultKey { try VaultStore.peek(location).unlock(with: .test()) }

  /// Names in the data folder.
  var files: [String] { TemporaryFolder.names(in: location.data) }

  /// Opens the vault and checks all of it, as a command would.
  func verify() throws -> VerificationReport { try open().verify() }
}

extension SlotSecret {
  /// The key file of ``Fixture``, or 32 other bytes.
  static func test(_ bytes: [UInt8] = Fixture.keyFile) throws -> SlotSecret {
    .keyFile(try SecretBytes(bytes))
  }
}

extension SecretBytes {
  /// Test values are no secrets: they may be arrays and texts.
  init(_ bytes: [UInt8]) throws {
    try self.init(count: bytes.count)
    withUnsafeMutableBytes { $0.copyBytes(from: bytes) }
  }

  init(_ text: String) throws { try self.init(Array(text.utf8)) }

  borrowing func array() -> [UInt8] { withUnsafeBytes { Array($0) } }
}

extension VaultKey {
  /// A key as a cache hands it out.
  init(cached bytes: [UInt8]) throws {
    self = try SecretBytes(bytes).withUnsafeBytes { (bytes) throws(VaultError) in
      try VaultKey(copying: bytes)
    }
  }
}

extension VaultStore {
  func set(
    _ name: String, _ value: String, note: String? = nil, expires: Int64? = nil
  ) throws {
    try write(
      try SecretName(name), value: try SecretBytes(value),
      details: SecretDetails(note: note, expires: expires))
  }

  /// The present value, by the way a launch takes; `nil` when there is none.
  func get(_ name: String) throws -> String? {
    let reference = SecretReference.vault(try SecretName(name))
    return try read([reference]).withValue(of: reference) { String(decoding: $0, as: UTF8.self) }
  }
}

/// What a body throws, as a vault's error; `nil` when it throws nothing or something else.
func vaultError(_ body: () throws -> Void) -> VaultError? {
  do {
    try body()
    return nil
  } catch {
    return error as? VaultError
  }
}
