internal import ArgumentParser
internal import Secrets

/// How exported secrets are written.
enum ExportFormat: String, CaseIterable, ExpressibleByArgument {
  /// For whatever reads JSON; every value.
  case json
  /// What a shell (`set -a; . FILE`), python-dotenv and docker compose read alike.
  case dotenv
  /// For a shell alone; every value but NUL bytes.
  case sh
  /// For `docker run --env-file`, which knows no quotes: values of one line.
  case docker

  /// Why a value cannot be written; a clause. `nil` when it can.
  func fault(of value: UnsafeRawBufferPointer) -> String? {
    if self == .json { return nil }
    if value.contains(0) { return "it holds a NUL byte" }
    switch self {
    case .json, .sh: return nil
    case .docker:
      if value.contains(UInt8(ascii: "\n")) || value.contains(UInt8(ascii: "\r")) {
        return "it has several lines"
      }
      return Self.isText(value) ? nil : "it is no text"
    case .dotenv:
      if !Self.isText(value) { return "it is no text" }
      if value.contains(UInt8(ascii: "\r")) { return "python-dotenv drops its carriage return" }
      if Self.holdsExpansion(value) { return "python-dotenv replaces what stands in ${}" }
      return DotenvQuotes(for: value) == nil ? "no quotes mean the same to all that read it" : nil
    }
  }

  /// Appends one line, or several where the value has several. To be asked ``fault(of:)`` before.
  func append(_ name: String, _ value: UnsafeRawBufferPointer, to buffer: inout SecretBuffer) throws
  {
    try buffer.append("\(name)=")
    switch self {
    case .json: break
    case .docker: try buffer.append(value)
    case .sh:
      try buffer.append("'")
      for part in value.split(separator: UInt8(ascii: "'"), omittingEmptySubsequences: false)
        .enumerated()
      {
        if part.offset > 0 { try buffer.append("'\\''") }
        try buffer.append(UnsafeRawBufferPointer(rebasing: part.element))
      }
      try buffer.append("'")
    case .dotenv: try DotenvQuotes(for: value)?.append(value, to: &buffer)
    }
    try buffer.append("\n")
  }

  /// Whether it is UTF-8.
  static func isText(_ value: UnsafeRawBufferPointer) -> Bool {
    value.withMemoryRebound(to: UInt8.self) { bytes in
      var decoder = UTF8()
      var iterator = bytes.makeIterator()
      while true {
        switch decoder.decode(&iterator) {
        case .scalarValue: continue
        case .emptyInput: return true
        case .error: return false
        }
      }
    }
  }

  private static func holdsExpansion(_ value: UnsafeRawBufferPointer) -> Bool {
    zip(value, value.dropFirst()).contains { $0 == UInt8(ascii: "$") && $1 == UInt8(ascii: "{") }
  }
}

/// The quotes in which a value means the same to a shell and to python-dotenv.
///
/// | | shell (POSIX, 2.2) | python-dotenv |
/// |---|---|---|
/// | none | letters, digits and a few signs stand for themselves | the same |
/// | single | everything but `'` | `\\` and `\'` are escapes |
/// | double | `$`, `` ` ``, `"` and `\` want a `\` | `\\` and `\"` are escapes, `\$` is not |
private enum DotenvQuotes {
  case none, single, double

  /// `nil` where there are none.
  init?(for value: UnsafeRawBufferPointer) {
    if value.allSatisfy(Self.isPlain) {
      self = .none
    } else if !value.contains(UInt8(ascii: "'")), !value.contains(UInt8(ascii: "\\")) {
      self = .single
    } else if !value.contains(UInt8(ascii: "$")), !value.contains(UInt8(ascii: "`")) {
      self = .double
    } else {
      return nil
    }
  }

  /// Not `=` and `:`, behind which zsh may put the path of a program.
  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"),
      UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: "@"), UInt8(ascii: "+"),
      UInt8(ascii: ","), UInt8(ascii: "%"):
      true
    default: false
    }
  }

  func append(_ value: UnsafeRawBufferPointer, to buffer: inout SecretBuffer) throws {
    switch self {
    case .none: try buffer.append(value)
    case .single:
      try buffer.append("'")
      try buffer.append(value)
      try buffer.append("'")
    case .double:
      try buffer.append("\"")
      for byte in value {
        if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { try buffer.append("\\") }
        try buffer.append(byte)
      }
      try buffer.append("\"")
    }
  }
}
