#if canImport(Darwin)
  // The one place that names the C library, so that no other file needs an `#if`.
  @_exported public import Darwin
#endif
