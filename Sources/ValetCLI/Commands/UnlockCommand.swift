internal import ArgumentParser
internal import Broker
internal import Secrets

struct UnlockCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "unlock",
    abstract: "Unlock the vault for your sessions on this machine.",
    discussion: """
      The key is kept by the kernel, for 12 hours at most, and never on disk. Servers that start \
      meanwhile need no prompt.

      Examples:
        mcp-valet unlock
        mcp-valet unlock --for 8h --idle 1h
      """)

  @Flag(help: "Read the passphrase from standard input.")
  var passphraseStdin = false

  @Flag(help: "Use the recovery key instead; it is asked for, or read with --passphrase-stdin.")
  var recovery = false

  @Option(name: .customLong("for"), help: "How long, such as 30m or 12h.")
  var lifetime: DurationText?

  @Option(help: "Lock again after this long without use, such as 1h.")
  var idle: DurationText?

  @Flag(help: "Only check that the vault opens; keep nothing.")
  var noCache = false

  func run() throws {
    let context = try Context.current()
    let access = VaultAccess(context)
    try access.unlock(
      by: recovery ? .recoveryKey : .any, fromStandardInput: passphraseStdin,
      retention: noCache ? .none : .cached(lifetime: lifetime?.duration, idle: idle?.duration))
  }
}

struct LockCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lock",
    abstract: "Forget the unlocked key; running servers keep what they have.",
    discussion: """
      Example:
        mcp-valet lock
      """)

  func run() throws {
    try VaultAccess(try Context.current()).lock()
  }
}
