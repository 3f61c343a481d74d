internal import CSodium
internal import Secrets

/// An export as JSON, written by hand: an encoder would copy values into ordinary memory.
///
/// `{"version": 1, "secrets": [{name, store, value | base64, note, expires, stored}]}`: `store` is
/// `vault` or `keyring`; `base64` (RFC 4648) in the place of `value` where that is no UTF-8; times in
/// RFC 3339; what a secret has not is left out.
enum ExportJSON {
  static func append(
    _ secret: ExportSelection.Secret, _ value: UnsafeRawBufferPointer, isFirst: Bool,
    to buffer: inout SecretBuffer
  ) throws {
    try buffer.append(isFirst ? "{\"version\": 1, \"secrets\": [\n" : ",\n")
    let summary = secret.summary
    let store = secret.reference.scheme == .keyring ? "keyring" : "vault"
    try buffer.append("  {\"name\": \"\(summary.name)\", \"store\": \"\(store)\", ")
    try appendValue(value, to: &buffer)
    if !summary.note.isEmpty {
      try buffer.append(", \"note\": ")
      try Array(summary.note.utf8).withUnsafeBytes { try appendString($0, to: &buffer) }
    }
    if let expires = summary.expires {
      try buffer.append(", \"expires\": \"\(DateText.describe(expires))\"")
    }
    if let stored = summary.stored {
      try buffer.append(", \"stored\": \"\(DateText.describe(stored))\"")
    }
    try buffer.append("}")
  }

  static func end(isEmpty: Bool, _ buffer: inout SecretBuffer) throws {
    try buffer.append(isEmpty ? "{\"version\": 1, \"secrets\": []}\n" : "\n]}\n")
  }

  private static func appendValue(
    _ value: UnsafeRawBufferPointer, to buffer: inout SecretBuffer
  ) throws {
    if ExportFormat.isText(value) {
      try buffer.append("\"value\": ")
      return try appendString(value, to: &buffer)
    }
    let variant = sodium_base64_VARIANT_ORIGINAL
    var text = try SecretBytes(count: sodium_base64_encoded_len(value.count, variant))
    text.withUnsafeMutableBytes { text in
      guard let start = text.assumingMemoryBound(to: CChar.self).baseAddress else { return }
      sodium_bin2base64(
        start, text.count, value.assumingMemoryBound(to: UInt8.self).baseAddress, value.count,
        variant)
    }
    try buffer.append("\"base64\": \"")
    try text.withUnsafeBytes { try buffer.append(UnsafeRawBufferPointer(rebasing: $0.dropLast())) }
    try buffer.append("\"")
  }

  /// RFC 8259, section 7.
  private static func appendString(
    _ text: UnsafeRawBufferPointer, to buffer: inout SecretBuffer
  ) throws {
    let digits = Array("0123456789abcdef")
    try buffer.append("\"")
    for byte in text {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        try buffer.append("\\")
        try buffer.append(byte)
      case 0..<0x20, 0x7f:
        try buffer.append("\\u00\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])")
      default: try buffer.append(byte)
      }
    }
    try buffer.append("\"")
  }
}
