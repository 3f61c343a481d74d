internal import Secrets

/// Why a text cannot name a server.
package enum ServerNameError: Error, Equatable, Sendable {
  case empty
  /// In Unicode code points.
  case tooLong(Int)
  case leadingHyphen
  /// A control character, a line or paragraph separator, or a mark that changes the direction of
  /// text; the index is in code points, from 0.
  case unfitCharacter(index: Int)

  /// A whole clause.
  package var reason: String {
    switch self {
    case .empty: "a server name is empty"
    case .tooLong(let count):
      "a server name has \(count) characters, \(ServerName.maximumLength) are the limit"
    case .leadingHyphen: "a server name begins with '-', as an option would"
    case .unfitCharacter(let index):
      "character \(index + 1) of a server name is a control or direction character"
    }
  }
}

/// The rules for server names: 1 to 64 Unicode code points, the first not `-`, none a control
/// character, a line or paragraph separator or a bidirectional mark.
///
/// Names come from hosts' files, where anything goes, spaces and other scripts included. What is
/// refused could pass for another name or another line where a person is asked for consent, or
/// could not be typed behind `mcp-valet run`.
package enum ServerName {
  package static let maximumLength = 64

  package static func check(_ name: String) throws(ServerNameError) {
    if name.isEmpty { throw .empty }
    if name.utf8.first == UInt8(ascii: "-") { throw .leadingHyphen }
    for (index, scalar) in name.unicodeScalars.enumerated() where isUnprintable(scalar) {
      throw .unfitCharacter(index: index)
    }
    let count = name.unicodeScalars.count
    if count > maximumLength { throw .tooLong(count) }
  }
}
