import HostConfigs
import Hosts
import Importing
import Testing
import ValetTesting

/// Every host's fixture, with keys in every place that can hold one: what is planned can be taken
/// back byte for byte.
@Suite struct FixtureTests {
  private static let folder =
    "/" + #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
    + "/HostsTests/Fixtures"

  static let files: [String] = Host.all.flatMap { host in
    TemporaryFolder.names(in: "\(folder)/\(host.id)").sorted().map { "\(host.id)/\($0)" }
  }.filter { !$0.hasSuffix("ml") || $0.hasSuffix(".toml") }

  @Test(arguments: files) func aPlanHoldsNoKey(file: String) throws {
    let fixture = try Fixture(Self.folder, file)
    let plan = fixture.plan
    for rewrite in plan.rewrites {
      for (index, secret) in plan.book.secrets.enumerated() {
        guard case .text(let value) = secret.source, rewrite.secrets.contains(secret.name) else {
          continue
        }
        #expect(!plan.text.contains(value), "\(index) \(plan.text)")
      }
    }
  }

  @Test(arguments: files) func theFileIsPutBackByteForByteAndShownWithoutKeys(file: String) throws {
    let fixture = try Fixture(Self.folder, file)
    let plan = fixture.plan
    var after = try fixture.document(plan.document.bytes)
    try after.putBack(plan.document.changes)
    #expect(after.bytes == fixture.before.bytes)

    for (one, other) in [(plan.document, fixture.before), (after, plan.document)] {
      let lines = FileDiff.lines(one, other, sections: fixture.sections, hiding: [])
      #expect(lines.isEmpty == plan.rewrites.isEmpty)
      for number in fixture.numbers {
        #expect(!lines.joined().contains(key(number).suffix(8)), "\(lines)")
      }
    }
  }

  /// As in a file that changed elsewhere.
  @Test(arguments: files) func theServersArePutBackByTheirValues(file: String) throws {
    let fixture = try Fixture(Self.folder, file)
    let plan = fixture.plan
    var again = try fixture.document(plan.document.bytes)
    for rewrite in plan.rewrites {
      for edit in rewrite.edits {
        #expect(again.holds(edit.new, at: edit.path))
        try again.put(plan.filled(edit.old), at: edit.path)
      }
    }
    for (old, new) in zip(fixture.servers, again.servers(in: fixture.sections)) {
      #expect(old.command?.text == new.command?.text)
      #expect(old.arguments.map(\.text) == new.arguments.map(\.text))
      #expect(old.environment.map(\.slot.text) == new.environment.map(\.slot.text))
    }
  }

  @Test(arguments: files) func theRecordHoldsAllOfIt(file: String) throws {
    let fixture = try Fixture(Self.folder, file)
    let plan = fixture.plan
    let record = UndoRecord(
      path: file,
      steps: [
        .init(
          time: 1, oldDigest: FileDigest.of(fixture.before.bytes),
          newDigest: FileDigest.of(plan.document.bytes), changes: plan.document.changes,
          servers: plan.rewrites.map {
            .init(name: $0.server.name, runName: $0.name, grant: [], edits: $0.edits)
          })
      ])
    let encoded = record.encoded()
    #expect(try encoded.withUnsafeBytes { try UndoRecord($0) } == record)
    for length in stride(from: 0, to: encoded.count, by: 7) {
      #expect(throws: UndoRecordError.self) {
        _ = try Array(encoded[..<length]).withUnsafeBytes { try UndoRecord($0) }
      }
    }
  }
}

/// A host's fixture with a key in every place that can hold one, and what an import makes of it.
private struct Fixture {
  let file: String
  let format: HostFormat
  let sections: [ServerSection]
  /// The file with the keys.
  let before: HostDocument
  let servers: [HostServer]
  /// Those of the keys.
  let numbers: ClosedRange<Int>
  let plan: Plan

  init(_ folder: String, _ file: String) throws {
    let host = try Host.named(String(try #require(file.split(separator: "/").first)))
    let place = try #require(
      host.places.first { place in
        place.format.isEditable
          && (place.folderOf.isEmpty || place.folderOf.contains { file.hasSuffix($0) })
      })
    var start = try HostDocument(
      parsing: TemporaryFolder.read("\(folder)/\(file)"), format: place.format, path: file)
    var number = 100
    for server in start.servers(in: place.sections) {
      for slot in server.environment.map(\.slot) + server.arguments where slot.isString {
        number += 1
        let isFlag = slot.text.hasPrefix("-")
        let text = isFlag ? "\(slot.text)=\(key(number))" : key(number)
        try start.set(.string(text), at: slot.path)
      }
    }
    self.file = file
    format = place.format
    sections = place.sections
    before = try HostDocument(parsing: start.bytes, format: place.format, path: file)
    servers = before.servers(in: place.sections)
    numbers = 100...number
    plan = Plan(before, servers, host: host)
  }

  func document(_ bytes: [UInt8]) throws -> HostDocument {
    try HostDocument(parsing: bytes, format: format, path: file)
  }
}
