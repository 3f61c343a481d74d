internal import Secrets

/// The keys of one epoch, from its first on.
final class AuditChain {
  /// How far a writer or reader goes on without a record: four million, seconds of work; a log
  /// that says more is not believed.
  static let maximumJump: UInt64 = 1 << 22

  let start: UInt64
  let epochID: [UInt8]
  private let first = KeyMemory()
  private let present = KeyMemory()
  private var number: UInt64

  /// - Parameter withRoots: calls its argument with each root that the vault has.
  /// - Returns: `nil` where none of them is the epoch's.
  init?(
    _ chain: AuditRecord.Chain, _ withRoots: ((UnsafeRawBufferPointer) -> Void) -> Void
  ) {
    start = chain.epochStart
    number = start
    epochID = chain.epochID
    var isKnown = false
    withRoots { root in
      guard AuditKey.rootID(root) == chain.rootID else { return }
      AuditKey.first(
        root: root, logID: chain.logID, epochID: chain.epochID, into: first.key)
      isKnown = true
    }
    guard isKnown else { return nil }
    present.key.copyMemory(from: UnsafeRawBufferPointer(first.key))
  }

  /// Lends the key of a record; `nil` for a number that the epoch does not have, or that is out of
  /// all reach.
  ///
  /// - Parameter work: how many more keys may be made, so that no log keeps a reader for ever.
  func withKey<Result>(
    of wanted: UInt64, _ work: inout UInt64, _ body: (UnsafeRawBufferPointer) -> Result
  ) -> Result? {
    guard wanted >= start else { return nil }
    if wanted < number {
      guard wanted - start <= work else { return nil }
      present.key.copyMemory(from: UnsafeRawBufferPointer(first.key))
      number = start
    }
    guard wanted - number <= work else { return nil }
    work -= wanted - number
    present.advance(by: wanted - number)
    number = wanted
    return body(UnsafeRawBufferPointer(present.key))
  }
}
