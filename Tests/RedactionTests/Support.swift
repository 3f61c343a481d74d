import Redaction
import Secrets

/// Secrets with everything needed to redact with them.
struct Bench: ~Copyable {
  var patterns: SecretPatterns
  var lines: LineRedactor

  init(_ secrets: [ReferenceRedaction.Secret]) throws {
    var patterns = try SecretPatterns()
    for secret in secrets { _ = try Self.add(secret.name, secret.value, to: &patterns) }
    let lines = try LineRedactor()
    self.patterns = patterns
    self.lines = lines
  }

  init(_ secrets: (String, String)...) throws {
    try self.init(
      secrets.map { ReferenceRedaction.Secret(name: $0.0, value: Array($0.1.utf8)) })
  }

  mutating func add(_ name: String, _ value: [UInt8]) throws -> LeftOut {
    try Self.add(name, value, to: &patterns)
  }

  private static func add(
    _ name: String, _ value: [UInt8], to patterns: inout SecretPatterns
  ) throws -> LeftOut {
    var leftOut: LeftOut = []
    let problem: SecretMemoryError? = value.withUnsafeBytes { bytes in
      do throws(SecretMemoryError) {
        leftOut = try patterns.add(name: name, value: bytes)
        return nil
      } catch { return error }
    }
    if let problem { throw problem }
    return leftOut
  }

  /// `nil` when the line is passed on as it is.
  mutating func redactOrNil(_ line: [UInt8], isMessage: Bool = true) -> [UInt8]? {
    line.withUnsafeBufferPointer { bytes in
      switch lines.redact(bytes, isMessage: isMessage, patterns) {
      case .unchanged: nil
      case .changed(let redacted): Array(redacted)
      }
    }
  }

  mutating func redact(_ line: [UInt8], isMessage: Bool = true) -> [UInt8] {
    redactOrNil(line, isMessage: isMessage) ?? line
  }

  mutating func redact(_ line: String, isMessage: Bool = true) -> String {
    String(decoding: redact(Array(line.utf8), isMessage: isMessage), as: UTF8.self)
  }

  /// The whole output of a stream, and what was given out before the end.
  func stream(_ pieces: [[UInt8]]) throws -> (all: [UInt8], before: [UInt8]) {
    var redactor = try StreamRedactor()
    var output: [UInt8] = []
    for piece in pieces {
      piece.withUnsafeBufferPointer { redactor.receive($0, patterns) { output += $0 } }
    }
    let before = output
    redactor.flush(patterns) { output += $0 }
    return (output, before)
  }

  func stream(_ pieces: String...) throws -> String {
    String(decoding: try stream(pieces.map { Array($0.utf8) }).all, as: UTF8.self)
  }
}
