/// What is recorded of a relay's servers.
package enum SupervisionEvent: Equatable, Sendable {
  /// Another server is about to be started, with the values that the source has now.
  case starting
  /// The running server is about to find the values that the source has now in its files.
  case renewing
  /// A server has ended; what the broker would end with.
  case ended(exitCode: Int32)
}
