internal import Hosts

/// What a host replaces in the texts of its file before it starts a server.
///
/// Found in the hosts' own pages (`Host.facts`) and, for Claude Code, by what its servers received
/// (dev.to/rulestack, "Six ${VAR} forms", 2026-09); looked at 2026-11-21. Where nothing was found
/// either way, a text that looks like a placeholder is nothing to guess about.
struct HostPlaceholders {
  enum Form {
    /// `${NAME}`
    case braces
    /// `${NAME:-text}`
    case fallback
    /// `$NAME`
    case bare
    /// `${env:NAME}`
    case prefixed
    /// `${workspaceFolder}` and `${userHome}`
    case folders
    /// `{env:NAME}` and `{file:PATH}`, without a `$`
    case openCode
  }

  /// `nil` where it is not known.
  let forms: [Form]?

  init(of host: Host) {
    switch host.id {
    case "claude-code": forms = [.braces, .fallback]
    case "kiro": forms = [.braces]
    case "gemini-cli": forms = [.braces, .bare]
    case "cursor", "vscode": forms = [.prefixed, .folders]
    case "windsurf": forms = [.prefixed]
    case "opencode": forms = [.openCode]
    case "claude-desktop", "codex", "zed", "lm-studio": forms = []
    default: forms = nil
    }
  }

  private func has(_ form: Form) -> Bool { forms?.contains(form) == true }

  /// Whether `{{file:valet://…}}` reaches us as it is written.
  var keepsFileReferences: Bool { !has(.openCode) }
}

/// A text of a host's file as the server is to have it.
struct FilledText {
  var text = ""
  /// Variables of the host that were put in, with their values.
  var taken: [(name: String, value: String)] = []
}

extension ServerSurroundings {
  /// - Parameter own: names that only the server itself replaces, as `mcp-remote` does in headers.
  /// - Returns: `nil` when only the host knows.
  func filled(_ text: String, except own: [String]) -> FilledText? {
    let placeholders = HostPlaceholders(of: host)
    if placeholders.forms?.isEmpty == true { return FilledText(text: text) }
    if placeholders.forms?.contains(.openCode) == true { return filledByOpenCode(text) }
    var filled = FilledText()
    var rest = text[...]
    while let dollar = rest.utf8.firstIndex(of: UInt8(ascii: "$")) {
      filled.text += rest[..<dollar]
      let behind = rest[rest.utf8.index(after: dollar)...]
      if behind.utf8.first == UInt8(ascii: "{") {
        guard let end = behind.utf8.firstIndex(of: UInt8(ascii: "}")) else { return nil }
        let inside = behind[behind.utf8.index(after: behind.startIndex)..<end]
        let next = behind.utf8.index(after: end)
        guard take(inside, as: rest[dollar..<next], placeholders, own, &filled) else { return nil }
        rest = behind[next...]
      } else {
        let name = behind.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
        rest = behind[name.endIndex...]
        guard placeholders.forms?.contains(.bare) == true, !name.isEmpty,
          let value = variable(String(name))
        else {
          filled.text += "$" + name
          continue
        }
        filled.text += value
        filled.taken.append((String(name), value))
      }
    }
    filled.text += rest
    return filled
  }

  /// - Parameter whole: what stays where the host replaces nothing.
  /// - Returns: whether it is known what the host does.
  private func take(
    _ inside: Substring, as whole: Substring, _ placeholders: HostPlaceholders, _ own: [String],
    _ filled: inout FilledText
  ) -> Bool {
    func has(_ form: HostPlaceholders.Form) -> Bool { placeholders.forms?.contains(form) == true }
    func put(_ name: Substring, otherwise: String? = nil) -> Bool {
      guard let value = variable(String(name)) else {
        filled.text += otherwise ?? ""
        return otherwise != nil
      }
      filled.text += value
      filled.taken.append((String(name), value))
      return true
    }
    if own.contains(String(inside)), !has(.braces) || variable(String(inside)) == nil {
      filled.text += whole
      return true
    }
    guard let forms = placeholders.forms else { return false }
    if let separator = inside.range(ofBytes: ":-") {
      let text = inside[separator.upperBound...]
      guard forms.contains(.fallback), text.range(ofBytes: "${") == nil else { return false }
      return put(inside[..<separator.lowerBound], otherwise: String(text))
    }
    if forms.contains(.folders), inside == "workspaceFolder" || inside == "userHome" {
      guard let folder = inside == "userHome" ? home : project else { return false }
      filled.text += folder
      return true
    }
    if forms.contains(.prefixed), inside.hasPrefix("env:") { return put(inside.dropFirst(4)) }
    if forms.contains(.braces) { return put(inside) }
    // `${config:x}` and the like are for the host; of a plain name it knows nothing.
    guard inside.utf8.allSatisfy({ SecretBook.isVariableByte($0) || $0 == UInt8(ascii: "_") })
    else {
      return false
    }
    filled.text += whole
    return true
  }

  private func filledByOpenCode(_ text: String) -> FilledText? {
    guard text.range(ofBytes: "{file:") == nil else { return nil }
    var filled = FilledText()
    var rest = text[...]
    while let start = rest.range(ofBytes: "{env:") {
      filled.text += rest[..<start.lowerBound]
      let inside = rest[start.upperBound...]
      guard let end = inside.utf8.firstIndex(of: UInt8(ascii: "}")),
        let value = variable(String(inside[..<end]))
      else { return nil }
      filled.text += value
      filled.taken.append((String(inside[..<end]), value))
      rest = inside[inside.utf8.index(after: end)...]
    }
    filled.text += rest
    return filled
  }
}
