// One keyring operation, in a process with a bus and an environment of its own. Prints what came of
// it; the tests compare. The values of tests are no secrets: they are printed.

internal import Keyring
internal import Platform
internal import Secrets
internal import ValetTesting

func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

var arguments = Array(CommandLine.arguments.dropFirst())
var interaction = KeyringInteraction.none
var deadline: Duration?
while let option = arguments.first, option.hasPrefix("--") {
  arguments.removeFirst()
  switch option {
  case "--prompt": interaction = .prompt
  case "--deadline": deadline = .milliseconds(Int(arguments.removeFirst()) ?? 0)
  default: print("unknown option \(option)")
  }
}
let driver = Driver(interaction: interaction, deadline: deadline)
exit(driver.run(arguments))
