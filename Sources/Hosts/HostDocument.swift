internal import HostConfigs
package import JSONText

/// A host's file in memory: its bytes, what they say, and edits that change only the bytes that
/// must change.
///
/// Reading is strict: a file that is not of its format, or that names a member twice, is refused as
/// a whole, with the place. At most 128 tables and arrays inside one another, and as many bytes as
/// ``maximumLength(of:)`` says. Of JSON of more than 4 MiB only the members are kept that may lead to
/// servers: the others have no value here, and a name twice in them is not noticed.
///
/// Holds the secrets that stand in the file, as ordinary memory: it is a file that every program of
/// the user can read.
package struct HostDocument: Sendable {
  /// Of any file.
  package static let maximumLength = JSONDocument.maximumPartialLength

  /// In bytes. 256 MiB of JSON, since Claude Code keeps its history beside its servers; 4 MiB of
  /// TOML and YAML, a hundred times the largest seen.
  package static func maximumLength(of format: HostFormat) -> Int {
    switch format {
    case .json, .commentedJSON: JSONDocument.maximumPartialLength
    case .toml, .yaml: JSONDocument.maximumLength
    }
  }

  /// For messages.
  package let path: String
  /// As it was parsed; a format is never guessed.
  package let format: HostFormat
  /// The file with all edits so far.
  package internal(set) var bytes: [UInt8]
  /// What the file held before the first edit.
  package let original: [UInt8]
  var tree: ValueTree
  /// Of a JSON file.
  var json: JSONDocument?
  /// Of which parts of the original and of new text the file consists.
  var pieces: PieceList

  /// - Throws: ``HostError/tooLarge(path:limit:)``, ``HostError/malformed(path:at:reason:)``.
  package init(
    parsing bytes: [UInt8], format: HostFormat, path: String
  ) throws(HostError) {
    self.path = path
    self.format = format
    self.bytes = bytes
    original = bytes
    pieces = PieceList(length: bytes.count)
    json = try Self.json(bytes, format, path)
    if let json {
      tree = ValueTree(json)
    } else {
      tree = try Self.read(bytes, format, path)
    }
  }

  /// `nil` for other formats.
  private static func json(
    _ bytes: [UInt8], _ format: HostFormat, _ path: String
  ) throws(HostError) -> JSONDocument? {
    guard format == .json || format == .commentedJSON else { return nil }
    let syntax = format == .json ? JSONDocument.Syntax.strict : .commented
    do throws(JSONDocumentError) {
      return bytes.count <= JSONDocument.maximumLength
        ? try JSONDocument(parsing: bytes, syntax: syntax)
        : try JSONDocument(parsing: bytes, syntax: syntax, keeping: serverWays)
    } catch {
      throw HostError(error, path: path)
    }
  }

  /// Where any host keeps servers, and what VS Code's servers refer to.
  private static let serverWays: [JSONDocument.Way] = {
    let sections = Host.all.flatMap(\.places).flatMap(\.sections)
    let ways = sections.map { section in
      section.steps.map { step -> String? in
        if case .member(let name) = step { name } else { nil }
      }
    }
    return Array(Set(ways)) + [["inputs"]]
  }()

  /// Of TOML or YAML.
  static func read(
    _ bytes: [UInt8], _ format: HostFormat, _ path: String
  ) throws(HostError) -> ValueTree {
    guard bytes.count <= maximumLength(of: format) else {
      throw .tooLarge(path: path, limit: maximumLength(of: format))
    }
    do throws(TextError) {
      return format == .toml ? try TOMLReader.read(bytes) : try YAMLReader.read(bytes)
    } catch {
      throw .malformed(path: path, at: position(of: error.offset, in: bytes), reason: error.reason)
    }
  }

  /// Where a slot begins. Reads the file up to there: for messages, not for loops.
  package func position(of slot: HostSlot) -> TextPosition { position(of: slot.span.lowerBound) }

  /// Where a byte stands. Reads the file up to there: for messages, not for loops.
  package func position(of offset: Int) -> TextPosition { Self.position(of: offset, in: bytes) }

  static func position(of offset: Int, in bytes: [UInt8]) -> TextPosition {
    bytes.withUnsafeBufferPointer { TextPosition(of: offset, in: $0) }
  }
}

extension HostError {
  init(_ error: JSONDocumentError, path: String) {
    switch error {
    case .tooLarge(let limit): self = .tooLarge(path: path, limit: limit)
    case .malformed(let reason, let at): self = .malformed(path: path, at: at, reason: reason)
    case .duplicateKey(_, let at):
      self = .malformed(path: path, at: at, reason: "this key stands twice in one object")
    case .notAnObject(let at):
      self = .notEditable(path: path, at: at, reason: "this is no object")
    }
  }
}
