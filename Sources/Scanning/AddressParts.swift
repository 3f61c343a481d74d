/// Secrets in addresses: in the part before the host, in parameters, and in path segments.
enum AddressParts {
  static func hits(in text: String) -> [SecretDetector.Hit] {
    guard let scheme = text.firstRange(ofText: "://") else { return [] }
    let rest = text[scheme.upperBound...]
    // People put passwords in as they are, with a `#` too.
    let slash = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
    let host = rest[..<slash].lastIndex(of: "@") ?? rest.startIndex
    let end = rest[host...].firstIndex { $0 == "/" || $0 == "?" || $0 == "#" } ?? rest.endIndex
    var hits = userInfo(rest[..<end])
    let tail = rest[end...]
    let fragment = tail.firstIndex(of: "#") ?? tail.endIndex
    let question = tail[..<fragment].firstIndex(of: "?") ?? fragment
    hits += path(tail[..<question])
    if question < fragment { hits += parameters(tail[question..<fragment].dropFirst()) }
    return hits
  }

  private static func userInfo(_ authority: Substring) -> [SecretDetector.Hit] {
    guard let at = authority.lastIndex(of: "@") else { return [] }
    let user = authority[..<at]
    guard let colon = user.firstIndex(of: ":") else {
      // `https://TOKEN@host`: a name is no secret, a key is.
      let name = String(user)
      return SecretDetector.shapeHit(in: name).map { [$0] }
        ?? (Randomness.looksLikeKey(name) ? [SecretDetector.Hit(.entropy, name, name: "user")] : [])
    }
    let password = String(user[colon...].dropFirst())
    // `guest:guest` and the like: what a program is delivered with.
    if password.utf8.elementsEqual(user[..<colon].utf8) { return [] }
    if password.isEmpty || Placeholder.isReference(password) || isStandIn(password) { return [] }
    return [SecretDetector.Hit(.name, password, name: "password")]
  }

  /// In the examples of every README.
  private static func isStandIn(_ password: String) -> Bool {
    let lower = password.lowercased()
    return ["pass", "pwd", "passwd"].contains(lower) || Placeholder.isPlaceholder(password)
  }

  private static func parameters(_ query: Substring) -> [SecretDetector.Hit] {
    query.split(separator: "&").flatMap { part -> [SecretDetector.Hit] in
      guard let equals = part.firstIndex(of: "=") else { return [] }
      let name = String(part[..<equals])
      let value = String(part[equals...].dropFirst())
      return SecretDetector.hits(in: value, named: name)
        .map { SecretDetector.Hit($0.reason, $0.value, name: name) }
    }
  }

  private static func path(_ path: Substring) -> [SecretDetector.Hit] {
    path.split(separator: "/").compactMap { segment in
      let text = String(segment)
      if let hit = SecretDetector.shapeHit(in: text) { return hit }
      // Ids, commits and digests stand in paths too: only the longest and most random.
      guard text.utf8.count >= 24, !text.utf8.allSatisfy(\.isHexadecimal),
        Randomness.looksLikeKey(text), !Placeholder.isPlaceholder(text)
      else { return nil }
      return SecretDetector.Hit(.entropy, text, name: "path")
    }
  }
}
