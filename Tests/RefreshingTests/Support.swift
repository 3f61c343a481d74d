import Connections
import Files
import NetClient
import Platform
import Refreshing
import SealedConnections
import Secrets
import ValetTesting
import Vault

func secret(_ text: String) throws -> SharedSecret {
  var text = text
  return try text.withUTF8 { try SharedSecret(copying: UnsafeRawBufferPointer($0)) }
}

extension SharedSecret {
  var text: String { withUnsafeBytes { String(decoding: $0, as: UTF8.self) } }
}

/// A connection whose authorization server is a folder (`Tests/Drivers/net-driver`).
struct ServerFixture: ~Copyable {
  private let folder: TemporaryFolder
  let store: ConnectionStore
  let key: ConnectionKey
  let name: ConnectionName
  let server: String
  private let home: String

  static let net = OwnProgram.candidates("net-driver").first ?? ""
  static let driver = OwnProgram.candidates("refresh-driver").first ?? ""

  /// - Parameters:
  ///   - age: seconds since the token was got.
  ///   - life: seconds that it lives in all.
  init(
    age: Int64 = 3599, life: Int64 = 3600,
    change: (inout ConnectionRecord) throws -> Void = { _ in }
  ) throws {
    let folder = try TemporaryFolder()
    let (store, key, name) = try Self.make(folder.path, age: age, life: life, change)
    home = folder.path
    server = "\(folder.path)/server"
    (self.store, self.key, self.name) = (store, key, name)
    self.folder = folder
  }

  private static func make(
    _ home: String, age: Int64, life: Int64, _ change: (inout ConnectionRecord) throws -> Void
  ) throws -> (ConnectionStore, ConnectionKey, ConnectionName) {
    mkdir("\(home)/server", 0o700)
    let store = ConnectionStore(try Locations { $0 == "MCP_VALET_HOME" ? home : nil })
    let key = try ConnectionKey.random()
    var record = ConnectionRecord(name: "work")
    record.issuer = "https://as.example.com"
    record.endpoints.token = "\(home)/server"
    record.set(
      ClientRegistration(
        issuer: record.issuer, clientID: "client", origin: .dynamic, authentication: .none))
    record.accessToken = try secret("access-0")
    record.refreshToken = try secret("refresh-0")
    let now = Int64(time(nil))
    record.loggedIn = now - 86_400
    record.obtained = now - age
    record.expires = now - age + life
    try change(&record)
    try store.create(record, key)
    try TemporaryFolder.write(Array("refresh-0".utf8), to: "\(home)/server/current")
    return (store, key, try ConnectionName("work"))
  }

  /// Puts another file in the connection's place without its lock, as somebody would who copies
  /// files.
  func exchange(for record: ConnectionRecord) throws {
    let home = "\(home)/aside"
    let store = ConnectionStore(try Locations { $0 == "MCP_VALET_HOME" ? home : nil })
    try store.create(record, key)
    rename(store.path(of: key.connectionID), self.store.path(of: key.connectionID))
  }

  func set(_ name: String, _ text: String) throws {
    try TemporaryFolder.write(Array(text.utf8), to: "\(server)/\(name)")
  }

  /// The refresh tokens that the server was sent, in order.
  var requests: [String] {
    let bytes = (try? TemporaryFolder.read("\(server)/requests")) ?? []
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  var surroundings: [String] {
    let bytes = (try? TemporaryFolder.read("\(server)/surroundings")) ?? []
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  func record() throws -> ConnectionRecord { try store.read(key).record }

  func options() -> RefreshOptions {
    var options = RefreshOptions()
    options.program = NetExecutable(Self.net)
    options.answerWait = .seconds(5)
    return options
  }

  /// A refresh in this process, to its end.
  func refresh(
    _ change: (inout RefreshOptions) -> Void = { _ in }
  ) throws -> (outcome: TokenRefresh.Outcome, hasRefreshed: Bool) {
    var options = options()
    change(&options)
    let refresh = TokenRefresh(name, key, try store.read(key), in: store, options: options)
    let outcomes = TokenRefresh.finish([refresh])
    return (outcomes[0], refresh.hasRefreshed)
  }

  /// The command line of a refresh in another process.
  func command(_ words: [String] = []) -> [String] {
    let hex = key.withBytes { bytes in
      bytes.map { (0x100 + Int($0)) }.map { String(String($0, radix: 16).dropFirst()) }.joined()
    }
    return [Self.driver, home, key.connectionID.description, hex, Self.net] + words
  }
}

extension TokenRefresh.Outcome {
  /// The token; `nil` for a failure.
  var token: String? {
    switch self {
    case .fresh(let stored), .usable(let stored, _): stored.record.accessToken?.text
    case .failed: nil
    }
  }

  var error: RefreshError? {
    switch self {
    case .fresh: nil
    case .usable(_, let error), .failed(let error): error
    }
  }

  var isFresh: Bool { if case .fresh = self { true } else { false } }
}
