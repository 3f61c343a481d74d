internal import Platform

/// What a piece of work takes of the processor, on this thread: other programs of a busy machine,
/// and the tests before this one in the queue, do not count, as they do for a time limit of a test.
package func processorTime(of body: () throws -> Void) rethrows -> Duration {
  let start = processorTime()
  try body()
  return processorTime() - start
}

private func processorTime() -> Duration {
  var time = timespec()
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
  return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
}
