import Connections
import Files
import Platform
import SealedConnections
import Secrets
import ValetTesting
import Vault

/// A secret that a test may write down.
func secret(_ text: String) throws -> SharedSecret {
  var text = text
  return try text.withUTF8 { try SharedSecret(copying: UnsafeRawBufferPointer($0)) }
}

extension SharedSecret {
  var text: String { withUnsafeBytes { String(decoding: $0, as: UTF8.self) } }
}

/// A store in a folder of its own, with one connection.
struct StoreFixture: ~Copyable {
  let folder: TemporaryFolder
  let store: ConnectionStore
  let key: ConnectionKey

  init(_ record: ConnectionRecord = ConnectionRecord(name: "work")) throws {
    let folder = try TemporaryFolder()
    let (store, key) = try Self.make(record, home: folder.path)
    self.folder = folder
    self.store = store
    self.key = key
  }

  private static func make(
    _ record: ConnectionRecord, home: String
  ) throws -> (ConnectionStore, ConnectionKey) {
    let store = ConnectionStore(try Locations { $0 == "MCP_VALET_HOME" ? home : nil })
    let key = try ConnectionKey.random()
    try store.create(record, key)
    return (store, key)
  }

  var file: String { store.path(of: key.connectionID) }

  func names() -> [String] { TemporaryFolder.names(in: store.path).sorted() }
}

func connectionKey(id: RandomID, _ bytes: [UInt8]) throws -> ConnectionKey {
  try bytes.withUnsafeBytes { try ConnectionKey(id, copying: $0) }
}

/// The error of a store's operation; `nil` when there was none.
func refusal(_ body: () throws -> Void) -> ConnectionStoreError? {
  do {
    try body()
    return nil
  } catch {
    return error as? ConnectionStoreError
  }
}
