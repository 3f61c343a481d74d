package import Secrets

/// A secret that a server was given.
package struct HeldSecret: Hashable, Sendable {
  package let reference: SecretReference
  /// Of the vault; `nil` where a store has no versions.
  package let version: UInt32?

  package init(_ reference: SecretReference, version: UInt32?) {
    self.reference = reference
    self.version = version
  }
}

/// What a relay says of itself and its server. Names and numbers; never a value.
package struct ServerStatus: Equatable, Sendable {
  /// Which revision of the protocol the host speaks.
  package enum Era: UInt8, Sendable, CaseIterable {
    /// The host has said nothing that tells.
    case unknown = 0
    case handshake = 1
    case stateless = 2
  }

  /// How the server may be replaced.
  package enum SwapMode: UInt8, Sendable, CaseIterable {
    case overlap = 0
    case stopFirst = 1
    case never = 2
  }

  /// How many values of one secret were replaced in what the server printed.
  package struct Redaction: Equatable, Sendable {
    /// As it stands in `[redacted NAME]`.
    package let name: String
    package let count: UInt64

    package init(name: String, count: UInt64) {
      self.name = name
      self.count = count
    }
  }

  /// `nil` for `run -- COMMAND`.
  package var serverName: String?
  /// As it was written, without arguments.
  package var command: String
  /// As the relay itself knows it: in a container, of that container.
  package var brokerProcessID: Int32
  /// `nil` while no server runs.
  package var serverProcessID: Int32?
  package var hostProcessID: Int32
  /// Of the process that started the relay; empty where it is not known.
  package var hostName: String
  /// When the relay started, in seconds since 1970-01-01T00:00:00Z.
  package var started: Int64
  package var era = Era.unknown
  package var swapMode = SwapMode.overlap
  package var secrets: [HeldSecret] = []
  package var messagesToServer: UInt64 = 0
  package var messagesToHost: UInt64 = 0
  package var redactions: [Redaction] = []
  /// Anonymous memory of the relay in bytes, without its server.
  package var memoryBytes: UInt64 = 0
  /// How often the server was replaced.
  package var swapCount: UInt32 = 0

  /// - Parameters:
  ///   - serverName: `nil` for `run -- COMMAND`.
  ///   - command: without arguments, which may hold secrets.
  ///   - brokerProcessID: of the relay.
  ///   - hostProcessID: of the process that started it.
  ///   - hostName: as ``ProcessInstance/name(of:)`` finds it.
  ///   - started: in seconds since 1970-01-01T00:00:00Z.
  package init(
    serverName: String?, command: String, brokerProcessID: Int32, hostProcessID: Int32,
    hostName: String, started: Int64
  ) {
    self.serverName = serverName
    self.command = command
    self.brokerProcessID = brokerProcessID
    self.hostProcessID = hostProcessID
    self.hostName = hostName
    self.started = started
  }
}

extension ServerStatus {
  func write(to writer: inout FieldWriter) {
    writer.write(serverName)
    writer.write(command)
    writer.write(brokerProcessID)
    writer.write(serverProcessID)
    writer.write(hostProcessID)
    writer.write(hostName)
    writer.write(started)
    writer.write(era.rawValue)
    writer.write(swapMode.rawValue)
    writer.write(secrets)
    writer.write(messagesToServer)
    writer.write(messagesToHost)
    let written = redactions.prefix(Int(UInt16.max))
    writer.write(UInt16(written.count))
    for redaction in written {
      writer.write(redaction.name)
      writer.write(redaction.count)
    }
    writer.write(memoryBytes)
    writer.write(swapCount)
  }

  init(_ reader: inout FieldReader) throws(ControlError) {
    serverName = try reader.optionalText()
    command = try reader.text()
    brokerProcessID = try reader.integer()
    serverProcessID = try reader.optionalInteger()
    hostProcessID = try reader.integer()
    hostName = try reader.text()
    started = try reader.integer()
    guard let era = Era(rawValue: try reader.integer()),
      let mode = SwapMode(rawValue: try reader.integer())
    else { throw .malformed("an era or a swap mode is unknown") }
    self.era = era
    swapMode = mode
    secrets = try reader.heldSecrets()
    messagesToServer = try reader.integer()
    messagesToHost = try reader.integer()
    for _ in 0..<(try reader.count(ofAtLeast: 10)) {
      redactions.append(Redaction(name: try reader.text(), count: try reader.integer()))
    }
    memoryBytes = try reader.integer()
    swapCount = try reader.integer()
  }
}
