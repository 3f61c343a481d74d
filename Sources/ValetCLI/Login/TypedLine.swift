internal import Broker
internal import Connections
internal import Platform
internal import Secrets

/// What somebody types or pastes during a login, line by line, in memory that is wiped: the address
/// holds the code.
struct TypedLine: ~Copyable {
  enum Outcome {
    case line(SharedSecret)
    /// The line was too long for the terminal, or for an address.
    case tooLong
    /// Ctrl-D: nothing more comes.
    case end
    /// Nothing but blanks, or the line goes on.
    case nothing
  }

  private var memory: SecretBytes
  private var count = 0
  private var overflows = false

  /// - Throws: `SecretMemoryError`.
  init() throws(SecretMemoryError) {
    memory = try SecretBytes(count: ExchangeFormat.maximumPastedLength)
  }

  /// Takes what the terminal has, which gives out whole lines.
  ///
  /// - Parameter read: as `Terminal.take(into:)`.
  /// - Throws: `SecretMemoryError`.
  mutating func take(_ read: (UnsafeMutableRawBufferPointer) -> Int) throws -> Outcome {
    if count == memory.count {
      overflows = true
      count = 0
    }
    let offset = count
    let taken = memory.withUnsafeMutableBytes {
      read(UnsafeMutableRawBufferPointer(rebasing: $0[offset...]))
    }
    if taken == 0 { return .end }
    count += taken
    guard memory.withUnsafeBytes({ $0[offset + taken - 1] }) == UInt8(ascii: "\n") else {
      return .nothing
    }
    defer {
      count = 0
      overflows = false
    }
    if overflows || count >= Self.kernelLimit { return .tooLong }
    let line = try memory.withUnsafeBytes { bytes -> SharedSecret? in
      let line = bytes[..<count]
      guard let first = line.firstIndex(where: { $0 > 0x20 }),
        let last = line.lastIndex(where: { $0 > 0x20 })
      else { return nil }
      return try SharedSecret(copying: UnsafeRawBufferPointer(rebasing: bytes[first...last]))
    }
    return line.map { .line($0) } ?? .nothing
  }

  /// 4,095 bytes and the newline: N_TTY_BUF_SIZE of Linux. What was behind them is lost.
  private static let kernelLimit = 4096
}
