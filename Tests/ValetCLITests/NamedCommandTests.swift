import ArgumentParser
import Testing
import ValetTesting

@testable import ValetCLI

/// What we tell people to type can be typed.
@Suite struct NamedCommandTests {
  private static let sources =
    #filePath.split(separator: "/").dropLast(3)
    .reduce("") { "\($0)/\($1)" } + "/Sources"

  /// Why the command line is not understood; `nil` when it is.
  private func complaint(_ words: [String]) -> String? {
    do {
      _ = try ValetCommand.parseAsRoot(words)
      return nil
    } catch {
      if ValetCommand.exitCode(for: error).isSuccess { return nil }
      return ValetCommand.message(for: error)
    }
  }

  @Test func everyCommandOfAHintIsUnderstood() {
    let commands = NamedCommand.all(in: Self.sources)
    var count = 0
    for command in commands {
      guard let words = command.words() else { continue }
      count += 1
      let complaint = complaint(words)
      #expect(complaint == nil, "\(command.place): mcp-valet \(words)")
    }
    #expect(count > 200, "\(count)")
  }

  @Test func oneThatIsNotWouldBeFound() {
    #expect(complaint(["vault", "verify-it"]) != nil)
    #expect(complaint(["reload"]) != nil)
    #expect(complaint(["list", "--no-such-option"]) != nil)
    #expect(complaint(["rotate", "GIVEN"]) == nil)
  }
}
