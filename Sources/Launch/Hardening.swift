internal import CLaunch

/// A soft limit for core dumps, in bytes.
package struct CoreLimit: Equatable, Sendable {
  package let byteCount: UInt64

  package init(byteCount: UInt64) { self.byteCount = byteCount }

  /// For servers with secrets: a handler that `core_pattern` pipes to ignores a limit of 0 and
  /// honours 1; a dump to a file needs at least a page.
  package static let forSecrets = CoreLimit(byteCount: 1)
}

/// To be called first of all: keeps other processes of the same user from reading or tracing this
/// one, keeps its memory out of core dumps and crash reports, and opens `/dev/null` for a standard descriptor that
/// is closed, since a file of ours that takes its number would be read or written as if it were.
///
/// None of it passes through `execve` but the limit, which ``CoreLimit`` sets anew for the server.
///
/// - Returns: the soft limit as it was, for servers without secrets.
@discardableResult
package func hardenProcess() -> CoreLimit { CoreLimit(byteCount: claunch_harden()) }

/// Keeps every descriptor but the standard ones, those that a host left open among them, from
/// programs that are executed from now on: what we start for a passphrase or a value needs none.
package func closeDescriptorsOnExec() { claunch_close_on_exec() }
