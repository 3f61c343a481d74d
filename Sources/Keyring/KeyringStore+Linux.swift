#if os(Linux)
  internal import Platform
  package import Secrets
  private import Synchronization

  /// Secrets as items of the desktop's Secret Service (gnome-keyring, KeePassXC, KWallet …).
  ///
  /// libsecret is loaded with the first operation, not before; that also removes `SECRET_*`, `GIO_*`
  /// and `G_*` from the environment of this process, so copy `environ` first for a server that is to
  /// have it whole. GLib starts threads that stay: fork only to exec.
  ///
  /// Every operation has one deadline for all that it does. The connection stays for the next
  /// operation of the same store, and operations of several threads wait for each other.
  ///
  /// KeePassXC keeps what was removed in its recycle bin, and asks for every item unless
  /// "Confirm when passwords are retrieved by clients" is off: without a prompt, that is "locked".
  package final class KeyringStore: SecretStore, Sendable {
    package let scheme = SecretReference.Scheme.keyring
    let mayPrompt: Bool
    private let deadline: Duration
    private let addresses: Result<[BusAddress], BusAddress.Problem>
    private let connection = Mutex<Connection>(Connection())

    /// The connection between two operations.
    private struct Connection: @unchecked Sendable {
      // Sendable: used by one thread at a time, which holds the mutex, and by GLib's own threads,
      // which know how.
      var bus: Bus?
    }

    /// Takes a look at the environment, and does nothing else yet.
    ///
    /// - Parameters:
    ///   - deadline: for each operation; without one, what `interaction` suggests.
    ///   - variable: looks up an environment variable (`DBUS_SESSION_BUS_ADDRESS`,
    ///     `XDG_RUNTIME_DIR`).
    package init(
      interaction: KeyringInteraction = .none, deadline: Duration? = nil,
      variable: (String) -> String?
    ) {
      mayPrompt = interaction == .prompt
      self.deadline = deadline ?? interaction.defaultDeadline
      do throws(BusAddress.Problem) {
        addresses = .success(try BusAddress.candidates(variable: variable))
      } catch {
        addresses = .failure(error)
      }
    }
  }

  // MARK: - Operations

  extension KeyringStore {
    /// Runs one operation: connects where that is still to do, and drops a connection that failed.
    func operation<Answer: ~Copyable>(
      _ body: (SecretService) throws(KeyringFailure) -> Answer
    ) throws(StoreError) -> Answer {
      var answer: Answer?
      var failure: KeyringFailure?
      let end = MonotonicInstant.now + deadline
      connection.withLock { connection in
        do throws(KeyringFailure) {
          let bus = if let bus = connection.bus { bus } else { try makeBus(until: end) }
          connection.bus = bus
          bus.begin(until: end)
          defer { bus.end() }
          try bus.connect()
          answer = try body(SecretService(bus: bus, mayPrompt: mayPrompt))
        } catch {
          failure = error
          if !error.leavesConnectionUsable { connection.bus = nil }
        }
      }
      if let failure { throw failure.storeError(deadline: deadline) }
      guard let answer else { throw .failed(.keyring, reason: "no answer and no error") }
      return answer
    }

    /// Runs an operation that changes something: no other of ours does so meanwhile.
    ///
    /// All stores of a process share GIO's one connection, and with it the name that keeps other
    /// processes waiting: hence a lock of our own among threads.
    func change<Answer: Sendable>(
      _ body: (SecretService) throws(KeyringFailure) -> Answer
    ) throws(StoreError) -> Answer {
      try Self.writing.withLock { (_) throws(StoreError) in
        try operation { (service) throws(KeyringFailure) in
          try service.bus.startWriting()
          defer { service.bus.finishWriting() }
          return try body(service)
        }
      }
    }

    private static let writing = Mutex(())

    private func makeBus(until end: MonotonicInstant) throws(KeyringFailure) -> Bus {
      switch addresses {
      case .success(let candidates):
        let address = try BusSocket.firstAnswering(candidates, deadline: end)
        return Bus(try Libsecret.load(for: address))
      case .failure(let problem): throw .noBus(reason: problem.reason)
      }
    }
  }

  // MARK: - SecretStore

  extension KeyringStore {
    package func list() throws -> [SecretSummary] {
      let descriptions = try operation { (service) throws(KeyringFailure) in
        let application = SecretReference.Attribute(
          name: "application", value: KeyringItem.application)
        return try service.descriptions(of: try service.findAll([application]))
      }
      var summaries: [SecretSummary] = []
      for description in descriptions {
        let attributes = description.attributes
        guard attributes["kind"] == nil, let text = attributes["name"],
          let name = try? SecretName(text)
        else { continue }
        summaries.append(
          SecretSummary(
            name: name, stored: description.modified,
            expires: attributes["expires"].flatMap { Int64($0) },
            note: KeyringItem.unescaped(attributes["note"] ?? "")))
      }
      return summaries.sorted { $0.name < $1.name }
    }

    package func read(_ references: [SecretReference]) throws -> SecretValues {
      try read(references, anchoredTo: nil)
    }

    /// As ``read(_:)``, for a launch that a vault vouches for: nothing is read unless the keyring
    /// knows that vault, by its key or by ``anchorVault(_:)``. The search for it goes along with the
    /// others.
    ///
    /// - Parameter vaultID: in hexadecimal digits.
    package func read(
      _ references: [SecretReference], anchoredTo vaultID: String?
    ) throws -> SecretValues {
      var wanted: [SecretReference] = []
      var queries: [(attributes: SecretService.Attributes, reference: SecretReference)] = []
      for reference in references where !wanted.contains(reference) {
        switch reference {
        case .keyring(let name): queries.append((KeyringItem.lookup(name), reference))
        case .keyringItem(let attributes): queries.append((attributes, reference))
        case .vault, .oauth: continue
        }
        wanted.append(reference)
      }
      if queries.isEmpty { return try .empty() }
      let (items, secrets) = try operation { (service) throws(KeyringFailure) in
        let items = try service.find(
          queries, anchor: vaultID.map { KeyringItem.anchor(vaultID: $0) })
        var distinct: [String] = []
        for case let item? in items where !distinct.contains(item) { distinct.append(item) }
        let secrets = try service.secrets(of: distinct)
        for case let item? in items where secrets[item] == nil { throw .withheld }
        return (items, secrets)
      }
      return try Self.gather(zip(wanted, items), secrets)
    }

    /// Copies libsecret's values into one piece of our own memory.
    private static func gather(
      _ found: Zip2Sequence<[SecretReference], [String?]>, _ secrets: [String: DecodedSecret]
    ) throws(SecretMemoryError) -> SecretValues {
      var total = 0
      for (_, item) in found {
        if let item, let secret = secrets[item] { total += secret.withUnsafeBytes(\.count) }
      }
      var memory = try SecretBytes(count: total)
      var places: [SecretValues.Place] = []
      var end = 0
      for (reference, item) in found {
        guard let item, let secret = secrets[item] else { continue }
        let start = end
        memory.withUnsafeMutableBytes { memory in
          secret.withUnsafeBytes { bytes in
            end += bytes.count
            UnsafeMutableRawBufferPointer(rebasing: memory[start..<end]).copyMemory(from: bytes)
          }
        }
        places.append(.init(reference, start..<end))
      }
      return SecretValues(memory: memory, places: places)
    }

    /// - Throws: ``StoreError/failed(_:reason:)`` also when the keyring does not give back what it
    ///   was given: every write is read again.
    package func write(
      _ name: SecretName, value: borrowing SecretBytes, details: SecretDetails
    ) throws {
      if value.count == 0 { throw StoreError.emptyValue(name) }
      if value.count > SecretLimits.maximumValueLength {
        throw StoreError.valueTooLarge(name, byteCount: value.count)
      }
      let noteLength = details.note?.utf8.count ?? 0
      if noteLength > SecretLimits.maximumNoteLength {
        throw StoreError.noteTooLong(name, byteCount: noteLength)
      }
      var changed: SecretService.Attributes = []
      if let note = details.note {
        changed.append(.init(name: "note", value: KeyringItem.escaped(note)))
      }
      if let expires = details.expires {
        changed.append(.init(name: "expires", value: String(expires)))
      }
      let item = SecretService.NewItem(
        lookup: KeyringItem.lookup(name), changed: changed, kept: ["note", "expires"],
        label: "mcp-valet: \(name)", reference: .keyring(name))
      try value.withUnsafeBytes { (bytes) throws(StoreError) in
        try change { (service) throws(KeyringFailure) in try service.put(item, bytes) }
      }
    }

    package func remove(_ name: SecretName) throws {
      let reference = SecretReference.keyring(name)
      let found = try change { (service) throws(KeyringFailure) in
        let item = try service.find([(KeyringItem.lookup(name), reference)])[0]
        if let item { try service.delete(item) }
        return item != nil
      }
      if !found { throw StoreError.missing(reference) }
    }
  }
#endif
