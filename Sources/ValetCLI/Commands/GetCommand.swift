internal import ArgumentParser
internal import Broker
internal import Platform
internal import Secrets

struct GetCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "get",
    abstract: "Print a value.",
    discussion: """
      Asks first, on the terminal or through pinentry, since a host's own agent often has a \
      shell; a vault that is unattended does not ask.

      Examples:
        mcp-valet get github/token
        mcp-valet get keyring://github/token | wl-copy
      """)

  @Argument(
    help: "A name in the vault, or a reference such as keyring://NAME.",
    completion: CompletedNames.secrets, transform: parseReference)
  var secret: SecretReference

  func run() throws {
    if case .oauth(let name) = secret {
      throw CommandError.usage(
        "\(secret) is a token, which may have to be refreshed", hint: "mcp-valet token \(name)")
    }
    let context = try Context.current()
    let access = VaultAccess(context)
    let value = try ConsentedValue(
      secret, question: "Print the value of \(secret)?", context,
      access.exists ? try access.open() : nil)
    try value.withValue { try StandardOutput.write($0) }
    // A value in front of the next prompt is hard to read; in a pipe every byte counts.
    if isatty(STDOUT_FILENO) == 1 { Report.output("") }
  }
}
