internal import HostConfigs
package import JSONText

/// A host's file in memory: its bytes, what they say, and edits that change only the bytes that
/// must change.
///
/// Reading is strict: a file that is not of its format, or that names a member twice, is refused as
/// a whole, with the place. At most ``maximumLength`` bytes and 128 tables and arrays inside one
/// another. Holds the secrets that stand in the file, as ordinary memory: it is a file that every
/// program of the user can read.
package struct HostDocument: Sendable {
  /// 4 MiB: a hundred times the largest host configuration seen. Claude Code's holds its history.
  package static let maximumLength = JSONDocument.maximumLength

  /// For messages.
  package let path: String
  package let format: HostFormat
  package internal(set) var bytes: [UInt8]
  /// What the file held before the first edit.
  package let original: [UInt8]
  var tree: ValueTree
  /// Of which parts of the original and of new text the file consists.
  var pieces: PieceList

  /// - Throws: ``HostError/tooLarge(path:limit:)``, ``HostError/malformed(path:at:reason:)``.
  package init(
    parsing bytes: [UInt8], format: HostFormat, path: String
  ) throws(HostError) {
    guard bytes.count <= Self.maximumLength else {
      throw .tooLarge(path: path, limit: Self.maximumLength)
    }
    self.path = path
    self.format = format
    self.bytes = bytes
    original = bytes
    pieces = PieceList(length: bytes.count)
    tree = try Self.read(bytes, format, path)
  }

  static func read(
    _ bytes: [UInt8], _ format: HostFormat, _ path: String
  ) throws(HostError) -> ValueTree {
    switch format {
    case .json: return try readJSON(bytes, .strict, path)
    case .commentedJSON: return try readJSON(bytes, .commented, path)
    case .toml, .yaml: break
    }
    do throws(TextError) {
      return format == .toml ? try TOMLReader.read(bytes) : try YAMLReader.read(bytes)
    } catch {
      throw .malformed(path: path, at: position(of: error.offset, in: bytes), reason: error.reason)
    }
  }

  private static func readJSON(
    _ bytes: [UInt8], _ syntax: JSONDocument.Syntax, _ path: String
  ) throws(HostError) -> ValueTree {
    do throws(JSONDocumentError) {
      return ValueTree(try JSONDocument(parsing: bytes, syntax: syntax))
    } catch {
      throw HostError(error, path: path)
    }
  }

  /// Where a slot begins. Reads the file up to there: for messages, not for loops.
  package func position(of slot: HostSlot) -> TextPosition { position(of: slot.span.lowerBound) }

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
