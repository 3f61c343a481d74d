/// What a host fills into a configuration (MANIFEST.md, "Variable Substitution").
package struct HostSubstitution: Sendable {
  /// Names without `${` and `}`, such as `__dirname`.
  private var values: [String: UserValue]

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
    let places: [String: UserValue] = [
      "HOME": .one(home), "DESKTOP": .one("\(home)/Desktop"),
      "DOCUMENTS": .one("\(home)/Documents"), "DOWNLOADS": .one("\(home)/Downloads"),
    ]
    values = places
    for (name, text) in [("__dirname", folder), ("pathSeparator", "/"), ("/", "/")] {
      values[name] = .one(text)
    }
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
        values["user_config.\(option.key)"] = value
      } else if let value = option.defaultValue {
        values["user_config.\(option.key)"] = defaults.filled(value)
      }
    }
  }

  private init(_ values: [String: UserValue]) { self.values = values }

  /// A configuration with everything filled in. What nobody said stays as it is written, as hosts
  /// leave it.
  package func filled(_ config: ServerConfig) -> ServerConfig {
    var result = ServerConfig()
    result.command = filled(config.command)
    for argument in config.arguments {
      // Several values become several arguments where they stand alone.
      if argument.hasPrefix("${user_config."), argument.hasSuffix("}"),
        case .several(let texts)? = values[String(argument.dropFirst(2).dropLast())]
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

  /// From the left to the right, once: what is filled in is not looked at again. A name ends at the
  /// first `}` and begins behind the last `${` before it, so that no byte is looked at twice either,
  /// whatever somebody wrote.
  private func filled(_ text: String) -> String {
    let bytes = text.utf8
    var result = ""
    // Up to where the text is in the result, and where the last `${` begins.
    var done = bytes.startIndex
    var open: String.Index?
    var previous: UInt8?
    for index in bytes.indices {
      let byte = bytes[index]
      if byte == UInt8(ascii: "{"), previous == UInt8(ascii: "$") {
        open = bytes.index(before: index)
      } else if byte == UInt8(ascii: "}"), let start = open {
        open = nil
        if case .one(let value)? = values[String(text[bytes.index(start, offsetBy: 2)..<index])] {
          result += text[done..<start] + value
          done = bytes.index(after: index)
        }
      }
      previous = byte
    }
    return result + text[done...]
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
