#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Stops the fuzzer when something is not as it must be.
func require(_ holds: Bool, _ what: @autoclosure () -> String) {
  if holds { return }
  print("error: \(what())")
  fflush(nil)
  abort()
}

/// The input of one run, taken piece by piece from its front; zeros behind its end.
struct FuzzInput {
  private(set) var bytes: ArraySlice<UInt8>

  init(_ data: UnsafePointer<UInt8>, _ count: Int) {
    bytes = Array(UnsafeBufferPointer(start: data, count: count))[...]
  }

  mutating func byte() -> UInt8 { bytes.popFirst() ?? 0 }

  /// Below `limit`, which is at most 65,536.
  mutating func number(below limit: Int) -> Int {
    (Int(byte()) << 8 | Int(byte())) % limit
  }

  /// What is left, in texts that newlines end.
  var texts: [String] {
    bytes.split(separator: 10, omittingEmptySubsequences: false).map {
      String(decoding: $0, as: UTF8.self)
    }
  }
}
