internal import Launch
internal import Platform
internal import Secrets

/// Where the `main.swift` of `mcp-valet` goes at once.
///
/// This program is what stands between a host and a server: it launches, relays, and has nothing
/// else in it. All other commands are those of `mcp-valet-ctl`, which needs an argument parser and
/// Foundation, half a millisecond of a launch, for what no launch does.
package enum EntryPoint {
  /// Reads the command line and ends the process.
  package static func main() -> Never {
    // Before anything secret is in memory.
    let coreLimit = hardenProcess()
    let words = CommandLine.arguments
    guard words.count > 1, words[1] == "run" else { ControlProgram.become() }
    // Of this program; `mcp-valet --version` is answered by the other one.
    if words.count == 3, words[2] == "--version" {
      Report.output(ProductVersion.text)
      exit(EXIT_SUCCESS)
    }
    do {
      let arguments = try RunArguments(words[2...])
      if arguments.wantsHelp { ControlProgram.become() }
      exit(ServerLaunch.run(arguments, inheritedLimit: coreLimit))
    } catch {
      // Also a mistyped command line stands in front of a host that wants an answer.
      exit(ServerLaunch.fail(LaunchFailure(error)))
    }
  }
}
