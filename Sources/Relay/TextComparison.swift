internal import Platform

extension UnsafeBufferPointer<UInt8> {
  /// Whether the bytes are those of `text`. Every line asks this several times, so it is not left
  /// to sequences of strings.
  func isText(_ text: StaticString) -> Bool {
    guard count == text.utf8CodeUnitCount else { return false }
    guard let baseAddress else { return true }
    return memcmp(baseAddress, text.utf8Start, count) == 0
  }
}
