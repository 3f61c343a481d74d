internal import Platform

/// What came of an attempt to read or write.
enum Transfer: Equatable {
  /// A number of bytes, at least one.
  case moved(Int)
  /// Nothing just now.
  case blocked
  /// End of file, or nobody reads any more.
  case ended

  /// An error on a descriptor of the host (a terminal that is gone, a socket that was reset) is
  /// its end: there is nobody to tell.
  ///
  /// - Parameter result: of `read` or `write`; `errno` belongs to it.
  init(_ result: Int) {
    if result > 0 {
      self = .moved(result)
    } else if result == 0 {
      self = .ended
    } else {
      self = errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? .blocked : .ended
    }
  }
}
