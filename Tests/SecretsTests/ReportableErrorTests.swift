import Secrets
import Testing

@Suite struct ReportableErrorTests {
  @Test func everyStoreErrorIsOneLineAndSaysWhatToDo() throws {
    let name = try SecretName("a/b")
    let errors: [StoreError] = [
      .missing(.vault(name)), .missing(.keyring(name)), .missing(.oauth(try ConnectionName("a"))),
      .missing(.keyringItem([.init(name: "x", value: "1")])), .locked(.valet), .locked(.keyring),
      .unavailable(.keyring, reason: "no bus"), .unavailable(.valet, reason: "no vault"),
      .timedOut(.keyring, seconds: 3), .ambiguous(.keyring(name), count: 2),
      .valueTooLarge(name, byteCount: 1 << 21), .emptyValue(name),
      .noteTooLong(name, byteCount: 5000),
    ]
    for error in errors {
      for text in [error.message, try #require(error.hint)] {
        #expect(!text.contains("\n") && !text.hasSuffix("."))
        #expect(text.first?.isUppercase == false || text.hasPrefix("OAuth"))
      }
    }
    #expect(Set(errors.map(\.exitCode)) == [.configuration, .denied, .storeUnavailable, .usage])
    #expect(StoreError.missing(.vault(name)).message == "no secret valet://a/b")
    #expect(StoreError.missing(.vault(name)).hint == "mcp-valet set a/b")
  }

  @Test func makesTextsHarmlessToShow() {
    #expect(printable("plain é 😀") == "plain é 😀")
    #expect(
      printable("a\nb\u{1B}\u{9B}\u{2028}\u{202E}c")
        == "a\u{FFFD}b\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}c")
    #expect(printable(String(repeating: "x", count: 120)).utf8.count == 120)
    #expect(
      printable(String(repeating: "x", count: 121)) == String(repeating: "x", count: 120) + "…")
  }

  @Test func exitCodesAreThoseOfTheDocumentation() {
    let codes: [(ExitCode, Int32)] = [
      (.success, 0), (.usage, 64), (.corruptData, 65), (.storeUnavailable, 69), (.software, 70),
      (.inputOutput, 74), (.tryAgain, 75), (.denied, 77), (.configuration, 78),
      (.cannotExecute, 126), (.commandNotFound, 127),
    ]
    for (code, number) in codes { #expect(code.rawValue == number) }
  }
}
