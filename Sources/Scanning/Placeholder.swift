/// Values that are no secrets whatever their name: references, and what people write where a value
/// is to be filled in.
enum Placeholder {
  /// Whether a value only names where the real one is.
  static func isReference(_ text: String) -> Bool {
    if text.hasPrefix("$") {
      // `$NAME`: `$ecret1` is a password all the same.
      let name = text.dropFirst()
      if !name.isEmpty, name.utf8.allSatisfy(\.isUpperNameCharacter) { return true }
    }
    if text.hasPrefix("%"), text.hasSuffix("%"), text.utf8.count > 2 { return true }
    for (start, end) in [("${", "}"), ("{{", "}}"), ("$(", ")"), ("{env:", "}"), ("{file:", "}")] {
      if let opening = text.firstRange(ofText: start),
        text[opening.upperBound...].firstRange(ofText: end) != nil
      {
        return true
      }
    }
    return schemes.contains { text.hasPrefix($0) }
  }

  /// Of stores that a host, a shell or a wrapper asks.
  private static let schemes = [
    "valet://", "keyring://", "oauth://", "op://", "vault://", "vault:", "bws://", "doppler://",
    "secret://", "secrets://", "env:", "env://", "file://", "ref+", "keychain:", "aws-sm://",
    "gcp-sm://", "infisical://", "COPILOT_MCP_",
  ]

  /// The default in `${NAME:-default}`, which is a value.
  static func defaultValue(in text: String) -> String? {
    guard let start = text.firstRange(ofText: "${"),
      let separator = text[start.upperBound...].firstRange(ofText: ":-"),
      let end = text[separator.upperBound...].firstIndex(of: "}")
    else { return nil }
    let name = text[start.upperBound..<separator.lowerBound]
    guard name.utf8.allSatisfy({ $0.isUpperNameCharacter || UInt8(ascii: "a")...122 ~= $0 }) else {
      return nil
    }
    return String(text[separator.upperBound..<end])
  }

  /// Whether a value is there to be replaced.
  static func isPlaceholder(_ text: String) -> Bool {
    let lower = text.lowercased()
    if lower.hasPrefix("<") && lower.hasSuffix(">") || lower.hasPrefix("[") && lower.hasSuffix("]")
    {
      return true
    }
    if text.contains("...") || text.contains("…") || text.contains("***") { return true }
    if parts.contains(where: { lower.firstRange(ofText: $0) != nil }) { return true }
    if wholes.contains(lower) { return true }
    return isMonotonous(Array(lower.utf8))
  }

  /// One to three different characters, or mostly letters and digits in their order.
  private static func isMonotonous(_ bytes: [UInt8]) -> Bool {
    guard bytes.count >= 4 else { return false }
    if Set(bytes).count <= (bytes.count < 8 ? 1 : 3) { return true }
    var run = 1
    var longest = 1
    var repeated = 1
    var longestRepeated = 1
    for (previous, next) in zip(bytes, bytes.dropFirst()) {
      let continues =
        next == previous &+ 1 || previous == UInt8(ascii: "9") && next == UInt8(ascii: "0")
      run = continues ? run + 1 : 1
      longest = max(longest, run)
      repeated = next == previous ? repeated + 1 : 1
      longestRepeated = max(longestRepeated, repeated)
    }
    return longest >= 7 || longestRepeated >= 6
  }

  /// In a value of any kind.
  private static let parts = [
    "your", "xxxx", "changeme", "change-me", "change_me", "placeholder", "replace-me", "replace_me",
    "replaceme", "insert-", "insert_", "example", "dummy", "redacted", "to-be-", "fill-in",
    "fill_in",
    "paste-", "paste_", "put-", "put_", "-here", "_here", "my-api-key", "my_api_key", "my-token",
    "my_token", "my-secret", "my_secret", "not-a-real", "notreal", "not-needed", "not_needed",
    "<token", "<api", "<key", "api-key-goes", "goes-here", "mytoken", "myapikey",
  ]
  /// The whole value.
  private static let wholes: Set<String> = [
    "", "none", "null", "nil", "undefined", "true", "false", "yes", "no", "on", "off", "todo",
    "tbd",
    "token", "secret", "password", "key", "apikey", "api-key", "api_key", "test", "testing",
    "local",
    "default", "empty", "optional", "required", "value", "string", "bearer", "basic", "sk-", "n/a",
    "access-token", "access_token", "auth-token", "auth_token", "disabled", "enabled", "auto",
    "ollama", "lm-studio", "anonymous", "public", "fake", "foo", "bar", "baz", "foobar", "abc",
    "abc123",
    "no-key", "no-key-required", "sk-no-key-required", "dev", "development", "prompt", "oauth",
    "keychain", "keyring", "stdin", "env",
  ]
}

extension UInt8 {
  fileprivate var isUpperNameCharacter: Bool {
    UInt8(ascii: "A")...UInt8(ascii: "Z") ~= self || UInt8(ascii: "0")...UInt8(ascii: "9") ~= self
      || self == UInt8(ascii: "_")
  }
}

extension StringProtocol {
  /// The first place of a text in this one, by bytes.
  func firstRange(ofText text: String) -> Range<Index>? {
    guard let first = text.utf8.first else { return nil }
    var rest = utf8[...]
    while let index = rest.firstIndex(of: first) {
      rest = rest[index...]
      if rest.starts(with: text.utf8) {
        return index..<rest.index(index, offsetBy: text.utf8.count)
      }
      rest = rest.dropFirst()
    }
    return nil
  }
}
