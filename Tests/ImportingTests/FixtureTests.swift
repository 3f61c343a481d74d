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

  @Test(arguments: files) func planAndUndoIsTheIdentity(file: String) throws {
    let parts = file.split(separator: "/").map(String.init)
    let host = try Host.named(parts[0])
    let bytes = try TemporaryFolder.read("\(Self.folder)/\(file)")
    let place = try #require(
      host.places.first { place in
        place.format.isEditable
          && (place.folderOf.isEmpty || place.folderOf.contains { file.hasSuffix($0) })
      })
    var start = try HostDocument(parsing: bytes, format: place.format, path: file)
    var number = 100
    for server in start.servers(in: place.sections) {
      for slot in server.environment.map(\.slot) + server.arguments where slot.isString {
        number += 1
        let isFlag = slot.text.hasPrefix("-")
        let text = isFlag ? "\(slot.text)=\(key(number))" : key(number)
        try start.set(.string(text), at: slot.path)
      }
    }
    let before = try HostDocument(parsing: start.bytes, format: place.format, path: file)
    let servers = before.servers(in: place.sections)
    let plan = Plan(before, servers, host: host)
    for rewrite in plan.rewrites {
      for (index, secret) in plan.book.secrets.enumerated() {
        guard case .text(let value) = secret.source, rewrite.secrets.contains(secret.name) else {
          continue
        }
        #expect(!plan.text.contains(value), "\(index) \(plan.text)")
      }
    }

    // The whole file, by its bytes.
    var after = try HostDocument(parsing: plan.document.bytes, format: place.format, path: file)
    try after.putBack(plan.document.changes)
    #expect(after.bytes == before.bytes)

    // As it is shown.
    for (one, other) in [(plan.document, before), (after, plan.document)] {
      let lines = FileDiff.lines(one, other, sections: place.sections, hiding: [])
      #expect(lines.isEmpty == plan.rewrites.isEmpty)
      for number in 100...number {
        #expect(!lines.joined().contains(key(number).suffix(8)), "\(lines)")
      }
    }

    // By values, as in a file that changed elsewhere.
    var again = try HostDocument(parsing: plan.document.bytes, format: place.format, path: file)
    for rewrite in plan.rewrites {
      for edit in rewrite.edits {
        #expect(again.holds(edit.new, at: edit.path))
        try again.put(plan.filled(edit.old), at: edit.path)
      }
    }
    for (old, new) in zip(servers, again.servers(in: place.sections)) {
      #expect(old.command?.text == new.command?.text)
      #expect(old.arguments.map(\.text) == new.arguments.map(\.text))
      #expect(old.environment.map(\.slot.text) == new.environment.map(\.slot.text))
    }

    // The record says all of it.
    let record = UndoRecord(
      path: file,
      steps: [
        .init(
          time: 1, oldDigest: FileDigest.of(before.bytes),
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
