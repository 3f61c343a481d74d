extension LaunchDraft {
  /// Drops, for a server with secrets, inherited variables about language, time zone and terminal
  /// that lead to a file: the C library reads message catalogues, and hands their texts to `printf`,
  /// from wherever `LANGUAGE` says, and `TZ` may name any file.
  ///
  /// Those that are given to the server by name are in its grant.
  package mutating func confineLocale() {
    guard holdsSecrets else { return }
    for variable in sound.variables {
      guard case .inherited(let whole) = variable.content else { continue }
      let value = whole[(variable.name.count + 1)...]
      let isSafe =
        if variable.name.elementsEqual("TZ".utf8) {
          Self.isZone(value)
        } else if Self.isAboutLanguage(variable.name) {
          !value.contains(UInt8(ascii: "/"))
        } else {
          true
        }
      if !isSafe { sound.drop(variable.name) }
    }
  }

  private static func isAboutLanguage(_ name: [UInt8]) -> Bool {
    name.starts(with: "LC_".utf8)
      || ["LANG", "LANGUAGE", "TERM"].contains { name.elementsEqual($0.utf8) }
  }

  /// A zone by its name, as `Europe/Berlin`, or one of root's files (`tzset(3)`).
  private static func isZone(_ value: some Collection<UInt8>) -> Bool {
    let value = value.first == UInt8(ascii: ":") ? Array(value.dropFirst()) : Array(value)
    if value.split(separator: UInt8(ascii: "/")).contains(Array("..".utf8)[...]) { return false }
    return value.first != UInt8(ascii: "/") || value.elementsEqual("/etc/localtime".utf8)
      || value.starts(with: "/usr/share/zoneinfo/".utf8)
  }
}
