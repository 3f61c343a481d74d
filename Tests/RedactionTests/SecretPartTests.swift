import Redaction
import Testing

/// What of a value is looked for besides the whole.
@Suite struct SecretPartTests {
  private func redacted(_ line: String, secret: String) throws -> String {
    var bench = try Bench(("s", secret))
    return bench.redact(line)
  }

  @Test func leavesOutWhatIsTooShortAndSaysSo() throws {
    var bench = try Bench([])
    #expect(try bench.add("a", Array("1234567".utf8)) == .value)
    #expect(try bench.add("b", []) == .value)
    #expect(try bench.add("c", Array("12345678".utf8)) == [])
    #expect(try bench.add("d", Array("pg://me:short@host/db".utf8)) == .urlPassword)
    #expect(try bench.add("e", Array("pg://me:long-enough@host/db".utf8)) == [])
    #expect(bench.redact(#"["1234567","short"]"#) == #"["1234567","short"]"#)
    #expect(bench.redact(#"["pg://me:short@host/db"]"#) == #"["[redacted d]"]"#)
  }

  @Test func looksForTheLinesOfAPEMBlock() throws {
    let lines = [
      "-----BEGIN PRIVATE KEY-----", "MIIEvQIBADANBgkqhkiG", "9w0BAQEFAASC+/aZ", "shorter+line==",
    ]
    for separator in ["\n", "\r\n", "\\n"] {
      let value = lines.joined(separator: separator) + separator
      for line in lines.prefix(3) {
        #expect(try redacted("key line: \(line);", secret: value) == "key line: [redacted s];")
      }
      #expect(try redacted("shorter+line==", secret: value) == "shorter+line==")
      #expect(try redacted(value, secret: value) == "[redacted s]")
    }
  }

  @Test func looksForAValueWithoutTheSpaceAroundIt() throws {
    #expect(try redacted(#"["token-123"]"#, secret: " token-123\n") == #"["[redacted s]"]"#)
  }

  @Test func looksForThePasswordOfAURL() throws {
    let url = "postgres://app:p%40ss-w%2Frd@db.example.org:5432/main?x=1"
    #expect(try redacted("p%40ss-w%2Frd", secret: url) == "[redacted s]")
    #expect(try redacted("p@ss-w/rd", secret: url) == "[redacted s]")
    #expect(try redacted("p%40ss-w/rd", secret: url) == "[redacted s]")
    #expect(try redacted("db.example.org", secret: url) == "db.example.org")
    #expect(try redacted("pass/word", secret: "redis://:pass/word@host") == "[redacted s]")
    #expect(try redacted("host.example", secret: "https://host.example/a:b@c") == "host.example")
  }

  @Test func looksForTheStringsOfAJSONValue() throws {
    let value =
      #"{"type":"service","private_key":"-----BEGIN\nMIIEvQIBADANBgkq\n","list":["\u0061bcdefgh",1234567890]}"#
    #expect(try redacted(#"["abcdefgh"]"#, secret: value) == #"["[redacted s]"]"#)
    #expect(try redacted("MIIEvQIBADANBgkq", secret: value) == "[redacted s]")
    #expect(try redacted("private_key", secret: value) == "private_key")
    #expect(try redacted("service", secret: value) == "service")
    // Not JSON after all.
    #expect(try redacted("abcdefgh", secret: #"["abcdefgh""#) == "abcdefgh")
  }

  @Test func takesALongValueOfAnything() throws {
    for byte in [0x61, 0x0A, 0x5B, 0x22, 0x25, 0x5C] as [UInt8] {
      let value = [UInt8](repeating: byte, count: 50_000)
      var bench = try Bench([.init(name: "s", value: value)])
      #expect(bench.redact(Array("<".utf8) + value) == Array("<[redacted s]".utf8))
    }
  }

  @Test func takesManyLines() throws {
    let lines = (0..<20_000).map { "line \($0) 0123456789" }
    var bench = try Bench(("s", lines.joined(separator: "\n")))
    #expect(bench.redact("x line 19999 0123456789") == "x [redacted s]")
  }
}
