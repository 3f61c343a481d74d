/// The limits of a ``RelaySession``. Times are in milliseconds.
package struct RelaySettings: Equatable, Sendable {
  /// How long requests in flight may take on a server that is being replaced: 30 s, what most
  /// hosts wait for an answer at least.
  package var drainLimit: Int64 = 30_000
  /// How long a new server may take until it is ready: 60 s, the longest that hosts give one (S13).
  package var startLimit: Int64 = 60_000
  /// How long what a swap wants to know besides is waited for: the lists of both servers, the
  /// acknowledgement of streams. 5 s: it holds up nothing but the end of the old server.
  package var settleLimit: Int64 = 5_000
  /// From the end of its input to SIGTERM, for a server that was replaced. 2 s, as hosts do (S10).
  package var retireGrace: Int64 = 2_000
  /// From SIGTERM to SIGKILL. Hosts send SIGKILL 2 s after SIGTERM (both official SDKs): as
  /// `PassThrough.terminationGrace`, so that we are first.
  package var terminationGrace: Int64 = 1_400
  /// From the end of the host's input to SIGTERM, for a server that has answered everything and
  /// runs on; while requests are open, ``drainLimit`` counts. Hosts wait 2 s for the end of what
  /// they started, and 2 s more behind SIGTERM (S10): with ``terminationGrace`` it is over before.
  package var eofGrace: Int64 = 1_400
  /// How long a server that has closed its output may take to end before it is terminated.
  package var exitGrace: Int64 = 500
  /// How many bytes of the host are held while no server can take them: 64 MiB. Beyond, the host
  /// is not read; what was read already may go over it by a line.
  package var maximumHeld = 64 << 20
  /// How many servers may run at once: the current one, a new one, and two that still finish.
  package var maximumServers = 4
  /// How many swaps may wait for their turn; they are done as one.
  package var maximumWaiting = 16

  package init() {}
}
