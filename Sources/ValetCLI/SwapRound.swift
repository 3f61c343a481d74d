internal import Broker
internal import Control
internal import Launch
internal import Refreshing
internal import Secrets
internal import Vault

/// Hands new values to running servers, all at once, and says what became of each.
struct SwapRound {
  let context: Context

  /// Milliseconds. First: a relay that is still resolving values answers when it runs, which takes
  /// as long as its keyring. Next: the slowest way, `"swap": "stop-first"`, waits 30 s for open
  /// requests, 4 s for the old server's end and 60 s for the new one's start; as much again where
  /// another swap is under way.
  private static let deadlines = ControlClient.Deadlines(first: 10_000, next: 200_000)

  /// - Parameters:
  ///   - orders: a server and what it is sent.
  ///   - report: is told each outcome when it is known; servers that turn out to be gone, or not
  ///     to be concerned, are left out.
  func run(
    _ orders: [(server: LiveServer, message: ControlMessage)], report: (ServerOutcome) -> Void
  ) {
    var clients: [ControlClient] = []
    var servers: [LiveServer] = []
    for order in orders {
      guard case .relay(let relay) = order.server.origin else {
        report(ServerOutcome(server: order.server, result: .unsupervised))
        continue
      }
      clients.append(
        RunningServers(context.locations).client(relay.socketName, order.message))
      servers.append(order.server)
    }
    let work = SlowWork("waiting for running servers")
    defer { work.end() }
    ControlClient.converse(clients, deadlines: Self.deadlines) { client, answer in
      guard answer == nil, let index = clients.firstIndex(where: { $0 === client }) else { return }
      if let result = Self.result(of: client) {
        report(ServerOutcome(server: servers[index], result: result))
      }
    }
  }

  private static func result(of client: ControlClient) -> ServerOutcome.Result? {
    switch client.outcome {
    case .answered(.finished(let abandoned, _)): .switched(abandoned: abandoned)
    case .answered(.unchanged): .current
    case .answered(.failed(let failure)): .failed(failure)
    case .answered(.notAffected), .failed(.gone): nil
    case .failed(let error): .unreached(error)
    case .answered, .stopped, .none: .unreached(.closed)
    }
  }
}

extension SwapOrder {
  /// One new value.
  ///
  /// - Parameter connections: what a token is of, for relays that know another connection.
  /// - Throws: `SecretMemoryError`.
  static func one(
    _ secret: HeldSecret, value: borrowing SecretBytes, connections: [ConnectionHandover] = []
  ) throws(SecretMemoryError) -> SwapOrder {
    let memory = try value.withUnsafeBytes { (bytes) throws(SecretMemoryError) in
      try SecretBytes(copying: bytes)
    }
    let place = SecretValues.Place(secret.reference, 0..<memory.count, version: secret.version)
    return SwapOrder(
      secrets: [secret], values: SecretValues(memory: memory, places: [place]),
      issued: ControlClock.issueTime(), connections: connections)
  }

  /// The present values of several secrets; those that no store has are left out.
  ///
  /// - Parameter connections: what the tokens among them are of.
  /// - Throws: `SecretMemoryError`.
  static func present(
    _ references: [SecretReference], in values: HeldValues, connections: [ConnectionHandover]
  ) throws(SecretMemoryError) -> SwapOrder {
    var places: [SecretValues.Place] = []
    var length = 0
    for reference in references {
      _ = values.withValue(of: reference) { bytes in
        places.append(
          .init(
            reference, length..<length + bytes.count, version: values.version(of: reference)))
        length += bytes.count
      }
    }
    var memory = try SecretBytes(count: length)
    memory.withUnsafeMutableBytes { memory in
      for place in places {
        _ = values.withValue(of: place.reference) { bytes in
          UnsafeMutableRawBufferPointer(rebasing: memory[place.range]).copyMemory(from: bytes)
        }
      }
    }
    return SwapOrder(
      secrets: places.map { HeldSecret($0.reference, version: $0.version) },
      values: SecretValues(memory: memory, places: places), issued: ControlClock.issueTime(),
      connections: connections.filter { connection in
        places.contains { $0.reference == connection.reference }
      })
  }
}

extension ConnectionHandover {
  /// - Throws: `SecretMemoryError`.
  convenience init(_ held: HeldConnection) throws(SecretMemoryError) {
    let key = try held.key.withBytes { (bytes) throws(SecretMemoryError) in
      try SecretBytes(copying: bytes)
    }
    self.init(
      .oauth(held.name), connectionID: held.key.connectionID.withBytes { Array($0) }, key: key)
  }
}
