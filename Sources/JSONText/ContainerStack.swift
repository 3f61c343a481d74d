/// Which of the open containers are objects: one bit each, so that a line of sixty million `[`
/// costs eight megabytes and no stack.
struct ContainerStack {
  /// The innermost 64 at most; the lowest bit is the innermost.
  private var top: UInt64 = 0
  /// Full words below `top`.
  private var spilled: [UInt64] = []
  private(set) var count = 0

  var topIsObject: Bool { top & 1 == 1 }

  mutating func push(isObject: Bool) {
    if count > 0, count % 64 == 0 {
      spilled.append(top)
      top = 0
    }
    top = top << 1 | (isObject ? 1 : 0)
    count += 1
  }

  mutating func pop() {
    count -= 1
    top >>= 1
    if count > 0, count % 64 == 0, let word = spilled.popLast() { top = word }
  }
}
