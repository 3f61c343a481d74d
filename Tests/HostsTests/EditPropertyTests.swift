import HostConfigs
import Testing
import ValetTesting

@testable import Hosts

/// Random files, random edits of one server: the values become what was asked for, and all other
/// bytes stay.
@Suite struct EditPropertyTests {
  private typealias Edit = (path: [String], value: JSONValue?)

  @Test(arguments: [HostFormat.toml, .commentedJSON, .json], 0..<3 as Range<UInt64>)
  func editsWhatIsAskedAndNothingElse(format: HostFormat, seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    var oracle = TOMLOracle()
    for _ in 0..<500 {
      var writer = ServerFileWriter(format, generator)
      let text = writer.file()
      generator = writer.generator
      var document = try HostDocument(parsing: Array(text.utf8), format: format, path: "f")
      let section = ServerSection(format == .toml ? "mcp_servers" : "mcpServers")
      let servers = document.servers(in: [section])
      let server = generator.pick(servers)
      var done: [Edit] = []
      for _ in 0...generator.below(3) {
        let edit = randomEdit(of: server, &generator)
        if let value = edit.value {
          try document.set(value, at: ValuePath(edit.path))
        } else {
          try document.remove(at: ValuePath(edit.path))
        }
        done.append(edit)
      }
      let after = String(decoding: document.bytes, as: UTF8.self)
      let story = "\(done)\n\(text)\n-- gave --\n\(after)"
      expect(
        document.servers(in: [section]).first { $0.path == server.path }, shows: done,
        beside: server, story)
      expectOthersUntouched(
        servers.filter { $0.name != server.name }, text, document, section, story)
      expectChangesToTell(text, document, story)
      expectSameLineEnds(text, after, story)
      if format == .toml { oracle.addEdit(of: text, to: after, done) }
    }
    if format == .toml { #expect(try oracle.differences() == "") }
  }

  private func randomEdit(of server: HostServer, _ generator: inout SeededGenerator) -> Edit {
    let root = server.path.names ?? []
    let texts = ServerFileWriter.texts
    switch generator.below(6) {
    case 0: return (root + ["command"], .string(generator.pick(texts)))
    case 1:
      var words = server.arguments.map(\.text)
      if generator.oneIn(2) { words = ["run", "x", "--"] + words }
      if generator.oneIn(3), !words.isEmpty { words.remove(at: generator.below(words.count)) }
      if generator.oneIn(3) {
        words.insert(generator.pick(texts), at: generator.below(words.count + 1))
      }
      return (root + ["args"], .array(words.map { .string($0) }))
    case 2: return (root + ["env", generator.pick(ServerFileWriter.variables)], nil)
    default:
      return (
        root + ["env", generator.pick(ServerFileWriter.variables)], .string(generator.pick(texts))
      )
    }
  }

  private func expect(
    _ now: HostServer?, shows edits: [Edit], beside server: HostServer, _ story: String
  ) {
    guard let now else {
      Issue.record("the server is gone: \(story)")
      return
    }
    var variables = Dictionary(
      uniqueKeysWithValues: server.environment.map { ($0.name, $0.slot.text) })
    var command = server.command?.text
    var words = server.arguments.map(\.text)
    for edit in edits {
      switch (edit.path.suffix(2).first, edit.value) {
      case ("env", .string(let text)): variables[edit.path.last ?? ""] = text
      case ("env", _): variables[edit.path.last ?? ""] = nil
      case (_, .string(let text)): command = text
      case (_, .array(let elements)):
        words = elements.map { if case .string(let text) = $0 { text } else { "" } }
      default: break
      }
    }
    #expect(now.command?.text == command, "\(story)")
    #expect(now.arguments.map(\.text) == words, "\(story)")
    #expect(
      Dictionary(uniqueKeysWithValues: now.environment.map { ($0.name, $0.slot.text) })
        == variables,
      "\(story)")
  }

  /// Byte for byte, comments and all.
  private func expectOthersUntouched(
    _ others: [HostServer], _ text: String, _ document: HostDocument, _ section: ServerSection,
    _ story: String
  ) {
    for other in others {
      let now = document.servers(in: [section]).first { $0.path == other.path }
      for (old, new) in zip(slots(of: other), now.map(slots) ?? []) {
        #expect(
          Array(text.utf8)[old.span] == document.bytes[new.span], "\(story)")
      }
      #expect(now.map(slots)?.count == slots(of: other).count, "\(story)")
    }
  }

  private func slots(of server: HostServer) -> [HostSlot] {
    [server.command].compactMap { $0 } + server.arguments
      + (server.environment + server.others).map(\.slot)
  }

  /// What is said to have changed is all that changed, and can be put back.
  private func expectChangesToTell(_ text: String, _ document: HostDocument, _ story: String) {
    var rebuilt: [UInt8] = []
    var done = 0
    for change in document.changes {
      rebuilt += document.original[done..<change.oldSpan.lowerBound] + change.new
      done = change.oldSpan.upperBound
      #expect(Array(document.bytes[change.newSpan]) == change.new, "\(story)")
    }
    rebuilt += document.original[done...]
    #expect(rebuilt == document.bytes, "\(story)")
    var undone = document
    #expect(throws: Never.self, "\(story)") { try undone.putBack(document.changes) }
    #expect(undone.bytes == Array(text.utf8), "\(story)")
  }

  private func expectSameLineEnds(_ text: String, _ after: String, _ story: String) {
    let bytes = Array(after.utf8)
    let hasCRLF = text.utf8.contains(13)
    for (index, byte) in bytes.enumerated() where byte == 10 {
      // Only strings of several lines may hold others.
      let isCRLF = index > 0 && bytes[index - 1] == 13
      if hasCRLF, !isCRLF, !text.contains("'''") { Issue.record("a bare LF: \(story)") }
      if !hasCRLF, isCRLF { Issue.record("a CR: \(story)") }
    }
  }
}
