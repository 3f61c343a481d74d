import Testing

@testable import OAuth

@Suite struct ChallengeTests {
  private func parsed(_ headers: String...) -> [String] {
    Challenge.parse(headers).map { challenge in
      ([challenge.scheme] + challenge.parameters.map { "\($0.name):\($0.value)" }).joined(
        separator: " ")
    }
  }

  @Test("A2 one challenge") func one() {
    #expect(parsed("Bearer") == ["bearer"])
    #expect(parsed(#"Bearer realm="x""#) == ["bearer realm:x"])
    #expect(parsed(#"BEARER Realm="x", Scope="a b""#) == ["bearer realm:x scope:a b"])
    #expect(parsed(#"Bearer error=invalid_token"#) == ["bearer error:invalid_token"])
    #expect(parsed(#"Bearer realm = "x" ,scope="y""#) == ["bearer realm:x scope:y"])
  }

  @Test("A2 several challenges in one header") func severalInOne() {
    #expect(
      parsed(#"Basic realm="a, b", Bearer resource_metadata="https://x/y", Negotiate"#)
        == ["basic realm:a, b", "bearer resource_metadata:https://x/y", "negotiate"])
    #expect(parsed("Negotiate, NTLM") == ["negotiate", "ntlm"])
    #expect(
      parsed(#"Negotiate oYG8==, Bearer scope="a""#) == ["negotiate", "bearer scope:a"])
    #expect(parsed(#",, Bearer realm="x" ,,"#) == ["bearer realm:x"])
  }

  @Test("A2 several headers") func severalHeaders() {
    #expect(
      parsed(#"Basic realm="a""#, #"Bearer scope="b""#) == ["basic realm:a", "bearer scope:b"])
  }

  @Test("A2 quoted strings") func quotedStrings() {
    #expect(
      parsed(#"Bearer realm="a\"b\\c", scope="Bearer x=\"y\"""#)
        == [#"bearer realm:a"b\c scope:Bearer x="y""#])
    #expect(parsed(#"Bearer realm="""#) == ["bearer realm:"])
  }

  @Test("A2 what cannot be parsed ends its header and nothing else") func malformed() {
    #expect(parsed(#"Bearer realm="never ends"#) == ["bearer"])
    #expect(parsed(#"Bearer realm="x\"#) == ["bearer"])
    #expect(parsed("") == [])
    #expect(parsed(#"="x""#) == [])
    #expect(parsed(#"Bearer realm="", scope=, x="y""#, "Basic") == ["bearer realm:", "basic"])
    #expect(parsed("Bearer \u{0}") == ["bearer"])
  }

  @Test("A2 a parameter that is there twice is not there") func repeated() {
    let challenge = Challenge.bearer([
      #"Bearer resource_metadata="https://a", resource_metadata="https://b", scope="s""#
    ])
    #expect(challenge?["resource_metadata"] == nil)
    // What several say together, and where the metadata is, whoever says it.
    let two = Challenge.bearer([
      #"Bearer scope="a", error="x", Bearer scope="b", resource_metadata="https://m""#
    ])
    #expect(two?["scope"] == "a" && two?["resource_metadata"] == "https://m")
    let other = Challenge.bearer([
      #"Bearer scope="a""#, #"DPoP algs="ES256", resource_metadata="https://m""#,
    ])
    #expect(other?["scope"] == "a" && other?["resource_metadata"] == "https://m")
    let alone = Challenge.bearer([#"DPoP resource_metadata="https://m""#, "Basic"])
    #expect(alone?["resource_metadata"] == "https://m")
    #expect(Challenge.bearer(["Basic"]) == nil)
    #expect(challenge?["scope"] == "s")
  }

  @Test func survivesAnything() {
    // Every prefix and every flip of one long header ends.
    let header = Array(
      #"Basic realm="a\"b", Bearer scope="x", Negotiate abc==, Digest a=b,c="d""#.utf8)
    for index in header.indices {
      _ = Challenge.parse([String(decoding: header[..<index], as: UTF8.self)])
      for byte in [0, 34, 44, 61, 92, 255] as [UInt8] {
        var changed = header
        changed[index] = byte
        _ = Challenge.parse([String(decoding: changed, as: UTF8.self)])
      }
    }
  }
}
