/// A text with a form of its own, as the reference's schemas (zod) have it.
enum ManifestText: Sendable {
  case url
  case email
  /// `16x16`
  case iconSize
  /// BCP 47, as far as its letters go.
  case locale
  /// With `${locale}` in it.
  case localeTemplate
  case notEmpty

  var noun: String {
    switch self {
    case .url: "a URL such as \"https://example.com\""
    case .email: "an e-mail address"
    case .iconSize: "a size such as \"16x16\""
    case .locale: "a locale such as \"en-US\""
    case .localeTemplate: "a path with ${locale} in it"
    case .notEmpty: "a string that is not empty"
    }
  }

  func accepts(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    switch self {
    case .notEmpty: return !bytes.isEmpty
    case .localeTemplate:
      return text.lowercased().contains("${locale}")
    case .iconSize:
      let parts = Self.parts(bytes, UInt8(ascii: "x"))
      return parts.count == 2 && parts.allSatisfy { !$0.isEmpty && $0.allSatisfy(Self.isDigit) }
    case .locale:
      let parts = Self.parts(bytes, UInt8(ascii: "-"))
      return (2...8).contains(parts[0].count)
        && parts.allSatisfy { (1...8).contains($0.count) && $0.allSatisfy(Self.isLetterOrDigit) }
    case .url: return Self.isURL(bytes)
    case .email: return Self.isEmail(bytes)
    }
  }

  /// What `new URL()` of the WHATWG takes, but for hosts that are malformed in rare ways.
  private static func isURL(_ bytes: [UInt8]) -> Bool {
    guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), colon > 0, isLetter(bytes[0]),
      bytes[..<colon].allSatisfy({
        isLetterOrDigit($0) || [0x2B, 0x2D, 0x2E].contains($0)
      })
    else { return false }
    let scheme = String(decoding: bytes[..<colon], as: UTF8.self).lowercased()
    guard ["http", "https", "ws", "wss", "ftp"].contains(scheme) else { return true }
    let rest = bytes[(colon + 1)...].drop { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\") }
    let authority = rest.prefix { !"/?#\\".utf8.contains($0) }
    let host = authority.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false).last
    guard let host, !host.isEmpty, host.first != UInt8(ascii: ":") else { return false }
    return host.allSatisfy { $0 > 0x20 && !" <>^|%\"`{}".utf8.contains($0) }
  }

  private static func isEmail(_ bytes: [UInt8]) -> Bool {
    let parts = parts(bytes, UInt8(ascii: "@"))
    guard parts.count == 2 else { return false }
    let (user, host) = (parts[0], parts[1])
    guard let first = user.first, let last = user.last, first != UInt8(ascii: "."),
      isLetterOrDigit(last) || "_+-".utf8.contains(last),
      user.allSatisfy({ isLetterOrDigit($0) || "_'+-.".utf8.contains($0) }),
      !zip(user, user.dropFirst()).contains(where: { $0 == 0x2E && $1 == 0x2E })
    else { return false }
    let labels = Self.parts(Array(host), UInt8(ascii: "."))
    guard labels.count > 1, let top = labels.last, top.count > 1, top.allSatisfy(isLetter) else {
      return false
    }
    return labels.dropLast().allSatisfy { label in
      label.first.map(isLetterOrDigit) == true
        && label.allSatisfy { isLetterOrDigit($0) || $0 == UInt8(ascii: "-") }
    }
  }

  private static func parts(_ bytes: [UInt8], _ separator: UInt8) -> [ArraySlice<UInt8>] {
    bytes.split(separator: separator, omittingEmptySubsequences: false)
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool { isDigit(byte) || isLetter(byte) }
}
