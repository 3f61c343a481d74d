internal import OAuth

/// Runs something that must end in time; it is cancelled when it does not, and nobody waits for it
/// then, as a name server that does not answer cannot be cancelled.
func inTime<Value: Sendable>(
  _ limit: Duration, else late: OAuthError,
  _ body: @escaping @Sendable () async throws(OAuthError) -> Value
) async throws(OAuthError) -> Value {
  let (results, continuation) = AsyncStream.makeStream(of: Result<Value, OAuthError>.self)
  let work = Task {
    do throws(OAuthError) {
      continuation.yield(.success(try await body()))
    } catch {
      continuation.yield(.failure(error))
    }
  }
  let clock = Task {
    try? await Task.sleep(for: limit)
    continuation.yield(.failure(late))
  }
  defer {
    clock.cancel()
    work.cancel()
    continuation.finish()
  }
  for await result in results { return try result.get() }
  throw late
}
