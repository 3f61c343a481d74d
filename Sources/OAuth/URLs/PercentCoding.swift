// Percent-encoding (RFC 3986 section 2.1) and the form encoding of RFC 6749 appendix B.

func hexDigit(_ byte: UInt8) -> UInt8? {
  switch byte {
  case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
  case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
  case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
  default: nil
  }
}

func lowercased(_ byte: UInt8) -> UInt8 {
  UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte ? byte | 0x20 : byte
}

/// Unreserved characters (RFC 3986 section 2.3).
func isUnreserved(_ byte: UInt8) -> Bool {
  switch byte {
  case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
    UInt8(ascii: "_"), UInt8(ascii: "~"):
    true
  default: false
  }
}

/// What a path or query may hold besides `%XX`: unreserved characters, sub-delims, `:`, `@`, `/`,
/// `?` (RFC 3986 appendix A), and brackets, which some queries have unescaped.
func isURLByte(_ byte: UInt8) -> Bool {
  switch byte {
  case UInt8(ascii: "!"), UInt8(ascii: "$"), UInt8(ascii: "&"), UInt8(ascii: "'"),
    UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "*"), UInt8(ascii: "+"),
    UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "="), UInt8(ascii: ":"),
    UInt8(ascii: "@"), UInt8(ascii: "/"), UInt8(ascii: "?"):
    true
  default: isUnreserved(byte)
  }
}

/// Appends a value with everything but unreserved characters as `%XX`: good in a query and in a
/// form, since both read `%20` as a blank.
func appendPercentEncoded(_ bytes: some Sequence<UInt8>, to output: inout [UInt8]) {
  for byte in bytes {
    if isUnreserved(byte) {
      output.append(byte)
    } else {
      output += [UInt8(ascii: "%"), upperHexDigit(byte >> 4), upperHexDigit(byte & 15)]
    }
  }
}

private func upperHexDigit(_ value: UInt8) -> UInt8 {
  value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
}

func percentEncoded(_ text: String) -> String {
  var output: [UInt8] = []
  appendPercentEncoded(text.utf8, to: &output)
  return String(decoding: output, as: UTF8.self)
}

/// `nil` for a `%` without two hexadecimal digits.
///
/// - Parameter plusIsBlank: as forms and most queries have it.
func percentDecoded(_ bytes: some Sequence<UInt8>, plusIsBlank: Bool = false) -> [UInt8]? {
  var output: [UInt8] = []
  var iterator = bytes.makeIterator()
  while let byte = iterator.next() {
    switch byte {
    case UInt8(ascii: "%"):
      guard let high = iterator.next().flatMap(hexDigit),
        let low = iterator.next().flatMap(hexDigit)
      else { return nil }
      output.append(high << 4 | low)
    case UInt8(ascii: "+") where plusIsBlank: output.append(UInt8(ascii: " "))
    default: output.append(byte)
    }
  }
  return output
}

/// Base64 with the alphabet of RFC 4648 section 5 and no padding.
func base64URL(_ bytes: some Collection<UInt8>) -> String {
  let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
  var output: [UInt8] = []
  var (buffer, bits): (UInt32, Int) = (0, 0)
  for byte in bytes {
    buffer = buffer << 8 | UInt32(byte)
    bits += 8
    while bits >= 6 {
      bits -= 6
      output.append(alphabet[Int(buffer >> UInt32(bits) & 63)])
    }
  }
  if bits > 0 { output.append(alphabet[Int(buffer << UInt32(6 - bits) & 63)]) }
  return String(decoding: output, as: UTF8.self)
}
