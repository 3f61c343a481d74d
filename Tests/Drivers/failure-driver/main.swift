// Stands in front of a host as `mcp-valet` does after a launch that failed.
//
//     failure-driver SECONDS [MESSAGE HINT]...
//
// ends with 78 when the host closed its end, 3 when the host stopped reading, 4 at the limit.
import Platform
import Relay
import Secrets

var arguments = CommandLine.arguments.dropFirst()
let seconds = Int(arguments.popFirst() ?? "") ?? 60
var problems: [FailureReport.Problem] = []
while let message = arguments.popFirst() {
  problems.append(.init(message: message, hint: arguments.popFirst()))
}
if problems.isEmpty {
  let name = try SecretName("github/token")
  problems = [.init(StoreError.missing(.vault(name)))]
}
let report = FailureReport(exitCode: .configuration, problems: problems)
switch FailureLoop.run(report, input: 0, output: 1, limit: .seconds(seconds)) {
case .ended: exit(ExitCode.configuration.rawValue)
case .hostGone: exit(3)
case .timedOut: exit(4)
}
