internal import ArgumentParser
internal import Broker
internal import Platform
internal import Secrets

struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Look for everything that can be wrong, and say what to type.",
    discussion: """
      Reads only: nothing is written, nobody is asked for anything, and no value is shown. Of a \
      locked vault it says what needs no key. What does not answer within 3 seconds is named.

      Ends with 0 when nothing is to be done, else with 1.

      Examples:
        mcp-valet doctor
        mcp-valet doctor --json | jq '.[] | select(.outcome == "failure")'
      """)

  @Flag(
    help: """
      Print JSON: an array of {check, outcome, message, next, milliseconds}; outcome is 'ok', 'note', \
      'warning', 'failure' or 'not-checked'; next, what to type, is left out where there is nothing \
      to do. A check may have several entries, and each has all the check's milliseconds.
      """)
  var json = false

  func run() throws {
    let examination = Examination(try? Context.current())
    var round = DoctorRound(examination)
    let style = TerminalStyle(descriptor: STDOUT_FILENO)
    let width = TerminalStyle.width(of: STDOUT_FILENO)
    for check in Check.all {
      let work = SlowWork("checking \(check.name)")
      let result = round.run(check)
      work.end()
      // Each as it comes: one that hangs shows where.
      if !json { for line in result.lines(style, width: width) { Report.output(line) } }
    }
    if json {
      try JSONOutput.print(round.results.flatMap(\.entries))
    } else {
      Report.output(round.summary)
    }
    if round.results.contains(where: \.wantsAction) { throw ArgumentParser.ExitCode.failure }
  }
}
