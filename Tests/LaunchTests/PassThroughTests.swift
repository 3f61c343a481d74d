internal import Platform
internal import Testing

@testable import Launch

/// When a supervising broker reads, kills and ends; without a process or a clock.
struct PassThroughTests {
  @Test func anEndGoesForwardBehindTheBytesAndBackwardAtOnce() {
    var lane = Lane()
    _ = lane.queue.fill { _ in .moved(10) }
    lane.noteSource(.ended)
    expect(!lane.wantsSource && lane.wantsSink && !lane.closesSink)
    _ = lane.queue.drain { _ in .moved(10) }
    expect(lane.closesSink)

    var broken = Lane()
    _ = broken.queue.fill { _ in .moved(10) }
    broken.noteSink(.ended)
    expect(broken.closesSource && broken.closesSink && !broken.wantsSink && !broken.wantsSource)
  }

  @Test func aFullQueueAsksForNoMore() {
    var lane = Lane()
    var space = 0
    _ = lane.queue.fill {
      space = $0.count
      return .moved($0.count)
    }
    #expect(space == ByteQueue.capacity)
    expect(!lane.wantsSource)
    _ = lane.queue.drain { _ in .moved(1) }
    expect(lane.wantsSource)
  }

  @Test func aQueueGivesEveryByteOnceAndInOrder() {
    var queue = ByteQueue()
    var random = SystemRandomNumberGenerator()
    var written: UInt8 = 0
    var read: UInt8 = 0
    var isIntact = true
    for _ in 0..<3000 {
      if queue.freeCount > 0 {
        _ = queue.fill { space in
          #expect(!space.isEmpty)
          let count = Int.random(in: 1...space.count, using: &random)
          for index in 0..<count {
            space[index] = written
            written &+= 1
          }
          return .moved(count)
        }
      }
      if queue.isEmpty { continue }
      _ = queue.drain { bytes in
        let count = Int.random(in: 1...bytes.count, using: &random)
        for index in 0..<count {
          if bytes[index] != read { isIntact = false }
          read &+= 1
        }
        return .moved(count)
      }
    }
    #expect(isIntact)
  }

  @Test func killsOnceAfterTheFirstSIGTERM() {
    var machine = PassThrough()
    machine.notePassedOn(signal: SIGINT, now: 0)
    expect(machine.nextTime == nil)
    machine.notePassedOn(signal: SIGTERM, now: 1000)
    machine.notePassedOn(signal: SIGTERM, now: 2000)
    expect(machine.nextTime == 1000 + PassThrough.terminationGrace)
    expect(!machine.takeKill(now: 2399))
    expect(machine.takeKill(now: 2400))
    expect(!machine.takeKill(now: 2401))
    expect(machine.nextTime == nil)
  }

  @Test func everyOrderlyEndFitsBetweenTheHostsSIGTERMAndSIGKILL() {
    // The guardian's 250 ms come on top.
    #expect(PassThrough.terminationGrace + PassThrough.lateOutput + 250 < 2000)
    var machine = PassThrough()
    machine.notePassedOn(signal: SIGTERM, now: 0)
    machine.noteServerEnded(status: 0, waitingCount: 1_000_000, now: 1399)
    expect(!machine.isOver(now: 1599))
    expect(machine.isOver(now: 1600))
  }

  @Test func waitsBrieflyForAnOutputThatSomebodyHoldsOpen() {
    var machine = PassThrough()
    machine.noteServerEnded(status: 7 << 8, waitingCount: 0, now: 0)
    expect(machine.wantsServerOutput(now: 199) && !machine.isOver(now: 199))
    expect(!machine.wantsServerOutput(now: 200) && machine.isOver(now: 200))
    machine.noteFromServer(.ended)
    expect(machine.isOver(now: 1))
  }

  @Test func deliversWhatTheServerHadWrittenToASlowHost() {
    var machine = PassThrough()
    _ = machine.toHost.queue.fill { .moved($0.count) }
    machine.noteServerEnded(status: 0, waitingCount: 65_536, now: 0)
    expect(!machine.isOver(now: 999))
    // The host takes something: there is time again, and room for what is owed.
    machine.noteToHost(machine.toHost.queue.drain { _ in .moved(65_536) }, now: 999)
    expect(machine.wantsServerOutput(now: 999))
    machine.noteFromServer(machine.toHost.queue.fill { _ in .moved(65_536) })
    expect(!machine.wantsServerOutput(now: 999) && !machine.isOver(now: 1998))
    expect(machine.isOver(now: 1999))
    machine.noteToHost(machine.toHost.queue.drain { _ in .moved(65_536) }, now: 1500)
    expect(machine.isOver(now: 1500))
  }

  @Test func aHostThatIsGoneEndsTheWait() {
    var machine = PassThrough()
    machine.noteServerEnded(status: 0, waitingCount: 10, now: 0)
    machine.noteToHost(.ended, now: 0)
    expect(machine.isOver(now: 0))
  }

  @Test func codesAreAShells() {
    #expect(PassThrough.exitCode(status: 0) == 0)
    #expect(PassThrough.exitCode(status: 255 << 8) == 255)
    #expect(PassThrough.exitCode(status: SIGKILL) == 137)
    #expect(PassThrough.exitCode(status: SIGSEGV | 0x80) == 139)
  }
}

/// `#expect` cannot take values apart that cannot be copied.
private func expect(_ isTrue: Bool, sourceLocation: SourceLocation = #_sourceLocation) {
  #expect(isTrue, sourceLocation: sourceLocation)
}
