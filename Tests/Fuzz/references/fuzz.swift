import Secrets

/// What libFuzzer calls with each input: a text, put together from pieces of references and bytes.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ data: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
  var input = FuzzInput(data, count)
  let pieces = [
    "valet://", "keyring://", "keyring://?", "oauth://", "{{", "}}", "file:", "${", "}",
    "${user_config.", "valet:", "://", "a", "/", "..", "%41", "%", "=", "&", "\u{301}", "{", "é",
    String(repeating: "n", count: 64),
  ]
  var bytes: [UInt8] = []
  for _ in 0..<input.number(below: 12) { bytes += pieces[input.number(below: pieces.count)].utf8 }
  let text = String(decoding: bytes + input.bytes, as: UTF8.self)
  checkReference(text)
  checkTemplate(text)
  return 0
}

private func checkReference(_ text: String) {
  let read = try? SecretReference(text)
  require(read == plainReference(Array(text.utf8)), "another reference: \(text.debugDescription)")
  guard let read else { return }
  require((try? SecretReference(read.description)) == read, "not itself again: \(read)")
  require(SecretReference.hasKnownScheme(text), "its scheme is not known: \(read)")
}

private func checkTemplate(_ text: String) {
  let read = try? Template(text)
  require(read?.parts == plainTemplate(Array(text.utf8)), "other parts: \(text.debugDescription)")
  var copy = text
  let mayHold = copy.withUTF8 { Template.mayHoldReference($0) }
  guard let read else { return require(mayHold, "an error that nobody would see: \(text)") }
  require(mayHold || read.references.isEmpty, "references that nobody would see: \(text)")
  require((try? Template(read.description)) == read, "not itself again: \(read.description)")
}

// MARK: The plain reading, on bytes

private func plainReference(_ bytes: [UInt8]) -> SecretReference? {
  func behind(_ prefix: String) -> [UInt8]? {
    bytes.starts(with: prefix.utf8) ? Array(bytes.dropFirst(prefix.utf8.count)) : nil
  }
  if let query = behind("keyring://?") { return plainAttributes(query).map { .keyringItem($0) } }
  if let name = behind("valet://") { return plainName(name).map { .vault($0) } }
  if let name = behind("keyring://") { return plainName(name).map { .keyring($0) } }
  if let name = behind("oauth://"), !name.contains(UInt8(ascii: "/")) {
    return plainName(name).flatMap { try? ConnectionName($0) }.map { .oauth($0) }
  }
  return nil
}

private func plainName(_ bytes: [UInt8]) -> SecretName? {
  let allowed = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._@+-".utf8)
  let segments = bytes.split(separator: 47, omittingEmptySubsequences: false)
  guard segments.count <= 8 else { return nil }
  for segment in segments {
    guard (1...64).contains(segment.count), segment.allSatisfy(allowed.contains),
      !segment.elementsEqual(".".utf8), !segment.elementsEqual("..".utf8)
    else { return nil }
  }
  return try? SecretName(String(decoding: bytes, as: UTF8.self))
}

private func plainAttributes(_ query: [UInt8]) -> [SecretReference.Attribute]? {
  var attributes: [SecretReference.Attribute] = []
  for pair in query.split(separator: 38, omittingEmptySubsequences: false) {
    guard let equals = pair.firstIndex(of: 61), equals > pair.startIndex,
      let name = plainDecoded(pair[..<equals]), let value = plainDecoded(pair[(equals + 1)...]),
      !attributes.contains(where: { $0.name == name })
    else { return nil }
    attributes.append(.init(name: name, value: value))
  }
  return attributes
}

private func plainDecoded(_ bytes: ArraySlice<UInt8>) -> String? {
  var decoded: [UInt8] = []
  var index = bytes.startIndex
  while index < bytes.endIndex {
    if bytes[index] == 37 {
      let digits = bytes[(index + 1)...].prefix(2)
      guard digits.count == 2,
        digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit && $0 < 128 }),
        let byte = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
      else { return nil }
      decoded.append(byte)
      index += 3
    } else {
      decoded.append(bytes[index])
      index += 1
    }
  }
  return decoded.contains(0) ? nil : String(validating: decoded, as: UTF8.self)
}

private func plainTemplate(_ bytes: [UInt8]) -> [Template.Part]? {
  if isUnfilled(bytes) { return nil }
  let schemes = ["valet:", "keyring:", "oauth:"]
  if schemes.contains(where: { bytes.starts(with: $0.utf8) }) {
    return plainReference(bytes).map { [.value($0)] }
  }
  var parts: [Template.Part] = []
  var literal: [UInt8] = []
  func endLiteral() {
    if !literal.isEmpty { parts.append(.text(String(decoding: literal, as: UTF8.self))) }
    literal = []
  }
  var index = 0
  while index < bytes.count {
    let rest = bytes[index...]
    let inside = rest.dropFirst(2)
    let isFile = inside.starts(with: "file:".utf8)
    let scheme = inside.prefix(while: isSchemeByte)
    let isOurs =
      isFile || schemes.contains { inside.starts(with: $0.utf8) }
      || !scheme.isEmpty && inside.dropFirst(scheme.count).starts(with: "://".utf8)
    guard rest.starts(with: "{{".utf8), isOurs else {
      literal.append(bytes[index])
      index += 1
      continue
    }
    let start = inside.startIndex + (isFile ? 5 : 0)
    var end = inside.startIndex
    while !bytes[end...].starts(with: "}}".utf8) {
      end += 1
      if end >= bytes.count { return nil }
    }
    guard start <= end, let reference = plainReference(Array(bytes[start..<end])) else {
      return nil
    }
    endLiteral()
    parts.append(isFile ? .file(reference) : .value(reference))
    index = end + 2
  }
  endLiteral()
  return parts.isEmpty ? [.text("")] : parts
}

private func isSchemeByte(_ byte: UInt8) -> Bool {
  Array("+-.".utf8).contains(byte)
    || byte < 128 && (Character(Unicode.Scalar(byte)).isLetter || (48...57).contains(byte))
}

/// A placeholder of a host's: the whole text, or one of a bundle's settings anywhere.
private func isUnfilled(_ bytes: [UInt8]) -> Bool {
  let name = bytes.dropFirst(2).dropLast()
  if bytes.starts(with: "${".utf8), bytes.last == 125, bytes.count > 3,
    name.allSatisfy({ isSchemeByte($0) || $0 == 95 || $0 == 58 })
  {
    return true
  }
  let setting = Array("${user_config.".utf8)
  let first = bytes.indices.first { bytes[$0...].starts(with: setting) }
  return first.map { bytes[$0...].contains(125) } ?? false
}
