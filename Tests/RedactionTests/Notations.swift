/// The notations in which a value must be found, spelled out one by one.
enum Notations {
  /// Apart from JSON escapes.
  static func all(of value: [UInt8]) -> [(name: String, text: [UInt8])] {
    var notations: [(String, [UInt8])] = [
      ("raw", value),
      ("lower hexadecimal", Encodings.hexadecimal(value, uppercase: false)),
      ("upper hexadecimal", Encodings.hexadecimal(value, uppercase: true)),
      ("form", form(value)),
    ]
    for before in 0..<6 {
      for isURLSafe in [false, true] {
        for isPadded in [false, true] {
          let data = Array("xyzxyz".utf8.prefix(before)) + value
          for (behind, rest) in [("", []), ("…", Array("ab".utf8))] {
            let text = Encodings.base64(data + rest, isURLSafe: isURLSafe, isPadded: isPadded)
            notations.append(("base64 \(before) \(isURLSafe) \(isPadded) \(behind)", text))
          }
        }
      }
    }
    for isUppercase in [false, true] {
      notations.append(("percent, all", percent(value, isUppercase) { _ in true }))
      notations.append(
        ("percent, needed", percent(value, isUppercase) { !isUnreserved(value[$0]) }))
      for place in value.indices where value[place] != UInt8(ascii: "%") {
        notations.append(("percent \(place)", percent(value, isUppercase) { $0 == place }))
      }
    }
    return notations
  }

  /// What stands between the quotes of a JSON string: as short as can be, `\/`, everything as
  /// `\u0041`, one character so, and the same in a string inside the string.
  static func strings(_ text: [UInt8]) -> [[UInt8]] {
    guard String(validating: text, as: UTF8.self) != nil else { return [] }
    let plain = escaped(text) { _ in false }
    let all = escaped(text) { _ in true }
    let slash = plain.flatMap { $0 == UInt8(ascii: "/") ? Array(#"\/"#.utf8) : [$0] }
    let once = [plain, all, slash] + [0, 7, 8].map { place in escaped(text) { $0 == place } }
    return once + once.map { inner in escaped(inner) { _ in false } }
      + [escaped(all) { _ in true }]
  }

  private static func isUnreserved(_ byte: UInt8) -> Bool {
    let character = Character(Unicode.Scalar(byte))
    return byte < 0x80 && (character.isLetter || character.isNumber || "-._~".contains(character))
  }

  private static func percent(
    _ value: [UInt8], _ isUppercase: Bool, _ isChosen: (Int) -> Bool
  ) -> [UInt8] {
    value.indices.flatMap { index in
      isChosen(index)
        ? [0x25] + Encodings.hexadecimal([value[index]], uppercase: isUppercase) : [value[index]]
    }
  }

  /// `application/x-www-form-urlencoded`.
  private static func form(_ value: [UInt8]) -> [UInt8] {
    value.flatMap { byte in
      byte == 0x20
        ? [0x2B]
        : isUnreserved(byte) ? [byte] : [0x25] + Encodings.hexadecimal([byte], uppercase: true)
    }
  }

  private static func escaped(_ text: [UInt8], _ isChosen: (Int) -> Bool) -> [UInt8] {
    var output: [UInt8] = []
    for (index, scalar) in String(decoding: text, as: UTF8.self).unicodeScalars.enumerated() {
      if isChosen(index) || scalar.value < 0x20 {
        for unit in String(scalar).utf16 {
          let bytes = [UInt8(unit >> 8), UInt8(unit & 0xFF)]
          output += Array("\\u".utf8) + Encodings.hexadecimal(bytes, uppercase: index % 2 == 0)
        }
      } else {
        if scalar == "\"" || scalar == "\\" { output.append(0x5C) }
        output += Array(String(scalar).utf8)
      }
    }
    return output
  }
}
