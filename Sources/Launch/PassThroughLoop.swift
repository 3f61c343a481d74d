internal import CLaunch
internal import Files
internal import Platform

/// The I/O of a ``PassThrough``: one `poll`, a read or a write for each descriptor that is ready.
package struct PassThroughLoop: ~Copyable {
  private var server: GuardedServer
  private let signals: ForwardedSignals
  private var machine = PassThrough()
  private let hostInput: Int32
  private let hostOutput: Int32
  private let isInputSocket: Int32
  private let isOutputSocket: Int32
  private var isInputOpen = true
  private var isOutputOpen = true
  private var isGuardianLost = false

  /// Copies between the host and the server until the server has ended, and then ends everything
  /// that the server has left.
  ///
  /// - Returns: the server's exit code, or 128 + the number of the signal that ended it.
  /// - Throws: ``LaunchError/guardianLost``, ``LaunchError/system(operation:code:)``.
  package static func run(
    _ server: consuming GuardedServer, signals: consuming ForwardedSignals, input: Int32 = 0,
    output: Int32 = 1
  ) throws(LaunchError) -> Int32 {
    var loop = PassThroughLoop(server, signals: signals, input: input, output: output)
    let status = try loop.run()
    return PassThrough.exitCode(status: status)
  }

  private init(
    _ server: consuming GuardedServer, signals: consuming ForwardedSignals, input: Int32,
    output: Int32
  ) {
    self.server = server
    self.signals = signals
    hostInput = input
    hostOutput = output
    isInputSocket = claunch_is_socket(input)
    isOutputSocket = claunch_is_socket(output)
  }

  /// The places in the list that `poll` takes.
  private enum Slot {
    static let hostInput = 0
    static let serverInput = 1
    static let serverOutput = 2
    static let hostOutput = 3
    static let signals = 4
    static let guardian = 5
    static let count = 6
  }

  private mutating func run() throws(LaunchError) -> Int32 {
    let slots = UnsafeMutableBufferPointer<pollfd>.allocate(capacity: Slot.count)
    defer { slots.deallocate() }
    slots.initialize(repeating: pollfd(fd: -1, events: 0, revents: 0))
    while !machine.isOver(now: Self.now()) {
      if isGuardianLost { throw .guardianLost }
      let now = Self.now()
      if machine.takeKill(now: now) { server.send(signal: SIGKILL) }
      prepare(slots, now: now)
      let timeout = machine.nextTime.map { Int32(clamping: max($0 - now, 0)) } ?? -1
      guard poll(slots.baseAddress, nfds_t(Slot.count), timeout) >= 0 else {
        if errno == EINTR { continue }
        throw .system(operation: "wait for input", code: errno)
      }
      // Signals and the server's end before the bytes: neither waits behind a slow transfer.
      if slots[Slot.signals].revents != 0 { passOnSignals() }
      if slots[Slot.guardian].revents != 0 { takeEvent() }
      move(slots)
      closeEnded()
    }
    return machine.status ?? 0
  }

  private func prepare(_ slots: UnsafeMutableBufferPointer<pollfd>, now: Int64) {
    // A descriptor that nothing is wanted of is left out of `poll`, which would report its end
    // again and again. A sink stays in while it is open: its end is what there is to learn.
    func set(
      _ slot: Int, _ descriptor: Int32, if isWanted: Bool = true, reads: Bool = false,
      writes: Bool = false
    ) {
      slots[slot].fd = isWanted ? descriptor : -1
      slots[slot].events = Int16(reads ? POLLIN : 0) | Int16(writes ? POLLOUT : 0)
      slots[slot].revents = 0
    }
    set(Slot.hostInput, hostInput, if: isInputOpen && machine.toServer.wantsSource, reads: true)
    set(Slot.serverInput, server.inputDescriptor, writes: machine.toServer.wantsSink)
    set(
      Slot.serverOutput, server.outputDescriptor, if: machine.wantsServerOutput(now: now),
      reads: true)
    set(Slot.hostOutput, hostOutput, if: isOutputOpen, writes: machine.toHost.wantsSink)
    set(Slot.signals, signals.descriptor, reads: true)
    set(Slot.guardian, server.guardian.socket, if: machine.status == nil, reads: true)
  }

  private mutating func passOnSignals() {
    while let number = signals.next() {
      server.send(signal: number)
      machine.notePassedOn(signal: number, now: Self.now())
    }
  }

  private mutating func takeEvent() {
    switch server.guardian.nextEvent() {
    case .serverEnded(let status):
      let waiting = claunch_waiting(server.outputDescriptor)
      machine.noteServerEnded(
        status: status, waitingCount: Int(max(waiting, 0)), now: Self.now())
    case .gone: isGuardianLost = true
    case .started, .executeFailed, .failed: break
    }
  }

  private mutating func move(_ slots: UnsafeMutableBufferPointer<pollfd>) {
    if slots[Slot.hostInput].revents != 0 {
      let (descriptor, isSocket) = (hostInput, isInputSocket)
      let transfer = machine.toServer.queue.fill {
        Self.transfer(claunch_read_ready(descriptor, isSocket, $0.baseAddress, $0.count))
      }
      machine.toServer.noteSource(transfer)
    }
    if slots[Slot.serverInput].revents != 0 {
      let descriptor = server.inputDescriptor
      let broken = Self.isBroken(slots[Slot.serverInput])
      let transfer =
        broken
        ? .ended
        : machine.toServer.queue.drain {
          Self.transfer(write(descriptor, $0.baseAddress, $0.count))
        }
      machine.toServer.noteSink(transfer)
    }
    if slots[Slot.serverOutput].revents != 0 {
      let descriptor = server.outputDescriptor
      let transfer = machine.toHost.queue.fill {
        Self.transfer(read(descriptor, $0.baseAddress, $0.count))
      }
      machine.noteFromServer(transfer)
    }
    if slots[Slot.hostOutput].revents != 0 {
      let (descriptor, isSocket) = (hostOutput, isOutputSocket)
      let broken = Self.isBroken(slots[Slot.hostOutput])
      let transfer =
        broken
        ? .ended
        : machine.toHost.queue.drain {
          Self.transfer(claunch_write_ready(descriptor, isSocket, $0.baseAddress, $0.count))
        }
      machine.noteToHost(transfer, now: Self.now())
    }
  }

  private static func isBroken(_ slot: pollfd) -> Bool {
    slot.revents & Int16(POLLERR | POLLHUP | POLLNVAL) != 0
  }

  /// An error on a descriptor of the host (a terminal that is gone, a socket that was reset) is
  /// its end: there is nobody to tell.
  private static func transfer(_ result: Int) -> Transfer {
    if result > 0 { return .moved(result) }
    if result == 0 { return .ended }
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? .blocked : .ended
  }

  private mutating func closeEnded() {
    if machine.toServer.closesSink { server.closeInput() }
    if machine.toServer.closesSource { Self.letGo(hostInput, &isInputOpen) }
    if machine.toHost.closesSource { server.closeOutput() }
    if machine.toHost.closesSink { Self.letGo(hostOutput, &isOutputOpen) }
  }

  /// The number stays taken, so that no file of ours ever becomes our standard output.
  private static func letGo(_ descriptor: Int32, _ isOpen: inout Bool) {
    guard isOpen else { return }
    isOpen = false
    let null = open("/dev/null", O_RDWR | O_CLOEXEC)
    guard null >= 0 else { return }
    dup2(null, descriptor)
    close(null)
  }

  /// Milliseconds since some fixed moment.
  private static func now() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
  }
}
