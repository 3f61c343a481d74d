package import Platform
internal import Secrets

/// Which request of which client an answer is for.
package struct CallIdentity: Hashable, Sendable {
  /// A number that no two connections of a relay share.
  let connection: UInt64
  /// The client's own number.
  let request: UInt32
}

/// A request that came in.
package struct ControlCall: ~Copyable {
  /// To be kept until the last answer.
  package let identity: CallIdentity
  package let request: ControlRequest

  /// The request itself, with its values.
  package consuming func takeRequest() -> ControlRequest { request }
}

/// Everybody who asks one relay, for its poll loop: at most ``maximumConnections`` at once, the
/// others wait with the kernel.
///
/// In each round: ``fill(_:)`` the places that `poll` takes, call ``serve(_:now:)`` after it, take
/// what came with ``next()`` until there is none, and answer with ``answer(_:_:)``, at once or
/// later. `poll` is to return by ``deadline``.
package struct ControlDesk: ~Copyable {
  package static let maximumConnections = 8
  /// How many places of `poll` it needs.
  package static let slotCount = 1 + maximumConnections

  private let listener: ControlListener
  private var seats: [Seat] = []
  private var lastNumber: UInt64 = 0
  private var now: Int64
  /// When the last value of each secret was issued that came in.
  private var issued: [(reference: SecretReference, time: UInt64)] = []

  /// A class, since an array holds no values that cannot be copied.
  private final class Seat {
    let number: UInt64
    var connection: ControlConnection

    init(number: UInt64, _ connection: consuming ControlConnection) {
      self.number = number
      self.connection = connection
    }
  }

  /// - Parameter now: by ``ControlClock/now()``, as all times here.
  package init(_ listener: consuming ControlListener, now: Int64) {
    self.listener = listener
    self.now = now
  }

  /// When ``serve(_:now:)`` is to be called although nothing happens; `nil` for never.
  package var deadline: Int64? { seats.compactMap { $0.connection.deadline }.min() }

  /// Whether nobody is owed an answer that is not yet on its way: a relay that ends waits for it
  /// for a moment.
  package var isSilent: Bool { !seats.contains { $0.connection.wantsWrite } }

  /// Sets ``slotCount`` places.
  package borrowing func fill(_ slots: UnsafeMutableBufferPointer<pollfd>) {
    for index in 0..<Self.slotCount { slots[index] = pollfd(fd: -1, events: 0, revents: 0) }
    if seats.count < Self.maximumConnections {
      slots[0] = pollfd(fd: listener.descriptor, events: Int16(POLLIN), revents: 0)
    }
    for (index, seat) in seats.enumerated() {
      let reads = seat.connection.wantsRead ? Int16(POLLIN) : 0
      let writes = seat.connection.wantsWrite ? Int16(POLLOUT) : 0
      slots[1 + index] = pollfd(
        fd: seat.connection.descriptor, events: reads | writes, revents: 0)
    }
  }

  /// Reads and writes what is ready, lets go whoever is done and takes who waits.
  ///
  /// - Parameter slots: as ``fill(_:)`` set them, behind `poll`.
  package mutating func serve(_ slots: UnsafeMutableBufferPointer<pollfd>, now: Int64) {
    self.now = now
    for (index, seat) in seats.enumerated() {
      let events = slots[1 + index].revents
      if events & Int16(POLLOUT) != 0 { seat.connection.send(now: now) }
      if events & Int16(POLLIN | POLLHUP | POLLERR) != 0 { seat.connection.receive(now: now) }
      if events & Int16(POLLHUP | POLLERR | POLLNVAL) != 0 { seat.connection.noteHangUp() }
      seat.connection.expire(now: now)
    }
    seats.removeAll { $0.connection.isOver }
    if slots[0].revents != 0 { admit() }
  }

  private mutating func admit() {
    while seats.count < Self.maximumConnections, let connection = listener.accept(now: now) {
      lastNumber += 1
      let seat = Seat(number: lastNumber, connection)
      // What it sent is mostly there already.
      seat.connection.receive(now: now)
      if !seat.connection.isOver { seats.append(seat) }
    }
  }

  /// The next request; `nil` when there is none. A swap is acknowledged, and what it brings is
  /// left out where a newer value of the same secret came before.
  package mutating func next() -> ControlCall? {
    for seat in seats {
      guard let call = seat.connection.takeRequest() else { continue }
      let identity = CallIdentity(connection: seat.number, request: call.identity.request)
      switch call.takeRequest() {
      case .status: return ControlCall(identity: identity, request: .status)
      case .stop(let grace):
        return ControlCall(identity: identity, request: .stop(graceMilliseconds: grace))
      case .withdraw(let name):
        return ControlCall(identity: identity, request: .withdraw(serverName: name))
      case .swap(var order):
        guard keepNewest(&order) else {
          answer(identity, .failed(Self.superseded))
          continue
        }
        answer(identity, .accepted)
        return ControlCall(identity: identity, request: .swap(order))
      }
    }
    return nil
  }

  private static let superseded = ControlAnswer.Failure(
    message: "a newer value came in between", hint: nil, exitCode: .tryAgain)

  /// - Returns: `false` when nothing is left of it.
  private mutating func keepNewest(_ order: inout SwapOrder) -> Bool {
    if order.secrets.isEmpty { return true }
    let time = order.issued
    order.secrets.removeAll { secret in
      issued.contains { $0.reference == secret.reference && $0.time > time }
    }
    let left = order.secrets
    order.connections.removeAll { connection in
      !left.contains { $0.reference == connection.reference }
    }
    for secret in order.secrets {
      issued.removeAll { $0.reference == secret.reference }
      issued.append((secret.reference, time))
    }
    return !order.secrets.isEmpty
  }

  /// Answers a request; does nothing when its client has gone.
  package mutating func answer(_ call: CallIdentity, _ answer: ControlAnswer) {
    for seat in seats where seat.number == call.connection {
      seat.connection.answer(answer, to: call.request, now: now)
    }
  }
}
