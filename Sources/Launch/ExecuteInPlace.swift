internal import CLaunch
internal import Platform

/// Replaces this process by the server: nobody stays to remove files, redact or report.
///
/// The server starts with descriptors 0, 1 and 2 only, default signal dispositions, an empty
/// signal mask and a limit for core dumps: ``CoreLimit/forSecrets``, or `coreLimit` without secrets.
///
/// - Returns: why it was not possible; on success there is no return. Signals and descriptors are
///   changed by then, so that nothing is left to do but to report and end.
package func executeInPlace(
  _ command: Command, _ launch: consuming PreparedLaunch, coreLimit: CoreLimit
) -> LaunchError {
  let limit = launch.holdsSecrets ? CoreLimit.forSecrets : coreLimit
  let code = launch.block.withPointers { argv, envp in
    claunch_execute(command.path, argv, envp, limit.byteCount)
    return errno
  }
  return LaunchError(execError: code, path: command.text)
}
