/// What the name of a variable, a flag, a header or a parameter says about its value.
enum NamedValue: Equatable {
  /// A password: also a short one.
  case password
  /// A key or token.
  case secret
  /// Something that looks random and is none: an id, a checksum.
  case harmless
  case unknown

  init(_ name: String) {
    let words = Self.words(of: name).map(Self.withoutNumber).filter { !$0.isEmpty }
    let joined = words.joined()
    guard let last = words.last else {
      self = .unknown
      return
    }
    if joined.hasSuffix("apihash") {
      self = .secret
      return
    }
    if words.contains("public") || words.contains("publishable") || words.contains("anon") {
      self = .harmless
      return
    }
    if Self.harmlessEnds.contains(last) || Self.harmlessNames.contains(joined) {
      self = .harmless
      return
    }
    if words.contains(where: Self.passwords.contains) || joined.hasSuffix("password") {
      self = .password
    } else if words.contains(where: Self.secrets.contains)
      || Self.compounds.contains(where: { joined.contains($0) })
    {
      self = .secret
    } else if words.count > 1, Self.keys.contains(last) {
      self = .secret
    } else if words == ["key"] || words == ["auth"] {
      self = .secret
    } else {
      self = .unknown
    }
  }

  /// `token2` is a token; `sha256` is a word of its own.
  private static func withoutNumber(_ word: String) -> String {
    if harmlessEnds.contains(word) { return word }
    let isDigit = { (character: Character) in character >= "0" && character <= "9" }
    return String(word.reversed().drop(while: isDigit).reversed())
  }

  /// `githubToken`, `GITHUB_TOKEN` and `X-GitHub-Token` all have the last word `token`.
  static func words(of name: String) -> [String] {
    var words: [String] = []
    var word = ""
    var previous: UInt8 = 0
    for byte in name.utf8 {
      let isUpper = UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte
      let isLetter = isUpper || UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte
      let wasLower = UInt8(ascii: "a")...UInt8(ascii: "z") ~= previous
      let isDigit = UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
      if !isLetter && !isDigit || isUpper && wasLower {
        if !word.isEmpty { words.append(word) }
        word = ""
      }
      if isLetter || isDigit {
        word.unicodeScalars.append(Unicode.Scalar(isUpper ? byte + 32 : byte))
      }
      previous = byte
    }
    if !word.isEmpty { words.append(word) }
    return words
  }

  private static let passwords: Set<String> = [
    "password", "passwd", "passphrase", "pwd", "pass", "passwort", "pw",
  ]
  private static let secrets: Set<String> = [
    "token", "secret", "apikey", "apitoken", "accesstoken", "authtoken", "secretkey", "credential",
    "credentials", "bearer", "authorization", "cookie", "jwt", "pat", "privatekey", "secrets",
    "authkey", "accesskey", "apisecret", "clientsecret",
  ]
  private static let compounds = [
    "apikey", "accesskey", "secretkey", "privatekey", "signingkey", "encryptionkey", "authtoken",
    "authkey", "webhookurl", "connectionstring", "sharedkey", "masterkey", "servicekey",
    "licensekey", "authheader",
  ]
  /// At the end of a longer name.
  private static let keys: Set<String> = ["key", "auth", "sig", "signature", "dsn"]
  /// What a name ends with that speaks of something about a secret, or of no secret.
  private static let harmlessEnds: Set<String> = [
    "id", "ids", "file", "path", "dir", "directory", "folder", "name", "type", "mode", "method",
    "region", "host", "hostname", "port", "endpoint", "model", "version", "email", "user",
    "username", "login", "hash", "sha", "sha1", "sha256", "commit", "digest", "checksum", "etag",
    "revision", "rev", "ref", "branch", "fingerprint", "thumbprint", "prefix", "suffix", "limit",
    "count", "ttl", "timeout", "expiry", "expires", "header", "env", "var", "variable", "scope",
    "scopes", "org", "project", "team", "tenant", "workspace", "account", "bucket", "table",
    "database", "db", "schema", "collection", "index", "provider", "profile", "enabled", "required",
    "length", "size", "format", "encoding", "tokenizer", "locale", "timezone", "layout", "level",
    "toolset", "toolsets", "tools", "command", "cmd", "script", "helper", "store", "storage",
    "strategy", "policy", "realm", "issuer", "audience", "domain", "image", "tag", "tokens",
  ]
  private static let harmlessNames: Set<String> = [
    "publickey", "sshpublickey", "primarykey", "foreignkey", "sortkey", "partitionkey", "cachekey",
    "publishablekey", "sitekey", "hotkey", "keymap", "passthrough",
  ]
}
