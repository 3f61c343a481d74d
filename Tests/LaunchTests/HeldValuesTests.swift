internal import Secrets
internal import Testing

@testable import Launch

/// Which value a server gets that is started after others.
struct HeldValuesTests {
  private let a = try? SecretReference("valet://a")

  private static func memory(_ text: String) throws -> SecretBytes {
    var memory = try SecretBytes(count: text.utf8.count)
    memory.withUnsafeMutableBytes { $0.copyBytes(from: text.utf8) }
    return memory
  }

  private func launchValues(_ text: String) throws -> LaunchValues {
    let memory = try Self.memory(text)
    let place = SecretValues.Place(try #require(a), 0..<memory.count, version: 1)
    return LaunchValues(SecretValues(memory: memory, places: [place]))
  }

  private func new(_ text: String, version: UInt32) throws -> NewValue {
    let memory = try Self.memory(text)
    return NewValue(try #require(a), version: version, bytes: memory)
  }

  private func value(_ held: HeldValues) throws -> String {
    var text = ""
    #expect(held.withValue(of: try #require(a)) { text = String(decoding: $0, as: UTF8.self) })
    let version = held.version(of: try #require(a)) ?? 0
    return "\(text) \(version)"
  }

  @Test func theNewestIsGivenAndTakenBackWhenItsSwapFails() throws {
    var held = HeldValues([try launchValues("one")])
    #expect(try value(held) == "one 1")
    held.stage([try new("two", version: 2)], for: 1)
    held.stage([try new("three", version: 3)], for: 2)
    #expect(try value(held) == "three 3")
    held.drop(2)
    #expect(try value(held) == "two 2")
    held.drop(1)
    #expect(try value(held) == "one 1")
  }

  @Test func whatHasSucceededStaysBelowWhatIsTried() throws {
    var held = HeldValues([try launchValues("one")])
    held.stage([try new("two", version: 2)], for: 1)
    held.stage([try new("three", version: 3)], for: 2)
    held.keep(1)
    #expect(try value(held) == "three 3")
    held.drop(2)
    #expect(try value(held) == "two 2")
    held.stage([try new("four", version: 4)], for: 3)
    held.keep(3)
    held.drop(3)
    #expect(try value(held) == "four 4")
  }

  @Test func nothingStaysOfWhatWasReplacedForGood() throws {
    let launch = try launchValues("one")
    var held = HeldValues([launch])
    func all() throws -> [String] {
      var texts: [String] = []
      held.forEachValue(of: try #require(a)) { texts.append(String(decoding: $0, as: UTF8.self)) }
      return texts
    }
    held.stage([try new("two", version: 2)], for: 1)
    held.drop(1)
    held.stage([try new("three", version: 3)], for: 2)
    #expect(try all() == ["three", "one"])
    held.keep(2)
    #expect(try all() == ["three"])
    // The memory of the launch does not have it any more either.
    #expect(launch.values.withValue(of: try #require(a)) { _ in } == nil)
    held.stage([try new("four", version: 4)], for: 3)
    held.drop(3)
    #expect(try value(held) == "three 3")
  }

  @Test func knowsWhetherAValueIsNews() throws {
    var held = HeldValues([try launchValues("one")])
    #expect(held.standing(of: try new("one", version: 1)) == .present)
    #expect(held.standing(of: try new("one", version: 2)) == .news)
    #expect(held.standing(of: try new("two", version: 1)) == .news)
    held.stage([try new("two", version: 2)], for: 1)
    #expect(held.standing(of: try new("one", version: 1)) == .news)
    // Its swap may yet fail.
    #expect(held.standing(of: try new("two", version: 2)) == .tried(swap: 1))
    #expect(held.version(of: try #require(a)) == 2)
    #expect(held.settledVersion(of: try #require(a)) == 1)
    held.keep(1)
    #expect(held.standing(of: try new("two", version: 2)) == .present)
    #expect(held.settledVersion(of: try #require(a)) == 2)
  }
}
