internal import Testing
internal import ValetTesting

@testable import Supervision

/// Everything that waits is written once and in order.
struct OutputQueueTests {
  @Test func writesWhatIsLentAndCopiedInOrder() {
    var random = SeededGenerator(seed: 91)
    for _ in 0..<200 {
      var queue = OutputQueue()
      var expected: [UInt8] = []
      var written: [UInt8] = []
      // Lives as long as the queue, as a reader does.
      var blocks: [UnsafeMutableBufferPointer<UInt8>] = []
      defer { for block in blocks { block.deallocate() } }
      for _ in 0..<random.below(30) {
        let count = 1 + random.below(random.oneIn(8) ? 200_000 : 500)
        let bytes = (0..<count).map { _ in UInt8(random.below(256)) }
        switch random.below(4) {
        case 0:
          let block = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: count)
          _ = block.initialize(from: bytes)
          blocks.append(block)
          queue.lend(UnsafeBufferPointer(block))
          expected += bytes
        case 1:
          bytes.withUnsafeBufferPointer { queue.append($0) }
          expected += bytes
        case 2: queue.detach()
        default:
          _ = queue.drain { piece in
            let count = min(piece.count, 1 + random.below(100_000))
            written += piece.prefix(count)
            return .moved(count)
          }
        }
        let (left, hasLent, isEmpty) = (queue.count, queue.hasLent, queue.isEmpty)
        #expect(left == expected.count - written.count)
        #expect(isEmpty == (left == 0))
        if hasLent { #expect(left > 0) }
      }
      while !queue.isEmpty {
        _ = queue.drain {
          written += $0
          return .moved($0.count)
        }
      }
      #expect(written == expected)
    }
  }
}
