/// Text from outside, exact and whole, so that a person can approve it: printable ASCII stays, all
/// else is escaped, since a letter of another script can look like one of ours, and marks can hide
/// or reverse what stands beside them.
package func escaped(_ bytes: [UInt8]) -> String {
  guard let text = String(validating: bytes, as: UTF8.self) else {
    var result = ""
    for byte in bytes { append(Unicode.Scalar(byte), to: &result, isByte: byte >= 0x80) }
    return result
  }
  var result = ""
  for scalar in text.unicodeScalars { append(scalar, to: &result, isByte: false) }
  return result
}

/// As ``escaped(_:)``, in quotation marks where it would otherwise be unclear where it ends.
package func quoted(_ bytes: [UInt8]) -> String {
  let isPlain =
    !bytes.isEmpty && !bytes.contains(UInt8(ascii: " ")) && !bytes.contains(UInt8(ascii: "\""))
  if isPlain { return escaped(bytes) }
  var result = "\""
  for character in escaped(bytes) {
    if character == "\"" { result += "\\" }
    result.append(character)
  }
  return result + "\""
}

private func append(_ scalar: Unicode.Scalar, to text: inout String, isByte: Bool) {
  switch scalar.value {
  case 0x5C: text += "\\\\"
  case 0x20...0x7E: text.unicodeScalars.append(scalar)
  default:
    let digits = String(scalar.value, radix: 16)
    text += isByte ? "\\x\(digits)" : "\\u{\(digits)}"
  }
}
