import ValetTesting

/// What a plain reader finds in a document: a member that is not there, or is `null`, is `.some(nil)`;
/// one of another kind is `nil`.
struct Expected {
  private var members: [String: ReferenceJSON.Tree] = [:]

  /// `nil` for what is no object, or has a name twice.
  init?(_ bytes: [UInt8]) {
    // The reference recurses.
    guard bytes.count(where: { $0 == 0x5B || $0 == 0x7B }) < 100 else { return nil }
    guard case .object(let found)? = ReferenceJSON.parse(bytes) else { return nil }
    for member in found {
      guard members.updateValue(member.value, forKey: member.name) == nil else { return nil }
    }
  }

  func text(_ name: String) -> String?? {
    switch members[name] {
    case nil, .null: .some(nil)
    case .string(let text): text
    default: nil
    }
  }

  func texts(_ name: String) -> [String]?? {
    switch members[name] {
    case nil, .null: return .some(nil)
    case .array(let elements):
      let texts = elements.compactMap { element -> String? in
        if case .string(let text) = element { text } else { nil }
      }
      guard texts.count == elements.count else { return nil }
      return .some(texts)
    default: return nil
    }
  }

  func flag(_ name: String) -> Bool?? {
    switch members[name] {
    case nil, .null: .some(nil)
    case .boolean(let flag): flag
    default: nil
    }
  }

  /// Whether every member of metadata is of its kind, and the issuer the right one.
  var isMetadata: Bool {
    guard case .some(.some(let issuer)) = text("issuer"),
      issuer.utf8.elementsEqual(Known.issuer.utf8)
    else { return false }
    return Known.metadata.allSatisfy { name in
      if name.hasSuffix("endpoint") { return text(name) != nil }
      if name.hasPrefix("client_id_") || name.hasPrefix("authorization_response_") {
        return flag(name) != nil
      }
      return !name.hasSuffix("_supported") || texts(name) != nil
    }
  }
}

extension Expected? {
  /// Whether taking or refusing is right: what is refused is broken, and the other way round.
  func allows(_ isTaken: Bool, _ isGood: (Expected) -> Bool) -> Bool {
    guard let self else { return !isTaken }
    return isGood(self) == isTaken || (!isTaken && self.isOdd)
  }
}

extension Expected {
  /// Whether a text stands there that the strict reader alone refuses: half a surrogate pair, which
  /// the reference reads as U+FFFD, and depth.
  var isOdd: Bool { members.values.contains { Self.isOdd($0, depth: 1) } || hasOddName }

  private var hasOddName: Bool { members.keys.contains { $0.unicodeScalars.contains("\u{FFFD}") } }

  private static func isOdd(_ tree: ReferenceJSON.Tree, depth: Int) -> Bool {
    if depth > 15 { return true }
    return switch tree {
    case .string(let text): text.unicodeScalars.contains("\u{FFFD}")
    case .array(let elements): elements.contains { isOdd($0, depth: depth + 1) }
    case .object(let members):
      members.contains {
        $0.name.unicodeScalars.contains("\u{FFFD}") || isOdd($0.value, depth: depth + 1)
      }
    default: false
    }
  }
}
