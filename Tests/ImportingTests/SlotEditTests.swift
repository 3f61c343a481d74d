import Hosts
import Importing
import Secrets
import Testing

/// Values of a file with references, and with secrets in their place.
@Suite struct SlotEditTests {
  private static let old = SlotEdit.Value.list(["-H", "Bearer {{valet://a/T}}!", "valet://b"])

  private static func document(_ list: String) throws -> HostDocument {
    try HostDocument(parsing: Array("{\"l\": \(list)}".utf8), format: .json, path: "f")
  }

  @Test func fillsEveryReference() throws {
    let values = ["a/T": "one", "b": "two"]
    #expect(try Self.old.filled { values[$0.text] } == .list(["-H", "Bearer one!", "two"]))
    #expect(try SlotEdit.Value.absent.filled { _ in nil } == .absent)
    #expect(throws: StoreError.self) { try Self.old.filled { $0.text == "b" ? "two" : nil } }
  }

  @Test func findsTheValuesAgainThatWereFilledIn() throws {
    let edit = SlotEdit(path: ValuePath(["l"]), old: Self.old, new: .list([]))
    let filled = try Self.document(#"["-H", "Bearer one!", "two"]"#)
    #expect(filled.values(of: edit) == ["one", "two"])
    // Not what was put there: all of it may be secret.
    let other = try Self.document(#"["-H", "Basic one", "two"]"#)
    #expect(other.values(of: edit) == ["Basic one", "two"])
    #expect(try Self.document(#"["x"]"#).values(of: edit) == ["x"])
  }

  @Test func knowsWhatComesThroughUs() throws {
    for (list, isOurs) in [
      (#"["/opt/bin/mcp-valet", "run"]"#, true), (#"["mcp-valet"]"#, true),
      (#"["x", "valet://a/T"]"#, true), (#"["npx", "not-mcp-valet"]"#, false), ("[]", false),
    ] {
      #expect(try Self.document(list).comesThroughUs(at: ValuePath(["l"])) == isOurs)
    }
    #expect(!(try Self.document("[]").comesThroughUs(at: ValuePath(["m"]))))
  }
}
