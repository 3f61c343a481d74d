/// One process, told apart from a later one that got its number.
package struct ProcessInstance: Equatable, Sendable {
  package let processID: Int32
  /// When it started, in the system's own unit since the machine started.
  let startTime: UInt64
  /// Which start of the machine, and which namespace of process numbers, the two belong to.
  let world: UInt64

  /// Whether this is a process of the same start of the machine and of our own namespace, so that
  /// ``isRunning`` can tell anything.
  package var isVisible: Bool { world == Self.ownWorld }

  /// Whether the very process still runs; `false` for one that is not visible. One that has ended
  /// and whose status nobody has taken does not run.
  package var isRunning: Bool { isVisible && Self.startTime(of: processID) == startTime }

  func write(to writer: inout FieldWriter) {
    writer.write(processID)
    writer.write(startTime)
    writer.write(world)
  }

  init(_ reader: inout FieldReader) throws(ControlError) {
    processID = try reader.integer()
    startTime = try reader.integer()
    world = try reader.integer()
  }

  private init(processID: Int32, startTime: UInt64, world: UInt64) {
    self.processID = processID
    self.startTime = startTime
    self.world = world
  }

  /// This process; `nil` where the system does not say when it started.
  package static func current() -> ProcessInstance? {
    let own = ownProcessID
    guard let startTime = startTime(of: own), let ownWorld else { return nil }
    return ProcessInstance(processID: own, startTime: startTime, world: ownWorld)
  }

  /// A process that runs now; `nil` when there is none of that number.
  package static func running(_ processID: Int32) -> ProcessInstance? {
    guard let startTime = startTime(of: processID), let ownWorld else { return nil }
    return ProcessInstance(processID: processID, startTime: startTime, world: ownWorld)
  }

  /// FNV-1a over what tells worlds apart: no more than a comparison hangs on it.
  static func digest(_ bytes: [UInt8]) -> UInt64 {
    var digest: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in bytes { digest = (digest ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return digest
  }
}
