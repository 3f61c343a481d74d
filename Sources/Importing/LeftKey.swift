package import Hosts
package import JSONText
internal import Scanning
package import Secrets

/// A key that stands in a file still, in plain text, when the import is over.
package struct LeftKey: Sendable {
  package enum Kind: Equatable, Sendable {
    /// What moved into the vault from another place.
    case moved(SecretName)
    /// In a comment, and of a known form: as a person may see it.
    case comment(String)
  }

  package let position: TextPosition
  package let kind: Kind
}

extension LeftKey {
  /// Shorter values stand in a file by chance; so short are the keys that a scan finds by their names.
  private static let shortest = 8
  /// A word may be anything else, a server's name or a package's, until it is as long as a key.
  private static let shortestWord = 16
  /// 20 of one file: who sees so many looks for the others too.
  package static let maximumCount = 20

  /// At most ``maximumCount``, in the order of the file.
  ///
  /// - Parameters:
  ///   - moved: what the vault has from now on.
  ///   - document: the file as it will be.
  ///   - known: where texts begin of which was said already that a key stays in them.
  package static func find(
    _ moved: [ImportSecret], in document: HostDocument, besides known: [TextPosition]
  ) -> [LeftKey] {
    var names: [Int: SecretName] = [:]
    let strings = document.strings
    for secret in moved {
      guard case .text(let value) = secret.source, isTelling(value) else { continue }
      let places = MaskedSide.notations([value]).flatMap {
        MaskedSide.places(of: $0, in: document.bytes)
      }
      for place in places { names[place.lowerBound] = secret.name }
      // Written with escapes.
      for string in strings where string.text.range(ofBytes: value) != nil {
        if places.contains(where: { string.span.contains($0.lowerBound) }) { continue }
        names[string.span.lowerBound] = secret.name
      }
    }
    var positions = PositionReader(document.bytes)
    var keys: [LeftKey] = []
    for (offset, name) in names.sorted(by: { $0.key < $1.key }) where keys.count < maximumCount {
      if let string = strings.first(where: { $0.span.contains(offset) }),
        known.contains(document.position(of: string.span.lowerBound))
      {
        continue
      }
      keys.append(LeftKey(position: positions.position(of: offset), kind: .moved(name)))
    }
    let comments = ShapeSearch.findings(inCommentsOf: document)
      .filter { finding in !keys.contains { $0.position == finding.position } }
      .map { LeftKey(position: $0.position, kind: .comment($0.masked)) }
    return Array((keys + comments).sorted { $0.position < $1.position }.prefix(maximumCount))
  }

  private static func isTelling(_ value: String) -> Bool {
    let count = value.utf8.count
    let isWord = value.utf8.allSatisfy {
      UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 || $0 == UInt8(ascii: "-")
        || $0 == UInt8(ascii: "_")
    }
    return count >= (isWord ? shortestWord : shortest)
  }
}

extension TextPosition {
  fileprivate static func < (one: TextPosition, other: TextPosition) -> Bool {
    (one.line, one.column) < (other.line, other.column)
  }
}
