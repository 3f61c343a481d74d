internal import Secrets

/// Texts with references in the place of secrets.
enum SecretTexts {
  /// A part with a reference wherever a value stands in it.
  static func split(
    _ part: Template.Part, at value: String, into reference: Template.Part
  ) -> [Template.Part] {
    guard case .text(let text) = part else { return [part] }
    var parts: [Template.Part] = []
    var rest = text[...]
    while let range = rest.range(ofBytes: value) {
      if range.lowerBound > rest.startIndex {
        parts.append(.text(String(rest[..<range.lowerBound])))
      }
      parts.append(reference)
      rest = rest[range.upperBound...]
    }
    if !rest.isEmpty { parts.append(.text(String(rest))) }
    return parts
  }

  /// A reference between two texts; `nil` where they would be read as something else then.
  static func text(before: Substring, _ name: SecretName, _ behind: Substring) -> String? {
    var parts: [Template.Part] = [.value(.vault(name))]
    if !before.isEmpty { parts.insert(.text(String(before)), at: 0) }
    if !behind.isEmpty { parts.append(.text(String(behind))) }
    let text = Template(parts: parts).description
    guard let read = try? Template(text), merged(read.parts) == parts else { return nil }
    return text
  }

  /// Neighbouring texts as one.
  static func merged(_ parts: [Template.Part]) -> [Template.Part] {
    var merged: [Template.Part] = []
    for part in parts {
      if case .text(let more) = part, case .text(let text)? = merged.last {
        merged[merged.count - 1] = .text(text + more)
      } else {
        merged.append(part)
      }
    }
    return merged
  }

  /// The first `${input:ID}` of VS Code.
  static func input(in text: String) -> (whole: Range<String.Index>, id: Range<String.Index>)? {
    guard let start = text.range(ofBytes: "${input:"),
      let end = text[start.upperBound...].firstIndex(of: "}"), end > start.upperBound
    else { return nil }
    return (start.lowerBound..<text.index(after: end), start.upperBound..<end)
  }

  /// What a text names in the vault.
  static func names(in text: String) -> [SecretName] {
    ((try? Template(text))?.references ?? []).compactMap(\.name)
  }
}
