internal import Files
internal import Platform

/// What a store takes from its surroundings.
package struct VaultOptions: Sendable {
  /// Seconds since 1970-01-01T00:00:00Z.
  package var now: @Sendable () -> Int64
  /// How long a writer waits for another.
  package var lockWait: Duration

  package init(
    now: @escaping @Sendable () -> Int64 = VaultOptions.systemTime,
    lockWait: Duration = FileLock.defaultWait
  ) {
    self.now = now
    self.lockWait = lockWait
  }
}

extension VaultOptions {
  /// The system's clock.
  package static let systemTime: @Sendable () -> Int64 = { Int64(time(nil)) }
}
