import Connections
import Platform
import Secrets
import Testing
import ValetTesting

/// The vectors of `Tests/Vectors/connections`, which another program made from the tables.
@Suite struct VectorTests {
  static let folder = "Tests/Vectors/connections"
  static let names = TemporaryFolder.names(in: folder).filter { $0.hasSuffix(".txt") }

  @Test func thereAreVectors() { #expect(Self.names.count > 20) }

  @Test(arguments: names) func vector(name: String) throws {
    let lines = try Self.lines(name)
    let bytes = lines.filter { $0.key == "bytes" }.flatMap { Self.bytes(hex: $0.value) }
    let expected = try #require(lines.first { $0.key == "expect" }).value
    do {
      let record = try ConnectionRecord(bytes: bytes)
      #expect(expected == "ok")
      let about = ["about", "expect", "bytes"]
      let described = lines.filter { !about.contains($0.key) }.map { "\($0.key): \($0.value)" }
      #expect(Self.describe(record) == described)
      #expect(try record.bytes() == bytes)
    } catch let error as ConnectionError {
      switch error {
      case .malformed: #expect(expected == "malformed")
      case .unknownField: #expect(expected == "unknown-field")
      case .unsupportedVersion: #expect(expected == "unsupported-version")
      case .tooLarge, .memory: Issue.record("\(error)")
      }
    }
  }

  private static func describe(_ record: ConnectionRecord) -> [String] {
    var lines = ["name: \(record.name)"]
    func add(_ key: String, _ value: String?) {
      if let value { lines.append("\(key): \(value)") }
    }
    func add(_ key: String, _ value: Int64?) { add(key, value.map { "\($0)" }) }
    add("server", record.server)
    add("resource", record.resource)
    add("issuer", record.issuer.isEmpty ? nil : record.issuer)
    add("authorization", record.endpoints.authorization)
    add("token", record.endpoints.token)
    add("revocation", record.endpoints.revocation)
    add("registration-endpoint", record.endpoints.registration)
    add("device", record.endpoints.device)
    add("requested", joined(record.requestedScopes))
    add("granted", joined(record.grantedScopes))
    add("grant", "\(record.grant.rawValue)")
    add("access-token", record.accessToken?.text)
    add("token-type", record.tokenType)
    add("refresh-token", record.refreshToken?.text)
    add("obtained", record.obtained)
    add("expires", record.expires)
    add("refresh-expires", record.refreshExpires)
    add("options", "\(record.options.rawValue)")
    add("parameters", joined(record.parameters.map { "\($0.name)=\($0.value)" }))
    add("preset", record.preset.map(describe))
    add("logged-in", record.loggedIn)
    add("last-refresh", record.lastRefresh)
    add("last-failure", record.lastFailure.map { "\($0.time) \($0.code) \($0.message)" })
    add("ended", record.hasEnded ? "yes" : nil)
    for registration in record.registrations { add("registration", describe(registration)) }
    for field in record.unknown {
      let payload = field.payload.withUnsafeBytes { $0.map { hex($0) }.joined() }
      add("unknown", "\(field.type) \(payload)")
    }
    return lines
  }

  private static func joined(_ texts: [String]) -> String? {
    texts.isEmpty ? nil : texts.joined(separator: " ")
  }

  private static func describe(_ preset: PresetRules) -> String {
    [
      preset.row, preset.scopeParameter ?? "-", preset.scopeSeparator ?? "-",
      preset.tokenPath ?? "-", preset.defaultLifetime.map { "\($0)" } ?? "-",
      preset.revocationStyle.map { "\($0.rawValue)" } ?? "-",
    ].joined(separator: " ")
  }

  private static func describe(_ registration: ClientRegistration) -> String {
    let parts =
      [registration.issuer, registration.clientID, registration.clientSecret?.text ?? "-"]
      + ["\(registration.origin.rawValue)", "\(registration.authentication.rawValue)"]
      + registration.redirectURIs + [registration.secretExpires.map { "\($0)" } ?? "-"]
    return parts.joined(separator: " ")
  }

  private static func lines(_ name: String) throws -> [(key: String, value: String)] {
    try text(of: "\(folder)/\(name)").split(separator: "\n").map { line in
      let parts = line.split(
        separator: ": ", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2 || line == "bytes: " else { throw Unexpected() }
      return (String(parts[0]), parts.count == 2 ? String(parts[1]) : "")
    }
  }

  private static func bytes(hex: String) -> [UInt8] {
    let digits = Array(hex)
    return stride(from: 0, to: digits.count, by: 2).compactMap {
      UInt8(String(digits[$0...$0 + 1]), radix: 16)
    }
  }

  private static func hex(_ byte: UInt8) -> String {
    let text = String(byte, radix: 16)
    return byte < 16 ? "0\(text)" : text
  }

  private static func text(of path: String) throws -> String {
    guard let file = fopen(path, "re") else { throw Unexpected() }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 1 << 20)
    let count = fread(&bytes, 1, bytes.count, file)
    return String(decoding: bytes[..<count], as: UTF8.self)
  }
}
