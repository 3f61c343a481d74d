package import Files
internal import Platform

/// All relays of the user that have a socket in the runtime folder.
package struct RunningServers {
  /// One relay.
  package struct Server: Sendable {
    package let socketName: String
    /// As the kernel knows it here; 0 in a container that we do not see into.
    package let processID: Int32
    /// `nil` where it did not answer.
    package let status: ServerStatus?
    /// Why there is no status.
    package let problem: ControlError?
  }

  private let folderPath: String

  package init(_ locations: Locations) { folderPath = locations.runtime }

  /// 3 s: a relay answers within a millisecond, one that starts when its values are there.
  package static let statusDeadlines = ControlClient.Deadlines(first: 3_000, next: 3_000)

  /// Asks every relay how it is; sockets of processes that are gone are removed.
  ///
  /// - Throws: ``ControlError``; never for a single relay that fails.
  package func list(
    deadlines: ControlClient.Deadlines = statusDeadlines
  ) throws(ControlError) -> [Server] {
    let clients = try statusClients()
    ControlClient.converse(clients, deadlines: deadlines)
    return clients.compactMap(Self.server)
  }

  /// A conversation with every relay about how it is, for
  /// ``ControlClient/converse(_:deadlines:onAnswer:next:meanwhile:)``; sockets of processes that are
  /// gone are removed.
  package func statusClients() throws(ControlError) -> [ControlClient] {
    guard let folder = try ControlFolder.openIfThere(folderPath) else { return [] }
    sweep(folder)
    let message = try ControlMessage.status()
    return ControlFolder.names(withSuffix: ControlFolder.socketSuffix, in: folder).map {
      client($0, message)
    }
  }

  /// What a conversation of ``statusClients()`` has come to; `nil` where nobody is there.
  package static func server(of client: ControlClient) -> Server? {
    switch client.outcome {
    case .answered(.status(let status)):
      Server(
        socketName: client.socketName, processID: client.processID, status: status, problem: nil)
    case .failed(.gone), .none: nil
    case .answered(let answer): failed(client, problem(of: answer))
    case .failed(let error): failed(client, error)
    case .stopped: failed(client, .closed)
    }
  }

  private static func failed(_ client: ControlClient, _ problem: ControlError) -> Server {
    Server(
      socketName: client.socketName, processID: client.processID, status: nil, problem: problem)
  }

  private static func problem(of answer: ControlAnswer) -> ControlError {
    if case .failed(let failure) = answer { return .malformed(failure.message) }
    return .malformed("another answer than a status")
  }

  /// The names of all sockets, whoever is behind them.
  package func socketNames() throws(ControlError) -> [String] {
    guard let folder = try ControlFolder.openIfThere(folderPath) else { return [] }
    return ControlFolder.names(withSuffix: ControlFolder.socketSuffix, in: folder)
  }

  /// A conversation with one relay, for
  /// ``ControlClient/converse(_:deadlines:onAnswer:next:meanwhile:)``.
  package func client(
    _ socketName: String, _ message: ControlMessage,
    deadlines: ControlClient.Deadlines? = nil
  ) -> ControlClient {
    ControlClient(
      socketName: socketName, folderPath: folderPath, message: message, deadlines: deadlines)
  }

  /// Sends one message to many relays and waits for what they say.
  package func ask(
    _ socketNames: [String], _ message: ControlMessage, deadlines: ControlClient.Deadlines,
    onAnswer: (ControlClient, ControlAnswer?) -> Void = { _, _ in }
  ) throws(ControlError) -> [ControlClient] {
    let clients = socketNames.map {
      ControlClient(socketName: $0, folderPath: folderPath, message: message)
    }
    ControlClient.converse(clients, deadlines: deadlines, onAnswer: onAnswer)
    return clients
  }

  /// A minute: a socket gets its final name within microseconds.
  private static let temporaryLifetime: Int64 = 60

  private func sweep(_ folder: borrowing OwnedFolder) {
    let now = Int64(time(nil))
    for suffix in [ControlFolder.socketSuffix, ControlFolder.temporarySuffix] {
      for name in ControlFolder.names(withSuffix: suffix, in: folder)
      where Self.isAbandoned(name, in: folder, now: now) {
        try? ControlFolder.remove(name, in: folder, wait: .zero) {
          () throws(ControlError) in Self.isAbandoned(name, in: folder, now: now)
        }
      }
    }
  }

  private static func isAbandoned(
    _ name: String, in folder: borrowing OwnedFolder, now: Int64
  ) -> Bool {
    guard let status = UnixSocket.status(of: name, in: folder), status.isSocket else {
      return false
    }
    if name.hasSuffix(ControlFolder.temporarySuffix), now < status.modified + temporaryLifetime {
      return false
    }
    return (try? UnixSocket.hasListener(name, in: folder)) == false
  }
}
