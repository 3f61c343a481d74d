import JSONText
import Testing
import ValetTesting

@testable import Hosts

@Suite struct TOMLReadingTests {
  @Test func readsAsTomllibDoes() throws {
    var oracle = TOMLOracle()
    for text in tomlTexts { oracle.addReading(of: text) }
    for left in tomlTexts where left.utf8.contains(10) || left.hasPrefix("[") {
      for right in tomlTexts { oracle.addReading(of: left + "\n" + right) }
    }
    #expect(try oracle.differences() == "")
  }

  @Test(arguments: 0..<4 as Range<UInt64>)
  func readsAsTomllibDoesWhatRandomChangesLeave(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    var oracle = TOMLOracle()
    for _ in 0..<4000 {
      var text = generator.pick(tomlTexts)
      if generator.oneIn(2) { text += "\n" + generator.pick(tomlTexts) }
      oracle.addReading(of: mutated(text, &generator))
    }
    #expect(try oracle.differences() == "")
  }

  @Test func saysWhereItIsWrong() {
    func failure(_ text: String) -> HostError? {
      do throws(HostError) {
        _ = try HostDocument(parsing: Array(text.utf8), format: .toml, path: "config.toml")
        return nil
      } catch {
        return error
      }
    }
    #expect(
      failure("a = 1\nb = é\n")
        == .malformed(
          path: "config.toml", at: TextPosition(line: 2, column: 5), reason: "expected a value"))
    #expect(
      failure("[a]\nb = 'sec")?.message
        == "config.toml:2:9: a string has no closing quote on its line"
        || failure("[a]\nb = 'sec")?.message == "config.toml:2:9: a string has no closing quotes")
    #expect(failure("[a]\n[b]\n[a]")?.message == "config.toml:3:2: this table stands twice")
  }

  @Test func refusesWhatNestsTooDeep() {
    for text in [
      "a = " + String(repeating: "[", count: 100_000),
      "a = " + String(repeating: "{a = ", count: 100_000),
      "[" + Array(repeating: "a", count: 100_000).joined(separator: ".") + "]",
      Array(repeating: "a", count: 100_000).joined(separator: ".") + " = 1",
    ] {
      #expect(throws: HostError.self) {
        try HostDocument(parsing: Array(text.utf8), format: .toml, path: "t")
      }
    }
  }

  @Test func readsManyKeysInOneTableQuickly() throws {
    let text = (0..<100_000).map { "k\($0) = 1\n" }.joined()
    let time = try processorTime {
      _ = try HostDocument(parsing: Array(text.utf8), format: .toml, path: "t")
    }
    #expect(time < .seconds(10))
  }
}
