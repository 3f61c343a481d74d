import Hosts
import Importing
import JSONText
import Secrets
import Testing

/// What an import leaves in plain text.
@Suite struct LeftKeyTests {
  private static func moved(_ name: String, _ value: String) throws -> ImportSecret {
    ImportSecret(name: try SecretName(name), source: .text(value), shape: nil, masked: "…")
  }

  private func left(
    _ value: String, in text: String, _ format: HostFormat = .commentedJSON
  ) throws -> [String] {
    let document = try HostDocument(parsing: Array(text.utf8), format: format, path: "f")
    return try LeftKey.find([Self.moved("a/T", value)], in: document, besides: []).map { key in
      let place = "\(key.position.line):\(key.position.column)"
      return switch key.kind {
      case .moved(let name): "\(place) \(name)"
      case .comment(let masked): "\(place) \(masked)"
      }
    }
  }

  @Test func findsTheValueWhereverItStands() throws {
    let text = """
      {
        // pa55-word-1 and \(key(1))
        "b": {"x": "see pa55-word-1"}, "pa55-word-1": "pa55\\u002dword-1"
      }
      """
    #expect(
      try left("pa55-word-1", in: text) == [
        "2:6 a/T", "2:22 ghp_…001", "3:19 a/T", "3:35 a/T", "3:49 a/T",
      ])
  }

  @Test func findsWhatIsQuotedBetweenQuotes() throws {
    #expect(try left("pa\"ss\\word", in: #"{"b": "=pa\"ss\\word"}"#) == ["1:9 a/T"])
  }

  /// A key that moved and has a form is said once.
  @Test func saysOnceWhatItFindsTwice() throws {
    #expect(try left(key(1), in: "a = 1 # \(key(1))", .toml) == ["1:9 a/T"])
  }

  @Test func leavesShortValuesAndWordsAlone() throws {
    for value in ["s3cr3t", "postgres"] {
      #expect(try left(value, in: "{\"\(value)\": \"\(value)\" /* \(value) */}") == [])
    }
    #expect(try left("correct-horse-battery", in: "{} // correct-horse-battery").count == 1)
  }

  @Test func saysNothingOfWhatWasSaid() throws {
    let document = try HostDocument(
      parsing: Array("{\"a\": \"x \(key(1))\"}".utf8), format: .json, path: "f")
    let moved = try [Self.moved("a/T", key(1))]
    let string = try #require(document.strings.first)
    let place = document.position(of: string.span.lowerBound)
    #expect(LeftKey.find(moved, in: document, besides: [place]).isEmpty)
    #expect(LeftKey.find(moved, in: document, besides: []).count == 1)
  }

  @Test func staysBoundedInAFileMadeOfKeys() throws {
    let many = (0..<500).map { "# \(key($0)) \(key(1))" }.joined(separator: "\n")
    #expect(try left(key(1), in: many, .toml).count == LeftKey.maximumCount)
  }
}
