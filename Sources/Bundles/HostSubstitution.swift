/// What a host fills into a configuration (MANIFEST.md, "Variable Substitution").
package struct HostSubstitution: Sendable {
  /// Names without `${` and `}`, such as `__dirname`.
  private var values: [(name: String, value: UserValue)]

  /// - Parameters:
  ///   - folder: where the bundle was unpacked; absolute.
  ///   - home: the user's; absolute.
  ///   - options: of the bundle.
  ///   - given: what the user said.
  /// - Throws: ``BundleError/configuration(key:reason:hint:)`` for an option that is required and
  ///   not there, not of its kind, or none of the bundle's.
  package init(
    folder: String, home: String, options: [UserOption], given: [(key: String, value: String)]
  ) throws(BundleError) {
    let places: [(name: String, value: UserValue)] = [
      ("HOME", .one(home)), ("DESKTOP", .one("\(home)/Desktop")),
      ("DOCUMENTS", .one("\(home)/Documents")), ("DOWNLOADS", .one("\(home)/Downloads")),
    ]
    values = places + [("__dirname", .one(folder)), ("pathSeparator", .one("/")), ("/", .one("/"))]
    for (key, _) in given where !options.contains(where: { $0.key == key }) {
      let known = options.map(\.key).joined(separator: ", ")
      throw .configuration(
        key: key, reason: "is nothing that this bundle asks for",
        hint: known.isEmpty ? nil : "it asks for \(known)")
    }
    // A default is filled in itself, a user's own words are not.
    let defaults = HostSubstitution(places)
    for option in options {
      let words = given.filter { $0.key == option.key }.map(\.value)
      if let value = try option.value(words) {
        values.append(("user_config.\(option.key)", value))
      } else if let value = option.defaultValue {
        values.append(("user_config.\(option.key)", defaults.filled(value)))
      }
    }
  }

  private init(_ values: [(name: String, value: UserValue)]) { self.values = values }

  /// A configuration with everything filled in. What nobody said stays as it is written, as hosts
  /// leave it.
  package func filled(_ config: ServerConfig) -> ServerConfig {
    var result = ServerConfig()
    result.command = filled(config.command)
    for argument in config.arguments {
      // Several values become several arguments where they stand alone.
      if argument.hasPrefix("${user_config."), argument.hasSuffix("}"),
        case .several(let texts)? = value(String(argument.dropFirst(2).dropLast()))
      {
        result.arguments += texts
      } else {
        result.arguments.append(filled(argument))
      }
    }
    result.environment = config.environment.map { .init(name: $0.name, value: filled($0.value)) }
    return result
  }

  private func filled(_ value: UserValue) -> UserValue {
    switch value {
    case .one(let text): .one(filled(text))
    case .several(let texts): .several(texts.map { filled($0) })
    }
  }

  /// From the left to the right, once: what is filled in is not looked at again.
  private func filled(_ text: String) -> String {
    var result = ""
    var rest = text[...]
    while let open = rest.range(of: "${") {
      result += rest[..<open.lowerBound]
      let inside = rest[open.upperBound...]
      guard let close = inside.firstIndex(of: "}"),
        case .one(let value)? = value(String(inside[..<close]))
      else {
        result += "${"
        rest = inside
        continue
      }
      result += value
      rest = inside[inside.index(after: close)...]
    }
    return result + rest
  }

  private func value(_ name: String) -> UserValue? { values.first { $0.name == name }?.value }
}

extension Substring {
  /// The first place of a short ASCII text.
  func range(of text: String) -> Range<Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].utf8.starts(with: text.utf8) {
        return start..<utf8.index(start, offsetBy: text.utf8.count)
      }
      start = utf8.index(after: start)
    }
    return nil
  }
}

extension UserOption {
  /// What some words say; `nil` where there are none and none are needed.
  ///
  /// - Throws: ``BundleError/configuration(key:reason:hint:)``.
  fileprivate func value(_ words: [String]) throws(BundleError) -> UserValue? {
    func refuse(_ reason: String) -> BundleError {
      .configuration(key: key, reason: reason, hint: "--config \(key)=VALUE")
    }
    if words.isEmpty {
      // Hosts show a default in their form, so that it counts as said.
      if isRequired, defaultValue == nil { throw refuse("is required") }
      return nil
    }
    if isRequired, words.contains("") { throw refuse("is required") }
    if words.count > 1, !isMultiple { throw refuse("has one value only") }
    for word in words {
      switch kind {
      case .string, .directory, .file: break
      case .boolean:
        guard word == "true" || word == "false" else { throw refuse("is true or false") }
      case .number:
        guard let number = Double(word), number.isFinite else { throw refuse("is a number") }
        if let minimum, number < minimum { throw refuse("is \(minimum) at least") }
        if let maximum, number > maximum { throw refuse("is \(maximum) at most") }
      }
    }
    return isMultiple ? .several(words) : .one(words[0])
  }
}
